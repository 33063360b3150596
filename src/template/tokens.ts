import { bytesOf, textOf } from "./goString.ts";
import type { Lexer, Token, TokenType } from "./lexer.ts";
import { quote } from "./quote.ts";

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

const KEYWORD_TOKENS: ReadonlySet<TokenType> = new Set([
  "block",
  "break",
  "continue",
  "dot",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
]);

/** A token as Go's messages show it (byte string). */
export function tokenText({ type, value }: Token): string {
  if (type === "eof") return "EOF";
  if (KEYWORD_TOKENS.has(type)) return `<${value}>`;
  return value.length > 10 ? `${quote(firstRunes(value, 10))}...` : quote(value);
}

/** What %.10q keeps of a value. */
function firstRunes(bytes: string, count: number): string {
  return bytesOf(Array.from(textOf(bytes)).slice(0, count).join(""));
}

/** The tokens of a lexer without end of look-ahead: what is put back comes again. */
export class TokenStream {
  readonly #lexer: Lexer;
  /** Tokens put back, the next one last. */
  readonly #pending: Token[] = [];
  #newest: Token | undefined;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  /** The token that the lexer gave last: Go reports errors on its line. */
  get newest(): Token | undefined {
    return this.#newest;
  }

  next(): Token {
    const token = this.#pending.pop();
    if (token !== undefined) return token;
    this.#newest = this.#lexer.next();
    return this.#newest;
  }

  nextNonSpace(): Token {
    let token = this.next();
    while (token.type === "space") token = this.next();
    return token;
  }

  /** Puts tokens back, the one to come last first. */
  putBack(token: Token, before?: Token): void {
    this.#pending.push(token);
    if (before !== undefined) this.#pending.push(before);
  }

  peek(): Token {
    const known = this.#pending[this.#pending.length - 1];
    if (known !== undefined) return known;
    const token = this.next();
    this.#pending.push(token);
    return token;
  }

  peekNonSpace(): Token {
    let token = this.peek();
    while (token.type === "space") {
      this.#pending.pop();
      token = this.peek();
    }
    return token;
  }
}
