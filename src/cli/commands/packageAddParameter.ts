import type { Command } from "commander";
import { formatIssue, hasErrors } from "../../base/issue.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { JsonObject, JsonValue } from "../../object/json.ts";
import { PARAMS_FILE } from "../../package/packageFiles.ts";
import { PARAMETER_TYPES } from "../../package/parameterType.ts";
import { parseYaml } from "../../yaml/parseYaml.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type Edit, type EditedPackage, editPackage, openPackage } from "../editPackage.ts";
import { askChoice, askList, askText, askYes, wordsOf } from "../interview.ts";

interface ParameterWish {
  readonly name?: string;
  readonly type?: string;
  /** As a person writes it: YAML for arrays and maps. */
  readonly default?: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly hint?: string;
  readonly trigger?: string;
  readonly enum?: string;
  readonly group?: string;
  readonly optional?: boolean;
  readonly immutable?: boolean;
  readonly advanced?: boolean;
}

/** `lockstep package add parameter`: one more in params.yaml. */
export function addPackageAddParameter(add: Command, io: CliIo): void {
  add
    .command("parameter")
    .description("add a parameter")
    .argument("[dir]", "folder of the package; default: here, or the only one below")
    .option("--name <name>", "as templates have it; without it come questions")
    .option("--type <type>", PARAMETER_TYPES.join(", "))
    .option("--default <value>", "for an array or a map as YAML: '[80, 443]'")
    .option("--display-name <text>", "what people read")
    .option("--description <text>", "a sentence")
    .option("--hint <text>", "what to think of when choosing a value")
    .option("--trigger <plan>", "the plan that a change runs; default: update, else deploy")
    .option("--enum <values>", "the values that are allowed, with commas between")
    .option("--group <name>", "group of the parameter; declared where it is new")
    .option("--optional", "not required")
    .option("--immutable", "keeps its first value")
    .option("--advanced", "not for everybody")
    .action((dir: string | undefined, options: ParameterWish) => addParameter(dir, options, io));
}

async function addParameter(dir: string | undefined, options: ParameterWish, io: CliIo): Promise<void> {
  if (options.name === undefined && !io.isTerminal)
    throw usageError("--name is missing, and there is no terminal to ask at");
  if (options.type !== undefined && !PARAMETER_TYPES.includes(options.type))
    throw usageError(
      `--type ${options.type}: there is no such type${didYouMean(options.type, PARAMETER_TYPES)}`,
      `the types are ${PARAMETER_TYPES.join(", ")}`,
    );
  const target = await openPackage(dir, io);
  const wish = options.name === undefined ? await interview(target, options, io) : options;
  await editPackage(target, editsOf(wish, target), io);
}

function editsOf(wish: ParameterWish, { loaded }: EditedPackage): readonly Edit[] {
  const name = wish.name ?? "";
  const edits: Edit[] = [
    {
      kind: "item",
      file: PARAMS_FILE,
      path: ["parameters"],
      value: parameterOf(wish),
      what: `the parameter "${name}"`,
    },
  ];
  if (wish.group && !loaded.pkg.groups.some((group) => group.name === wish.group)) {
    const value = { name: wish.group };
    edits.push({
      kind: "item",
      file: PARAMS_FILE,
      path: ["groups"],
      value,
      what: `the group "${wish.group}"`,
    });
  }
  if (loaded.params !== undefined && loaded.params.value !== null) return edits;
  const value = "kudo.dev/v1beta1";
  return [
    { kind: "member", file: PARAMS_FILE, path: [], key: "apiVersion", value, what: "apiVersion" },
    ...edits,
  ];
}

/** In the order in which a person would write it. */
function parameterOf(wish: ParameterWish): JsonObject {
  const { name = "", type, displayName, description, hint, trigger, group } = wish;
  const value = wish.default === undefined ? undefined : nativeValue(wish.default, type, "--default");
  return {
    name,
    ...(displayName && { displayName }),
    ...(description && { description }),
    ...(hint && { hint }),
    ...(type && { type }),
    ...(value !== undefined && { default: value }),
    ...(wish.optional && { required: false }),
    ...(wish.enum !== undefined && {
      enum: wordsOf(wish.enum).map((word) => nativeValue(word, type, "--enum")),
    }),
    ...(trigger && { trigger }),
    ...(wish.immutable && { immutable: true }),
    ...(wish.advanced && { advanced: true }),
    ...(group && { group }),
  };
}

/** The native YAML value of a text, where the type has one; what does not fit stays text, and verifying says so. */
function nativeValue(text: string, type: string | undefined, option: string): JsonValue {
  if (type === "integer" || type === "number") {
    const number = Number(text);
    return text.trim() !== "" && String(number) === text.trim() && Number.isFinite(number) ? number : text;
  }
  if (type === "boolean") return text === "true" || (text === "false" ? false : text);
  if (type !== "array" && type !== "map") return text;
  const { documents, issues } = parseYaml(text);
  if (hasErrors(issues))
    throw usageError(`${option}: the value is not YAML\n${issues.map(formatIssue).join("\n")}`);
  return documents[0]?.value ?? null;
}

async function interview({ loaded }: EditedPackage, given: ParameterWish, io: CliIo): Promise<ParameterWish> {
  const { pkg } = loaded;
  const names = pkg.parameters.map((parameter) => parameter.name.toLowerCase());
  const name = await askText(io, {
    text: "Name",
    check: (answer) => {
      if (/[;,]/.test(answer)) return "no ; and no , in a name";
      return names.includes(answer.toLowerCase()) ? "there is such a parameter already" : undefined;
    },
  });
  const type = given.type ?? (await askChoice(io, "Type", PARAMETER_TYPES, "string"));
  const optional = { isOptional: true } as const;
  const displayName = given.displayName ?? (await askText(io, { text: "Display name", ...optional }));
  const description = given.description ?? (await askText(io, { text: "Description", ...optional }));
  const hint = given.hint ?? (await askText(io, { text: "Hint", ...optional }));
  const isYaml = type === "array" || type === "map";
  const fallback =
    given.default ?? (await askText(io, { text: isYaml ? "Default, as YAML" : "Default", ...optional }));
  const isRequired = fallback !== "" || given.optional ? !given.optional : await askYes(io, "Required", true);
  const plans = [...pkg.plans.keys()];
  const trigger = given.trigger ?? (await askText(io, { ...planQuestion(plans), ...optional }));
  const allowed = given.enum ?? (await askList(io, { text: "Allowed values", ...optional })).join(",");
  const group = given.group ?? (await askText(io, { text: groupText(pkg.groups), ...optional }));
  const canBeFixed = fallback !== "" || isRequired;
  const immutable = given.immutable ?? (canBeFixed && (await askYes(io, "Immutable", false)));
  return {
    ...{ name, type, displayName, description, hint, trigger, group, immutable },
    ...(given.advanced && { advanced: true }),
    ...(fallback !== "" && { default: fallback }),
    ...(!isRequired && { optional: true }),
    ...(allowed !== "" && { enum: allowed }),
  };
}

function planQuestion(plans: readonly string[]) {
  return {
    text: `Plan that a change runs (${plans.join(", ")})`,
    check: (answer: string) => (plans.includes(answer) ? undefined : `one of ${plans.join(", ")}`),
  };
}

function groupText(groups: readonly { readonly name: string }[]): string {
  return groups.length === 0 ? "Group" : `Group (${groups.map(({ name }) => name).join(", ")}, or a new one)`;
}
