import { AppError } from "../base/errors.ts";
import { textOf } from "./goString.ts";

/** Where in a template something went wrong. */
export interface TemplatePosition {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units; Go's own column, in bytes from 0, stands in the message. */
  readonly column: number;
}

/**
 * A template that cannot be parsed or executed.
 *
 * `message` is what Go 1.26 says, `template: NAME:LINE:COLUMN: …` included.
 */
export abstract class TemplateError extends AppError {
  readonly retryable = false;
  /** Name of the file's template, also for a mistake inside a `{{define}}`. */
  readonly template: string;
  readonly line: number;
  readonly column: number;

  constructor(message: string, template: string, at: TemplatePosition, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.template = template;
    this.line = at.line;
    this.column = at.column;
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
