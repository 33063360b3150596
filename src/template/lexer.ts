import { runeAt } from "./goString.ts";
import { quote } from "./quote.ts";
import { isDigit, isLetter, isPrint } from "./unicode.ts";

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

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
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

const EOF = -1;
const SPACES = /^[ \t\r\n]*/;
const SPACES_AT_END = /[ \t\r\n]*$/;

/**
 * Cuts a template's bytes into tokens, one per call of `next`.
 *
 * After an error token only `eof` follows. Positions and messages are Go's.
 *
 * @see Go 1.26 text/template/parse/lex.go
 */
export class Lexer {
  readonly #input: string;
  #end: number;
  #pos = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #depth = 0;
  #insideAction = false;

  constructor(bytes: string) {
    this.#input = bytes;
    this.#end = bytes.length;
  }

  next(): Token {
    return this.#insideAction ? this.#action() : this.#text();
  }

  #text(): Token {
    for (;;) {
      if (this.#end === 0) return this.#token("eof"); // after an error
      const open = this.#input.indexOf("{{", this.#pos);
      if (open === -1) {
        this.#moveTo(this.#end);
        return this.#pos > this.#start ? this.#token("text") : this.#token("eof");
      }
      if (open > this.#pos) {
        const text = this.#textBefore(open);
        if (text.value.length > 0) return text;
      }
      const token = this.#leftDelimiter();
      if (token !== undefined) return token;
    }
  }

