import type { Palette } from "../output.ts";
import type { Answer } from "./answerOf.ts";
import type { Expectation, TemplateRow } from "./templateRow.ts";

/** Longer texts are cut: this many characters of a template, of a line, this many lines of a side. */
const TEMPLATE_LENGTH = 160;
const LINE_LENGTH = 160;
const LINES_AROUND = 3;

/** A row that failed, with where it stands: `rows.jsonl:12`. */
export interface Difference {
  readonly place: string;
  readonly row: TemplateRow;
  readonly got: Answer;
}

/**
 * A difference for people: the template, then where the two answers part, lines that are missing with `-` (wanted)
 * and those in their place with `+` (got).
 */
export function showDifference({ place, row, got }: Difference, palette: Palette): string {
  const sprig = row.sprig === undefined ? "" : ` (Sprig ${row.sprig})`;
  const lines = [
    palette.strong(`${place}: ${row.name || "row without a name"}${sprig}`),
    `  template  ${quoted(row.template, TEMPLATE_LENGTH)}`,
    ...answersOf(row.expected, got, palette).map((line) => `  ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

function answersOf(wanted: Expectation, got: Answer, palette: Palette): readonly string[] {
  if (wanted.kind === "output" && got.kind === "output") return textsOf(wanted.text, got.text, palette);
  return [
    palette.bad(`- wanted  ${side(wanted)}`),
    palette.good(`+ got     ${side(got)}`),
    ...placeOfError(wanted, got),
  ];
}

function side(answer: Expectation): string {
  if (answer.kind === "output") return `output ${quoted(answer.text, LINE_LENGTH)}`;
  return answer.message === undefined ? "an error" : `error ${quoted(answer.message, 2 * LINE_LENGTH)}`;
}

function placeOfError(wanted: Expectation, got: Answer): readonly string[] {
  if (wanted.kind === "output" || got.kind === "output" || wanted.message === undefined) return [];
  const at = firstDifference(wanted.message, got.message);
  return [`the messages part at character ${at + 1}: ${quoted(got.message.slice(at), 40)}`];
}

/** The lines around the first that differs. */
function textsOf(wanted: string, got: string, palette: Palette): readonly string[] {
  const at = firstDifference(wanted, got);
  const before = wanted.slice(0, at);
  const line = before.split("\n").length - 1;
  const column = at - (before.lastIndexOf("\n") + 1) + 1;
  const [wantedLines, gotLines] = [wanted.split("\n"), got.split("\n")];
  const same = wantedLines.slice(Math.max(0, line - LINES_AROUND), line);
  const [removed, added] = changedLines(wantedLines.slice(line), gotLines.slice(line));
  return [
    `the outputs part at line ${line + 1}, column ${column} (- wanted, + got):`,
    ...same.map((text) => `    ${quoted(text, LINE_LENGTH)}`),
    ...cut(removed).map((text) => palette.bad(`  - ${text}`)),
    ...cut(added).map((text) => palette.good(`  + ${text}`)),
  ];
}

/** Both sides without the lines that they end with alike. */
function changedLines(
  wanted: readonly string[],
  got: readonly string[],
): readonly [readonly string[], readonly string[]] {
  let alike = 0;
  while (
    alike < Math.min(wanted.length, got.length) - 1 &&
    wanted[wanted.length - 1 - alike] === got[got.length - 1 - alike]
  ) {
    alike++;
  }
  return [wanted.slice(0, wanted.length - alike), got.slice(0, got.length - alike)];
}

function cut(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, LINES_AROUND).map((line) => quoted(line, LINE_LENGTH));
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `… and ${more} more ${more === 1 ? "line" : "lines"}`];
}

/** In quotes, so that blanks show; the middle goes when it is too long. */
function quoted(text: string, length: number): string {
  if (text.length <= length) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, length))}… (${text.length} characters)`;
}

/** Index of the first code unit that differs. */
function firstDifference(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return at;
  }
  return length;
}
