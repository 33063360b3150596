import type { Lexer } from "./lexer.ts";
import type { Token } from "./token.ts";

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
