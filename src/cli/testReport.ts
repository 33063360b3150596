import { excerptAt } from "../base/issue.ts";
import type { JsonValue } from "../object/json.ts";
import type { Mismatch } from "../render/judgeTest.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";
import type { Palette } from "./output.ts";

/** An expectation that does not hold, with its place in a file that a person can open. */
export interface TestFailure extends Omit<Mismatch, "path" | "part"> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One test that was run. */
export interface TestVerdict {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly failures: readonly TestFailure[];
}

/** More of a text is not shown. */
const SHOWN_LINES = 12;

/** A line for the test, and what was wanted and came for each expectation that does not hold. */
export function verdictText({ name, failures }: TestVerdict, source: string, palette: Palette): string {
  if (failures.length === 0) return `  ${palette.good("✓")} ${name}\n`;
  return `  ${palette.bad("✗")} ${name}\n${failures.map((failure) => failureText(failure, source, palette)).join("")}`;
}

function failureText(failure: TestFailure, source: string, palette: Palette): string {
  const { file, line, column, message, wanted, got } = failure;
  const excerpt = excerptAt(source, line, column);
  const lines = [
    `${palette.strong(`${file}:${line}:${column}`)}: ${message}`,
    ...(excerpt ? [palette.dim(excerpt)] : []),
    ...(wanted === undefined ? [] : [side("wanted", wanted, palette.good)]),
    ...(got === undefined && wanted === undefined ? [] : [side("got", got, palette.bad)]),
  ];
  return `${lines.join("\n").replace(/^/gm, "    ")}\n`;
}

function side(word: string, value: JsonValue | undefined, paint: (text: string) => string): string {
  const shown = shownValue(value);
  if (!shown.includes("\n")) return `  ${word.padEnd(6)} ${paint(shown)}`;
  const lines = shown.replace(/\n$/, "").split("\n");
  const cut =
    lines.length > SHOWN_LINES
      ? [...lines.slice(0, SHOWN_LINES), `… ${lines.length - SHOWN_LINES} lines more`]
      : lines;
  return `  ${word}\n${cut.map((text) => `    ${paint(text)}`).join("\n")}`;
}

/** Texts of one line with quotes, longer ones and collections on lines of their own. */
function shownValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return value.includes("\n") ? value : JSON.stringify(value);
  return typeof value === "object" && JSON.stringify(value).length > 60
    ? stringifyYaml(value)
    : JSON.stringify(value);
}