  /** The text up to an action, less what a trim marker takes away; leaves the lexer on the delimiter. */
  #textBefore(open: number): Token {
    const text = this.#input.slice(this.#start, open);
    const trimmed = this.#hasTrimMarker(open + 2) ? (SPACES_AT_END.exec(text)?.[0].length ?? 0) : 0;
    this.#moveTo(open - trimmed);
    const token = this.#token("text");
    this.#moveTo(open);
    this.#skip();
    return token;
  }

  /** `{{`, or nothing when it begins a comment. */
  #leftDelimiter(): Token | undefined {
    const marker = this.#hasTrimMarker(this.#pos + 2) ? 2 : 0;
    if (this.#input.startsWith("/*", this.#pos + 2 + marker)) {
      this.#moveTo(this.#pos + 2 + marker);
      this.#skip();
      return this.#comment();
    }
    this.#pos += 2;
    const token = this.#token("leftDelimiter");
    this.#insideAction = true;
    this.#moveTo(this.#pos + marker);
    this.#skip();
    this.#depth = 0;
    return token;
  }

  #comment(): Token | undefined {
    const close = this.#input.indexOf("*/", this.#pos + 2);
    if (close === -1) return this.#error("unclosed comment");
    this.#moveTo(close + 2);
    const delimiter = this.#rightDelimiterAt();
    if (delimiter === undefined) return this.#error("comment ends before closing delimiter");
    this.#skip();
    this.#passRightDelimiter(delimiter);
    this.#skip();
    return undefined;
  }

  #action(): Token {
    const delimiter = this.#rightDelimiterAt();
    if (delimiter !== undefined) {
      return this.#depth === 0 ? this.#rightDelimiter(delimiter) : this.#error("unclosed left paren");
    }
    const rune = this.#peek();
    if (rune === EOF) return this.#error("unclosed action");
    if (isBlank(rune)) return this.#space();
    this.#advance();
    switch (String.fromCodePoint(rune)) {
      case "=":
        return this.#token("assign");
      case ":":
        return this.#advance() === 0x3d ? this.#token("declare") : this.#error("expected :=");
      case "|":
        return this.#token("pipe");
      case '"':
        return this.#quoted(0x22, "string", "quoted string");
      case "'":
        return this.#quoted(0x27, "charConstant", "character constant");
      case "`":
        return this.#rawString();
      case "$":
        return this.#fieldOrVariable("variable");
      case "(":
        this.#depth++;
        return this.#token("leftParenthesis");
      case ")":
        return --this.#depth < 0 ? this.#error("unexpected right paren") : this.#token("rightParenthesis");
      case ".":
        if (this.#pos < this.#end && !isAsciiDigit(this.#peek())) return this.#fieldOrVariable("field");
        break;
      case "+":
      case "-":
        break;
      default:
        return isAsciiDigit(rune) ? this.#number() : this.#wordOrCharacter(rune);
    }
    return this.#number();
  }

  #wordOrCharacter(rune: number): Token {
    if (isAlphaNumeric(rune)) return this.#identifier();
    if (rune < 0x80 && isPrint(rune)) return this.#token("char");
    return this.#error(`unrecognized character in action: ${unicodeName(rune)}`);
  }

  #rightDelimiter(delimiter: RightDelimiter): Token {
    if (delimiter === "trimming") {
      this.#moveTo(this.#pos + 2);
      this.#skip();
    }
    this.#pos += 2;
    const token = this.#token("rightDelimiter");
    if (delimiter === "trimming") this.#skipSpaces();
    this.#insideAction = false;
    return token;
  }

  #passRightDelimiter(delimiter: RightDelimiter): void {
    this.#moveTo(this.#pos + (delimiter === "trimming" ? 4 : 2));
    if (delimiter === "trimming") this.#skipSpaces();
  }

  #skipSpaces(): void {
    const spaces = SPACES.exec(this.#input.slice(this.#pos, this.#end))?.[0].length ?? 0;
    this.#moveTo(this.#pos + spaces);
    this.#skip();
  }

  /** A run of spaces; the last one may belong to ` -}}`. */
  #space(): Token {
    let count = 0;
    for (; isBlank(this.#peek()); count++) this.#advance();
    const last = this.#pos - 1;
    if (this.#input[last + 1] === "-" && this.#input.startsWith("}}", last + 2)) {
      if (this.#input[last] === "\n") this.#line--;
      this.#pos = last;
      if (count === 1) return this.#rightDelimiter("trimming");
    }
    return this.#token("space");
  }

  #identifier(): Token {
    while (isAlphaNumeric(this.#peek())) this.#advance();
    if (!this.#atTerminator()) return this.#error(`bad character ${unicodeName(this.#peek())}`);
    const word = this.#input.slice(this.#start, this.#pos);
    const keyword = KEYWORDS.get(word);
    if (keyword !== undefined) return this.#token(keyword);
    return this.#token(word === "true" || word === "false" ? "bool" : "identifier");
  }

  #fieldOrVariable(type: "field" | "variable"): Token {
    if (this.#atTerminator()) return this.#token(type === "field" ? "dot" : "variable");
    while (isAlphaNumeric(this.#peek())) this.#advance();
    if (!this.#atTerminator()) return this.#error(`bad character ${unicodeName(this.#peek())}`);
    return this.#token(type);
  }

  #atTerminator(): boolean {
    const rune = this.#peek();
    if (rune === EOF || isBlank(rune) || ".,|:()".includes(String.fromCodePoint(rune))) return true;
    return this.#input.startsWith("}}", this.#pos);
  }

  #quoted(end: number, type: "string" | "charConstant", what: string): Token {
    for (;;) {
      let rune = this.#advance();
      if (rune === end) return this.#token(type);
      if (rune === 0x5c) {
        rune = this.#advance();
        if (rune !== EOF && rune !== 0x0a) continue;
      }
      if (rune === EOF || rune === 0x0a) return this.#error(`unterminated ${what}`);
    }
  }

  #rawString(): Token {
    for (;;) {
      const rune = this.#advance();
      if (rune === EOF) return this.#error("unterminated raw quoted string");
      if (rune === 0x60) return this.#token("rawString");
    }
  }

  #number(): Token {
    this.#pos = this.#start;
    const bad = (): Token =>
      this.#error(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#pos))}`);
    if (!this.#scanNumber()) return bad();
    if (!this.#isNext("+-")) return this.#token("number");
    return this.#scanNumber() && this.#input[this.#pos - 1] === "i" ? this.#token("complex") : bad();
  }

  /** Takes what looks like a number; the parser finds out whether it is one. */
  #scanNumber(): boolean {
    this.#accept("+-");
    let digits = "0123456789_";
    if (this.#accept("0")) {
      if (this.#accept("xX")) digits = "0123456789abcdefABCDEF_";
      else if (this.#accept("oO")) digits = "01234567_";
      else if (this.#accept("bB")) digits = "01_";
    }
    this.#acceptRun(digits);
    if (this.#accept(".")) this.#acceptRun(digits);
    const exponent = digits.length === 11 ? "eE" : digits.length === 23 ? "pP" : "";
    if (this.#accept(exponent)) {
      this.#accept("+-");
      this.#acceptRun("0123456789_");
    }
    this.#accept("i");
    if (!isAlphaNumeric(this.#peek())) return true;
    this.#advance();
    return false;
  }

  #isNext(set: string): boolean {
    const rune = this.#peek();
    return rune !== EOF && set.includes(String.fromCodePoint(rune));
  }

  #accept(set: string): boolean {
    const found = this.#isNext(set);
    if (found) this.#advance();
    return found;
  }

  #acceptRun(set: string): void {
    while (this.#accept(set));
  }

  #peek(): number {
    return this.#pos < this.#end ? runeAt(this.#input, this.#pos).rune : EOF;
  }

  #advance(): number {
    if (this.#pos >= this.#end) return EOF;
    const { rune, size } = runeAt(this.#input, this.#pos);
    this.#pos += size;
    if (rune === 0x0a) this.#line++;
    return rune;
  }

  #hasTrimMarker(at: number): boolean {
    return this.#input[at] === "-" && isBlank(this.#input.charCodeAt(at + 1));
  }

  #rightDelimiterAt(): RightDelimiter | undefined {
    if (this.#input.startsWith("}}", this.#pos)) return "plain";
    const trimming =
      isBlank(this.#input.charCodeAt(this.#pos)) && this.#input.startsWith("-}}", this.#pos + 1);
    return trimming ? "trimming" : undefined;
  }

  /** Moves forward over text that was not read rune by rune, counting its lines. */
  #moveTo(pos: number): void {
    for (let at = this.#input.indexOf("\n", this.#pos); at !== -1 && at < pos; ) {
      this.#line++;
      at = this.#input.indexOf("\n", at + 1);
    }
    this.#pos = pos;
  }

  #skip(): void {
    this.#start = this.#pos;
    this.#startLine = this.#line;
  }

  #token(type: TokenType): Token {
    const value = type === "eof" ? "EOF" : this.#input.slice(this.#start, this.#pos);
    const token = { type, pos: this.#start, value, line: this.#startLine };
    this.#skip();
    return token;
  }

  #error(message: string): Token {
    const token: Token = { type: "error", pos: this.#start, value: message, line: this.#startLine };
    this.#end = 0;
    this.#pos = 0;
    this.#start = 0;
    this.#insideAction = false;
    return token;
  }
}

type RightDelimiter = "plain" | "trimming";

/** `U+0021 '!'`, as Go's %#U writes a rune. */
function unicodeName(rune: number): string {
  const value = rune === EOF ? 0xffffffffffffffffn : BigInt(rune);
  const name = `U+${value.toString(16).toUpperCase().padStart(4, "0")}`;
  return rune >= 0 && isPrint(rune) ? `${name} '${quoteRune(rune)}'` : name;
}

function quoteRune(rune: number): string {
  return Buffer.from(String.fromCodePoint(rune), "utf8").toString("latin1");
}

function isBlank(rune: number): boolean {
  return rune === 32 || rune === 9 || rune === 13 || rune === 10;
}

function isAsciiDigit(rune: number): boolean {
  return rune >= 48 && rune <= 57;
}

function isAlphaNumeric(rune: number): boolean {
  return rune === 0x5f || (rune !== EOF && (isLetter(rune) || isDigit(rune)));
}
