import { openBlocks, tokenMark } from "./errorPlace.ts";
import { bytesOf, textOf } from "./goString.ts";
import type { Lexer } from "./lexer.ts";
import { LiteralError } from "./literal.ts";
import type { Tree } from "./node.ts";
import { type ErrorDetails, markAt, positionAt, TemplateParseError } from "./templateError.ts";
import { type Token, type TokenType, tokenText } from "./token.ts";
import { TokenStream } from "./tokenStream.ts";

/** The functions that a template may call. */
export interface FunctionNames {
  readonly has: (name: string) => boolean;
  readonly all: () => readonly string[];
}

/** What the parsers of one file share. */
export interface FileInput {
  readonly name: string;
  readonly bytes: string;
  readonly lexer: Lexer;
  readonly functions: FunctionNames;
  readonly trees: Map<string, Tree>;
  /** What waits for its `{{end}}`, innermost last. */
  readonly open: Token[];
}

/** What the parsers of one tree read from: its tokens, and what is to be said of a wrong one. */
export class TreeInput {
  readonly file: FileInput;
  readonly tokens: TokenStream;
  /** Where the action that is being read begins; line 0 outside of one. */
  #actionLine = 0;
  #actionPos = 0;

  constructor(file: FileInput) {
    this.file = file;
    this.tokens = new TokenStream(file.lexer);
  }

  beginAction({ line, pos }: Token): void {
    this.#actionLine = line;
    this.#actionPos = pos;
  }

  endAction(): void {
    this.#actionLine = 0;
  }

  /** Parses the text of a token; a mistake in it is one at that token. */
  literal<T>(token: Token, parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      if (error instanceof LiteralError) return this.fail(error.message, token);
      throw error;
    }
  }

  /** The next token, which must be of one of the types. */
  expect(types: readonly TokenType[], context: string): Token {
    const token = this.tokens.nextNonSpace();
    return types.includes(token.type) ? token : this.unexpected(token, context);
  }

  unexpected(token: Token, context: string): never {
    if (token.type !== "error") return this.fail(`unexpected ${tokenText(token)} in ${context}`, token);
    const { name, bytes } = this.file;
    let extra = "";
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      const started = ` started at ${bytesOf(name)}:${this.#actionLine}`;
      extra = token.value.endsWith(" action") ? started : ` in action${started}`;
    }
    const isOfAction = this.#actionLine !== 0 && /^unclosed (action|left paren)$/.test(token.value);
    const mark = isOfAction ? markAt(bytes, this.#actionPos, this.#actionPos + 2) : undefined;
    return this.fail(token.value + extra, token, { mark });
  }

  /** Go knows the line only; the column is that of the token at hand. */
  fail(message: string, token = this.tokens.newest, details: ErrorDetails = {}): never {
    const { name, bytes } = this.file;
    const line = this.tokens.newest?.line ?? 0;
    const pos = token?.pos ?? 0;
    throw new TemplateParseError(
      `template: ${name}:${line}: ${textOf(message)}`,
      name,
      positionAt(bytes, pos),
      {
        ...details,
        mark: details.mark ?? tokenMark(bytes, token),
        open: openBlocks(bytes, this.file.open),
      },
    );
  }
}
