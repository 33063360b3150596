import type { Command } from "commander";
import { didYouMean } from "../../base/nearest.ts";
import type { JsonObject } from "../../object/json.ts";
import type { FunctionHelp } from "../../template/functions/functionHelp.ts";
import { FUNCTION_FAMILIES, FUNCTION_HELP } from "../../template/functions/help/functionFamilies.ts";
import { functionOrigin, NEVER_THERE } from "../../template/functions/help/functionOrigin.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { paletteFor, parseFormat, print, table } from "../output.ts";

/** `lockstep template functions [NAME]`: what templates may call. */
export function addTemplateFunctions(family: Command, io: CliIo): void {
  withOutput(
    family.command("functions").description("list the functions that templates may call, or explain one"),
  )
    .argument("[name]", "a function; default: all of them, by family")
    .action((name: string | undefined, { output }: { readonly output: string }) => {
      const format = parseFormat(output);
      if (name === undefined) print(io, format, allFunctions(), () => listText(io));
      else {
        const help = helpOn(name);
        print(io, format, documentOf(help), () => explanation(help, io));
      }
    });
}

/** @throws CliError for an unknown name */
function helpOn(name: string): FunctionHelp {
  const help = FUNCTION_HELP.get(name);
  if (help !== undefined) return help;
  if (NEVER_THERE.has(name)) {
    throw usageError(`no function "${name}": templates do not reach environment, files or network`);
  }
  throw usageError(`no function "${name}"${didYouMean(name, FUNCTION_HELP.keys())}`);
}

function allFunctions(): JsonObject[] {
  return FUNCTION_FAMILIES.flatMap(({ functions }) => functions.map(documentOf));
}

function documentOf({ name, signature, summary, example, result }: FunctionHelp): JsonObject {
  const family = FUNCTION_FAMILIES.find(({ functions }) => functions.some((help) => help.name === name));
  const origin = functionOrigin(name) ?? "";
  return { name, family: family?.title ?? "", origin, signature, summary, example, result };
}

function listText(io: CliIo): string {
  const { strong } = paletteFor(io);
  const rows = FUNCTION_FAMILIES.flatMap(({ title, functions }) => [
    [strong(title.toUpperCase())],
    ...functions.map(({ name, signature, summary }) => [
      signature,
      MARKS[functionOrigin(name) ?? "Go"],
      summary,
    ]),
    [],
  ]);
  return `${table(["FUNCTION", "", "MEANING"], [[], ...rows])}${LEGEND}`;
}

/** Short forms of the origins, for the listing. */
const MARKS = { "Sprig 2.22 and 3.3": "", "Sprig 3.3": "3.3", Go: "Go", KUDO: "KUDO" } as const;

const LEGEND = `3.3 marks what only Sprig 3.3 has, Go and KUDO what is not Sprig's; all other functions are in Sprig 2.22 and 3.3.
lockstep template functions NAME shows an example.
`;

function explanation({ name, signature, summary, example, result }: FunctionHelp, io: CliIo): string {
  const { strong, dim } = paletteFor(io);
  const shown = result === "" ? dim("(nothing)") : result.replace(/\n$/, "").replaceAll("\n", "\n    ");
  return [
    strong(signature),
    `  ${summary}`,
    "",
    `  from     ${functionOrigin(name) ?? ""}`,
    `  example  ${example}`,
    "  result",
    `    ${shown}`,
    "",
  ].join("\n");
}
