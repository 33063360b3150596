import { bytesOf, textOf } from "./goString.ts";
import { quote } from "./quote.ts";

/** What a token is; the keywords carry their own name. */
export type TokenType =
  | "error"
  | "bool"
  | "char"
  | "charConstant"
  | "complex"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "leftDelimiter"
  | "leftParenthesis"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelimiter"
  | "rightParenthesis"
  | "space"
  | "string"
  | "text"
  | "variable"
  | Keyword;

type Keyword =
  | "block"
  | "break"
  | "continue"
  | "dot"
  | "define"
  | "else"
  | "end"
  | "if"
  | "nil"
  | "range"
  | "template"
  | "with";

/** One token; `value` is the text of it (a byte string), or the message of an error. */
export interface Token {
  readonly type: TokenType;
  /** Byte offset. */
  readonly pos: number;
  readonly value: string;
  /** Line at its beginning, from 1. */
  readonly line: number;
}

/** The words of the language, as they are written. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  [".", "dot"],
  ["block", "block"],
  ["break", "break"],
  ["continue", "continue"],
  ["define", "define"],
  ["else", "else"],
  ["end", "end"],
  ["if", "if"],
  ["nil", "nil"],
  ["range", "range"],
  ["template", "template"],
  ["with", "with"],
]);

const KEYWORD_TYPES: ReadonlySet<TokenType> = new Set(KEYWORDS.values());

/** What a word of a command may begin with. */
export const OPERAND_TOKENS: ReadonlySet<TokenType> = new Set([
  "bool",
  "charConstant",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "rawString",
  "string",
  "variable",
  "leftParenthesis",
]);

/** A token as Go's messages show it (byte string). */
export function tokenText({ type, value }: Token): string {
  if (type === "eof") return "EOF";
  if (KEYWORD_TYPES.has(type)) return `<${value}>`;
  return value.length > 10 ? `${quote(firstRunes(value, 10))}...` : quote(value);
}

/** What %.10q keeps of a value. */
function firstRunes(bytes: string, count: number): string {
  return bytesOf(Array.from(textOf(bytes)).slice(0, count).join(""));
}
