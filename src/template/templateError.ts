import { AppError } from "../base/errors.ts";
import { textOf } from "./goString.ts";

/** Where in a template something went wrong. */
export interface TemplatePosition {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units; Go's own column, in bytes from 0, stands in the message. */
  readonly column: number;
}

/** The words that an error is about. */
export interface TemplateMark extends TemplatePosition {
  /** In UTF-16 code units, at least 1; never past the end of the line. */
  readonly length: number;
}

/** A call of a template on the way to an error. */
export interface TemplateCall extends TemplateMark {
  /** Name of the template that was called. */
  readonly name: string;
  /** How many times in a row: more than once in a recursion. */
  readonly times: number;
}

/** The calls that lead to an error. */
export interface CallChain {
  /** The innermost first; of a long chain its two ends. */
  readonly calls: readonly TemplateCall[];
  /** Calls left out before the last of `calls`. */
  readonly hidden: number;
}

/** A name that nothing has, and those that there are in its place. */
export interface UnknownName {
  readonly kind: "key" | "variable" | "function" | "template";
  readonly name: string;
  readonly candidates: readonly string[];
  /** Where the very name is to be found, one level further down: `.Params.NODE_COUNT`. */
  readonly elsewhere?: string | undefined;
}

/** `.A.B` of something that has no B. */
export interface FailedField {
  /** All names of the operand, without dots. */
  readonly names: readonly string[];
  /** Index of the name that could not be read. */
  readonly at: number;
  /** The variable that the names belong to, `$` included; empty for dot, `undefined` for another operand. */
  readonly owner: string | undefined;
  /** What it was read from, in words: `nothing`, `text`, `a number`. */
  readonly receiver: string;
  /** True when `$` has the first name, so that `$.NAME` would do. */
  readonly isInRoot: boolean;
}

/** A control structure, `define` or `block` whose `{{end}}` has not come. */
export interface OpenBlock extends TemplatePosition {
  readonly keyword: string;
}

/** What is known of an error besides Go's words. It is gathered when an error happens and costs nothing before. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly mark?: TemplateMark | undefined;
  readonly chain?: CallChain;
  readonly unknown?: UnknownName | undefined;
  readonly field?: FailedField | undefined;
  /** Innermost last. */
  readonly open?: readonly OpenBlock[];
}

/**
 * A template that cannot be parsed or executed.
 *
 * `message` is what Go 1.26 says, `template: NAME:LINE:COLUMN: …` included; the rest is for people, see
 * `describeError`.
 */
export abstract class TemplateError extends AppError {
  readonly retryable = false;
  /** Name of the file's template, also for a mistake inside a `{{define}}`. */
  readonly template: string;
  /** Go's place. */
  readonly line: number;
  readonly column: number;
  /** The words in question: at Go's place, or closer where more is known. */
  readonly mark: TemplateMark;
  /** Empty in the file's own template. */
  readonly chain: CallChain;
  readonly unknown: UnknownName | undefined;
  readonly field: FailedField | undefined;
  readonly open: readonly OpenBlock[];

  constructor(message: string, template: string, at: TemplatePosition, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.template = template;
    this.line = at.line;
    this.column = at.column;
    this.mark = details.mark ?? { ...at, length: 1 };
    this.chain = details.chain ?? { calls: [], hidden: 0 };
    this.unknown = details.unknown;
    this.field = details.field;
    this.open = details.open ?? [];
  }
}

/** The template is not well formed, or names a function that does not exist. */
export class TemplateParseError extends TemplateError {
  readonly code = "template.parse";
}

/** The template ended with an error, its own `fail` included, or reached a limit. */
export class TemplateExecError extends TemplateError {
  readonly code = "template.exec";
}

/** Line and column of a byte offset in a template's bytes. */
export function positionAt(bytes: string, pos: number): TemplatePosition {
  const before = bytes.slice(0, pos);
  const lineStart = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line++;
  return { line, column: textOf(before.slice(lineStart)).length + 1 };
}

/** The mark of some bytes of a template, up to the end of the line. */
export function markAt(bytes: string, start: number, end: number): TemplateMark {
  const lineEnd = bytes.indexOf("\n", start);
  const stop = lineEnd === -1 ? end : Math.min(end, lineEnd);
  return { ...positionAt(bytes, start), length: Math.max(1, textOf(bytes.slice(start, stop)).length) };
}
