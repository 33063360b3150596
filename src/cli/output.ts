import type { JsonValue } from "../object/json.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";
import { usageError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";

/** Forms of every listing. */
export type OutputFormat = "text" | "json" | "yaml";

/** Checks the value of `-o`. */
export function parseFormat(value: string): OutputFormat {
  if (value === "text" || value === "json" || value === "yaml") return value;
  throw usageError(`-o ${value}: expected text, json or yaml`);
}

/** Prints a value in the form asked for; `text` makes its form for people only when it is wanted. */
export function print(io: CliIo, format: OutputFormat, value: JsonValue, text: () => string): void {
  if (format === "json") io.out(`${JSON.stringify(value, undefined, 2)}\n`);
  else if (format === "yaml") io.out(stringifyYaml(value));
  else io.out(text());
}

/** Columns that line up, two blanks apart; nothing is padded at the end of a line. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headers, ...rows];
  const widths = headers.map((_, column) =>
    Math.max(...lines.map((line) => displayWidth(line[column] ?? ""))),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
    .concat("\n");
}

const ESCAPE = String.fromCharCode(27);
const ESCAPES = new RegExp(`${ESCAPE}\\[[0-9;]*m`, "g");

function displayWidth(text: string): number {
  return [...text.replace(ESCAPES, "")].length;
}

/** Colours by meaning; each is the text itself where there is no terminal or NO_COLOR is set. */
export interface Palette {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** The palette that suits where the output goes. */
export function paletteFor({ isTerminal, env }: Pick<CliIo, "isTerminal" | "env">): Palette {
  const enabled = isTerminal && !env.NO_COLOR;
  const paint = (code: number) => (text: string) =>
    enabled ? `${ESCAPE}[${code}m${text}${ESCAPE}[0m` : text;
  return { good: paint(32), bad: paint(31), busy: paint(33), dim: paint(2), strong: paint(1) };
}

/** Paints a word of status: COMPLETE and Healthy well, FATAL_ERROR and Degraded badly, the rest as busy. */
export function paintStatus(palette: Palette): (text: string, status: string) => string {
  return (text, status) => {
    if (["COMPLETE", "Healthy", "InSync", "ok", "true"].includes(status)) return palette.good(text);
    if (["FATAL_ERROR", "ERROR", "Degraded", "Drifted", "failed"].includes(status)) return palette.bad(text);
    if (["IN_PROGRESS", "PENDING", "Progressing", "stale", "pending"].includes(status))
      return palette.busy(text);
    return palette.dim(text);
  };
}
