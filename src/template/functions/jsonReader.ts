import { bytesOfRune, RUNE_ERROR, runeAt } from "../goString.ts";
import { Float64, GoMap, type GoValue, INTERFACE, listOf } from "../goValue.ts";
import { quote } from "../quote.ts";

/** What reading JSON gave: a value, and what was wrong; both when only a number was out of range. */
export interface JsonReading {
  readonly value: GoValue;
  readonly error: string | undefined;
}

/** Lists and objects inside each other. */
const MAX_DEPTH = 10_000;

class SyntaxProblem extends Error {}

/** Reads JSON as Go's encoding/json does into an interface, with its words for mistakes. Takes a byte string. */
export function readJson(bytes: string): JsonReading {
  const reader = new Reader(bytes);
  try {
    return { value: reader.document(), error: reader.problem };
  } catch (error) {
    if (error instanceof SyntaxProblem) return { value: null, error: error.message };
    throw error;
  }
}

/** @see Go 1.26 encoding/json scanner.go, decode.go */
class Reader {
  /** The first number that no float64 can hold; reading goes on. */
  problem: string | undefined;
  readonly #bytes: string;
  #at = 0;
  #depth = 0;

  constructor(bytes: string) {
    this.#bytes = bytes;
  }

  document(): GoValue {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#bytes.length) this.#fail("after top-level value");
    return value;
  }

  #value(): GoValue {
    this.#skipSpace();
    switch (this.#peek()) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #object(): GoValue {
    const entries = new Map<string, GoValue>();
    this.#open();
    if (this.#takes("}")) return this.#close(new GoMap(INTERFACE, entries));
    for (;;) {
      if (this.#peek() !== '"') this.#fail("looking for beginning of object key string");
      const key = this.#string();
      if (!this.#takes(":")) this.#fail("after object key");
      entries.set(key, this.#value());
      if (this.#takes("}")) return this.#close(new GoMap(INTERFACE, entries));
      if (!this.#takes(",")) this.#fail("after object key:value pair");
      this.#skipSpace();
    }
  }

  #array(): GoValue {
    const items: GoValue[] = [];
    this.#open();
    if (this.#takes("]")) return this.#close(listOf(items));
    for (;;) {
      items.push(this.#value());
      if (this.#takes("]")) return this.#close(listOf(items));
      if (!this.#takes(",")) this.#fail("after array element");
    }
  }

  #open(): void {
    if (++this.#depth > MAX_DEPTH) this.#fail("exceeded max depth");
    this.#at++;
  }

  #close<T>(value: T): T {
    this.#depth--;
    return value;
  }

  #string(): string {
    let out = "";
    for (this.#at++; this.#peek() !== '"'; ) {
      const { rune, size } = runeAt(this.#bytes, this.#at);
      if (rune === 0x5c) out += this.#escape();
      else if (rune < 0x20) this.#fail("in string literal");
      else {
        out += bytesOfRune(rune); // bad bytes become U+FFFD
        this.#at += size;
      }
    }
    this.#at++;
    return out;
  }

  #escape(): string {
    this.#at++;
    const char = this.#inside();
    if (char !== "u") {
      const meaning = ESCAPES.get(char) ?? this.#fail("in string escape code");
      this.#at++;
      return meaning;
    }
    const unit = this.#hexUnit();
    if (unit < 0xd800 || unit > 0xdfff) return bytesOfRune(unit);
    const next = /^\\u[dD][c-fC-F][0-9a-fA-F]{2}/.exec(this.#bytes.slice(this.#at, this.#at + 6));
    if (unit > 0xdbff || next === null) return bytesOfRune(RUNE_ERROR);
    this.#at++;
    return bytesOfRune(0x10000 + ((unit - 0xd800) << 10) + (this.#hexUnit() - 0xdc00));
  }

  /** The four digits after the `u` that the place is at. */
  #hexUnit(): number {
    this.#at++;
    const start = this.#at;
    for (; this.#at < start + 4; this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#inside())) this.#fail("in \\u hexadecimal character escape");
    }
    return Number.parseInt(this.#bytes.slice(start, this.#at), 16);
  }

  #number(): GoValue {
    const start = this.#at;
    if (!/[-0-9]/.test(this.#peek())) this.#fail("looking for beginning of value");
    if (this.#peek() === "-") this.#at++;
    if (this.#bytes[this.#at] === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#bytes[this.#at] === ".") {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (/[eE]/.test(this.#bytes[this.#at] ?? "")) {
      this.#at++;
      if (/[+-]/.test(this.#inside())) this.#at++;
      this.#digits("in exponent of numeric literal");
    }
    const text = this.#bytes.slice(start, this.#at);
    const value = Number(text);
    if (Number.isFinite(value)) return new Float64(value);
    this.problem ??= `json: cannot unmarshal number ${text} into Go value of type float64`;
    return null;
  }

  #digits(context: string): void {
    if (!/[0-9]/.test(this.#inside())) this.#fail(context);
    while (/[0-9]/.test(this.#bytes[this.#at] ?? "")) this.#at++;
  }

  #word<T>(word: string, value: T): T {
    for (const char of word) {
      if (this.#inside() !== char) this.#fail(`in literal ${word} (expecting '${char}')`);
      this.#at++;
    }
    return value;
  }

  /** Skips white space, and the character when it comes next. */
  #takes(char: string): boolean {
    this.#skipSpace();
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#bytes[this.#at] ?? "")) this.#at++;
  }

  /** The byte at the place; the text must not end here. */
  #peek(): string {
    const char = this.#bytes[this.#at];
    if (char === undefined) throw new SyntaxProblem("unexpected end of JSON input");
    return char;
  }

  /** The same inside a word, a number or an escape, where the original takes the end for a space. */
  #inside(): string {
    return this.#bytes[this.#at] ?? " ";
  }

  #fail(context: string): never {
    const char = this.#inside();
    const shown =
      char === "'" ? "\\'" : char === '"' ? char : quote(bytesOfRune(char.charCodeAt(0))).slice(1, -1);
    throw new SyntaxProblem(`invalid character '${shown}' ${context}`);
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
