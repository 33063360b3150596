import { runeAt } from "./goString.ts";
import { quote } from "./quote.ts";
import { EOF, isAlphaNumeric, isAsciiDigit, isBlank, unicodeName, WORD_BYTES } from "./runeClass.ts";
import { KEYWORDS, type Token, type TokenType } from "./token.ts";
import { isPrint } from "./unicode.ts";

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
  /** Line of `#start`, and where the first line break from there on is. */
  #line = 1;
  #lineBreak: number;
  #depth = 0;
  #insideAction = false;

  constructor(bytes: string) {
    this.#input = bytes;
    this.#end = bytes.length;
    this.#lineBreak = placeOf(bytes, "\n", 0);
  }

  next(): Token {
    return this.#insideAction ? this.#action() : this.#text();
  }

  #text(): Token {
    for (;;) {
      if (this.#end === 0) return this.#token("eof"); // after an error
      const open = this.#input.indexOf("{{", this.#pos);
      if (open === -1) {
        this.#pos = this.#end;
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
    let end = open;
    if (this.#hasTrimMarker(open + 2)) {
      while (end > this.#start && isBlank(this.#input.charCodeAt(end - 1))) end--;
    }
    this.#pos = end;
    const token = this.#token("text");
    this.#pos = open;
    this.#skip();
    return token;
  }

  /** `{{`, or nothing when it begins a comment. */
  #leftDelimiter(): Token | undefined {
    const marker = this.#hasTrimMarker(this.#pos + 2) ? 2 : 0;
    if (this.#input.startsWith("/*", this.#pos + 2 + marker)) {
      this.#pos += 2 + marker;
      this.#skip();
      return this.#comment();
    }
    this.#pos += 2;
    const token = this.#token("leftDelimiter");
    this.#insideAction = true;
    this.#pos += marker;
    this.#skip();
    this.#depth = 0;
    return token;
  }

  #comment(): Token | undefined {
    const close = this.#input.indexOf("*/", this.#pos + 2);
    if (close === -1) return this.#error("unclosed comment");
    this.#pos = close + 2;
    const delimiter = this.#rightDelimiterAt();
    if (delimiter === undefined) return this.#error("comment ends before closing delimiter");
    this.#skip();
    this.#passRightDelimiter(delimiter);
    this.#skip();
    return undefined;
  }

  #action(): Token {
    const code = this.#input.charCodeAt(this.#pos); // NaN at the end, which equals nothing
    const delimiter = code === 0x7d || isBlank(code) ? this.#rightDelimiterAt() : undefined;
    if (delimiter !== undefined) {
      return this.#depth === 0 ? this.#rightDelimiter(delimiter) : this.#error("unclosed left paren");
    }
    if (isBlank(code)) return this.#space();
    if (WORD_BYTES[code] === 1) {
      if (isAsciiDigit(code)) return this.#number();
      this.#pos++;
      return this.#identifier();
    }
    const rune = this.#advance();
    if (rune === EOF) return this.#error("unclosed action");
    switch (rune) {
      case 0x3d: // =
        return this.#token("assign");
      case 0x3a: // :
        return this.#advance() === 0x3d ? this.#token("declare") : this.#error("expected :=");
      case 0x7c: // |
        return this.#token("pipe");
      case 0x22: // "
        return this.#quoted(rune, "string", "quoted string");
      case 0x27: // '
        return this.#quoted(rune, "charConstant", "character constant");
      case 0x60: // `
        return this.#rawString();
      case 0x24: // $
        return this.#fieldOrVariable("variable");
      case 0x28: // (
        this.#depth++;
        return this.#token("leftParenthesis");
      case 0x29: // )
        return --this.#depth < 0 ? this.#error("unexpected right paren") : this.#token("rightParenthesis");
      case 0x2e: // .
        if (this.#pos < this.#end && !isAsciiDigit(this.#peek())) return this.#fieldOrVariable("field");
        return this.#number();
      case 0x2b: // +
      case 0x2d: // -
        return this.#number();
      default:
        return this.#wordOrCharacter(rune);
    }
  }

  #wordOrCharacter(rune: number): Token {
    if (isAlphaNumeric(rune)) return this.#identifier();
    if (rune < 0x80 && isPrint(rune)) return this.#token("char");
    return this.#error(`unrecognized character in action: ${unicodeName(rune)}`);
  }

  #rightDelimiter(delimiter: RightDelimiter): Token {
    if (delimiter === "trimming") {
      this.#pos += 2;
      this.#skip();
    }
    this.#pos += 2;
    const token = this.#token("rightDelimiter");
    if (delimiter === "trimming") this.#skipSpaces();
    this.#insideAction = false;
    return token;
  }

  #passRightDelimiter(delimiter: RightDelimiter): void {
    this.#pos += delimiter === "trimming" ? 4 : 2;
    if (delimiter === "trimming") this.#skipSpaces();
  }

  #skipSpaces(): void {
    while (isBlank(this.#input.charCodeAt(this.#pos))) this.#pos++;
    this.#skip();
  }

  /** A run of spaces; the last one may belong to ` -}}`. */
  #space(): Token {
    while (isBlank(this.#input.charCodeAt(this.#pos))) this.#pos++;
    if (this.#input.startsWith("-}}", this.#pos)) this.#pos--;
    return this.#token("space");
  }

  #identifier(): Token {
    this.#passWord();
    if (!this.#atTerminator()) return this.#error(`bad character ${unicodeName(this.#peek())}`);
    const word = this.#input.slice(this.#start, this.#pos);
    const keyword = KEYWORDS.get(word);
    if (keyword !== undefined) return this.#token(keyword);
    return this.#token(word === "true" || word === "false" ? "bool" : "identifier");
  }

  #fieldOrVariable(type: "field" | "variable"): Token {
    if (this.#atTerminator()) return this.#token(type === "field" ? "dot" : "variable");
    this.#passWord();
    if (!this.#atTerminator()) return this.#error(`bad character ${unicodeName(this.#peek())}`);
    return this.#token(type);
  }

  #passWord(): void {
    const input = this.#input;
    for (;;) {
      let at = this.#pos;
      while (WORD_BYTES[input.charCodeAt(at)] === 1) at++;
      this.#pos = at;
      if (input.charCodeAt(at) < 0x80 || !isAlphaNumeric(this.#peek())) return;
      this.#advance();
    }
  }

  #atTerminator(): boolean {
    switch (this.#input.charCodeAt(this.#pos)) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
      case 0x2e: // .
      case 0x2c: // ,
      case 0x7c: // |
      case 0x3a: // :
      case 0x28: // (
      case 0x29: // )
        return true;
      case 0x7d: // }
        return this.#input.charCodeAt(this.#pos + 1) === 0x7d;
      default:
        return this.#pos >= this.#end;
    }
  }

  #quoted(end: number, type: "string" | "charConstant", what: string): Token {
    for (; this.#pos < this.#end; this.#pos++) {
      let code = this.#input.charCodeAt(this.#pos);
      if (code === end) {
        this.#pos++;
        return this.#token(type);
      }
      if (code === 0x5c) code = this.#input.charCodeAt(++this.#pos);
      if (code === 0x0a) break;
    }
    return this.#error(`unterminated ${what}`);
  }

  #rawString(): Token {
    const close = this.#input.indexOf("`", this.#pos);
    if (close === -1) return this.#error("unterminated raw quoted string");
    this.#pos = close + 1;
    return this.#token("rawString");
  }

  #number(): Token {
    this.#pos = this.#start;
    if (this.#passDigits()) return this.#token("number");
    const bad = (): Token =>
      this.#error(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#pos))}`);
    if (!this.#scanNumber()) return bad();
    if (!this.#isNext("+-")) return this.#token("number");
    return this.#scanNumber() && this.#input[this.#pos - 1] === "i" ? this.#token("complex") : bad();
  }

  /** Whether there are only digits; moves past them then. */
  #passDigits(): boolean {
    let at = this.#pos;
    while (isAsciiDigit(this.#input.charCodeAt(at))) at++;
    const code = this.#input.charCodeAt(at);
    const isPlain = at > this.#pos && (isBlank(code) || code === 0x29 || code === 0x7d || code === 0x7c);
    if (isPlain) this.#pos = at;
    return isPlain;
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

  #skip(): void {
    this.#start = this.#pos;
    while (this.#lineBreak < this.#start) {
      this.#line++;
      this.#lineBreak = placeOf(this.#input, "\n", this.#lineBreak + 1);
    }
  }

  #token(type: TokenType): Token {
    const value = type === "eof" ? "EOF" : this.#input.slice(this.#start, this.#pos);
    const token = { type, pos: this.#start, value, line: this.#line };
    this.#skip();
    return token;
  }

  #error(message: string): Token {
    const token: Token = { type: "error", pos: this.#start, value: message, line: this.#line };
    this.#end = 0;
    this.#pos = 0;
    this.#start = 0;
    this.#insideAction = false;
    return token;
  }
}

type RightDelimiter = "plain" | "trimming";

/** Where a character is, from a place on; past everything when it is nowhere. */
function placeOf(bytes: string, char: string, from: number): number {
  const at = bytes.indexOf(char, from);
  return at === -1 ? bytes.length : at;
}
