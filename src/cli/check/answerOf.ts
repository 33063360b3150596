import { functionsOf } from "../../template/functions/sprigVersion.ts";
import { goValueOf } from "../../template/goValue.ts";
import { parseTemplate } from "../../template/template.ts";
import { TemplateError } from "../../template/templateError.ts";
import type { Expectation, TemplateRow } from "./templateRow.ts";

/** What a template came to: its output, or the message of the error, which is Go's. */
export type Answer =
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "error"; readonly message: string };

/** Runs the template of a row, under the name that the expected message gives it. */
export function answerOf(row: Omit<TemplateRow, "name">): Answer {
  const functions = row.isPlainGo ? new Map() : functionsOf(row.sprig);
  try {
    const template = parseTemplate(nameIn(row.expected), row.template, functions);
    const options = row.now === undefined ? {} : { now: row.now };
    return { kind: "output", text: template.execute(goValueOf(row.data), options) };
  } catch (error) {
    if (error instanceof TemplateError) return { kind: "error", message: error.message };
    throw error;
  }
}

/** How an answer must agree with what is expected. */
export interface Strictness {
  /** Whether errors must be the same to the letter. */
  readonly isExact: boolean;
}

/** Whether the answer is the expected one: the same output; or an error too, at the same line and column. */
export function agrees(expected: Expectation, got: Answer, { isExact }: Strictness): boolean {
  if (expected.kind === "output") return got.kind === "output" && got.text === expected.text;
  if (got.kind === "output") return false;
  if (expected.message === undefined) return true;
  if (isExact) return got.message === expected.message;
  const place = PLACE.exec(expected.message)?.[2];
  return place === undefined || place === PLACE.exec(got.message)?.[2];
}

/** `template: NAME:LINE:` or `template: NAME:LINE:COLUMN:` */
const PLACE = /^template: (.*?):(\d+(?::\d+)?): /s;

/** What Go's message calls the template. */
function nameIn(expected: Expectation): string {
  if (expected.kind === "output") return "t";
  return PLACE.exec(expected.message ?? "")?.[1] ?? "t";
}
