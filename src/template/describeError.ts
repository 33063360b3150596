import { excerptAt } from "../base/issue.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import { blockSuspect } from "./blockSuspect.ts";
import { errorHint } from "./errorHint.ts";
import type { CallChain, TemplateError, TemplateMark } from "./templateError.ts";

/** An error of a template as a person reads it. */
export interface ErrorDescription {
  /** Go's words without the place, and what was perhaps meant. */
  readonly message: string;
  /** Where to look: the words in question, or where what is not closed begins. */
  readonly mark: TemplateMark;
  /** The line with carets below it, then each call that leads there, the nearest first, with its line. */
  readonly excerpt: string | undefined;
  readonly hint: string | undefined;
}

/** In UTF-16 code units: a message may quote a value of any size. */
const LONGEST_MESSAGE = 2000;
const LONGEST_NAME = 100;
/** A template may declare any number of variables; the latest are the likeliest. */
const MOST_CANDIDATES = 1000;

/**
 * Puts an error into words. Nothing of the data is told but names of fields, and what Go's own message has.
 *
 * @param text  the whole file
 * @param file  how the file is called in the calls
 */
export function describeError(error: TemplateError, text: string, file: string): ErrorDescription {
  const words = plainWords(error);
  const unclosed = words === "unexpected EOF" ? error.open.at(-1) : undefined;
  const mark = unclosed
    ? { ...unclosed, length: unclosed.keyword.length }
    : closerMark(error.mark, words, text);
  const hint = unclosed
    ? `the {{${unclosed.keyword}}} of line ${unclosed.line} has no {{end}}${others(error)}${suspicion(text)}`
    : errorHint(error, words);
  const excerpt = excerptAt(text, mark.line, mark.column, mark.length);
  const parts = [excerpt, ...callTexts(error.chain, text, file)].filter((part) => part !== undefined);
  return {
    message: `${words}${hint !== undefined && error.unknown?.kind === "function" ? "" : guess(error)}`,
    mark,
    excerpt: parts.length === 0 ? undefined : parts.join("\n"),
    hint,
  };
}

/** A description as text: `FILE:LINE:COLUMN: message`, the lines, the hint. */
export function formatDescription({ message, mark, excerpt, hint }: ErrorDescription, file: string): string {
  const lines = [
    `${file}:${mark.line}:${mark.column}: ${cut(message, LONGEST_MESSAGE)}`,
    excerpt,
    hint && `  hint: ${cut(hint, LONGEST_MESSAGE)}`,
  ];
  return lines.filter((line) => line !== undefined).join("\n");
}

/** The word or character that the message names, where the parser noticed it just behind or before. */
function closerMark(mark: TemplateMark, words: string, text: string): TemplateMark {
  const keyword = /\{\{(end|else|break|continue)\}\}/.exec(words)?.[1];
  const character = /^bad character U\+([0-9A-F]+)/.exec(words)?.[1];
  if (keyword === undefined && character === undefined) return mark;
  const line = text.split("\n", mark.line)[mark.line - 1] ?? "";
  if (character !== undefined) {
    const at = line.indexOf(String.fromCodePoint(Number.parseInt(character, 16)), mark.column - 1);
    return at === -1 ? mark : { ...mark, column: at + 1, length: 1 };
  }
  const at = line.slice(0, mark.column - 1).lastIndexOf(keyword ?? "");
  const between = line.slice(at + (keyword ?? "").length, mark.column - 1);
  return at === -1 || !/^[\s-]*$/.test(between)
    ? mark
    : { ...mark, column: at + 1, length: (keyword ?? "").length };
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** Go's message without `template: NAME:LINE:COLUMN: executing … at <…>: `, which the lines show. */
function plainWords({ message }: TemplateError): string {
  return message
    .replace(/^template: [^\n]*?:\d+(?::\d+)?: /, "")
    .replace(/^executing "(?:[^"\\]|\\.)*" at <[\s\S]*?>: (?=\S)/, "");
}

function guess({ unknown }: TemplateError): string {
  if (unknown === undefined) return "";
  const candidates = unknown.candidates.slice(-MOST_CANDIDATES);
  if (unknown.elsewhere !== undefined) return `; did you mean "${unknown.elsewhere}"?`;
  if (unknown.kind !== "variable") return didYouMean(unknown.name, candidates);
  const near = nearest(
    unknown.name.slice(1),
    candidates.map((name) => name.slice(1)),
  );
  return near === undefined ? "" : `; did you mean "$${near}"?`;
}

function others({ open }: TemplateError): string {
  const outer = open.slice(0, -1).map(({ keyword, line }) => `{{${keyword}}} of line ${line}`);
  return outer.length === 0 ? "" : `, or one inside it; still open around it: ${outer.join(", ")}`;
}

function suspicion(text: string): string {
  const suspect = blockSuspect(text);
  if (suspect === undefined) return "";
  const { keyword, line, endLine } = suspect;
  return `; perhaps that of the {{${keyword}}} of line ${line} was forgotten: the {{end}} of line ${endLine}, which ends it, stands further left`;
}

function callTexts({ calls, hidden }: CallChain, text: string, file: string): readonly string[] {
  const texts = calls.map(({ name, line, column, length, times }) => {
    const place = `${file}:${line}:${column}${times > 1 ? `, ${times} times` : ""}`;
    const excerpt = excerptAt(text, line, column, length);
    return `  in template "${cut(name, LONGEST_NAME)}", called at ${place}${excerpt ? `\n${excerpt}` : ""}`;
  });
  return hidden === 0 ? texts : [...texts.slice(0, -1), `  … and ${hidden} calls more`, ...texts.slice(-1)];
}
