import { printable } from "./printable.ts";

/**
 * A mistake in a file that somebody wrote: collected, located, never thrown.
 *
 * `line` and `column` count from 1; `column` counts UTF-16 code units. `excerpt` is the line itself
 * with a caret below, ready to print under the message.
 */
export interface Issue {
  readonly severity: "error" | "warning";
  /** Stable and documented, `package.taskUndefined`. */
  readonly code: string;
  readonly message: string;
  /** Path from the root of the snapshot, with `/`. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly excerpt?: string;
  /** One sentence that says what to do next. */
  readonly hint?: string;
}

/** Where an issue lies: a file, and a place in it when there is one. */
export interface Location {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** `file:line:column: message`, with as much of the place as is known. */
export function formatIssue(issue: Issue): string {
  const place = [issue.file, issue.line, issue.line === undefined ? undefined : issue.column]
    .filter((part) => part !== undefined)
    .join(":");
  const head = `${issue.severity}: ${place ? `${place}: ` : ""}${issue.message}`;
  return [head, issue.excerpt, issue.hint && `  hint: ${issue.hint}`].filter(Boolean).join("\n");
}

/** True when one of the issues keeps its file from being used. */
export function hasErrors(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.severity === "error");
}

/**
 * The source line at `line` with a caret under `column`, both from 1; `undefined` past the end of the text.
 *
 * A long line is cut to a window around the column; tabs stay tabs so that the caret lines up.
 *
 * @param length  how many carets, for a whole word; they end with the line
 */
export function excerptAt(text: string, line: number, column: number, length = 1): string | undefined {
  const source = text.split("\n", line)[line - 1]?.replace(/\r$/, "");
  if (source === undefined) return undefined;
  const start = column > 100 ? column - 60 : 0;
  const shown = printable(source.slice(start, start + 120));
  const before = source.slice(start, Math.max(start, column - 1)).replace(/[^\t]/g, " ");
  const number = String(line);
  const carets = "^".repeat(Math.max(1, Math.min(length, start + shown.length - column + 1)));
  return `  ${number} | ${shown}\n  ${" ".repeat(number.length)} | ${before}${carets}`;
}

/** The line of a text as an excerpt without a caret; `undefined` past the end of the text. */
export function lineAt(text: string, line: number): string | undefined {
  return excerptAt(text, line, 1)?.split("\n")[0];
}
