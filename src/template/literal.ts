import { bytesOfRune, runeAt } from "./goString.ts";
import type { NumberNode } from "./node.ts";
import { quote } from "./quote.ts";

/** A literal that has no value; the message is Go's. */
export class LiteralError extends Error {}

const PLAIN_TEXT = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const PLAIN_INTEGER = /^(?:0|[1-9][0-9]{0,14})$/;

/** Value of a string literal in double quotes or backquotes (byte strings). */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal[0] === "`") return body.replaceAll("\r", "");
  if (PLAIN_TEXT.test(body)) return body;
  let out = "";
  for (let at = 0; at < body.length; ) {
    const unit = unquoteChar(body, at, '"');
    if (unit === undefined) throw new LiteralError("invalid syntax");
    out += unit.isByte ? String.fromCharCode(unit.value) : bytesOfRune(unit.value);
    at = unit.end;
  }
  return out;
}

interface Unit {
  readonly value: number;
  /** An escape that means one byte, not a code point. */
  readonly isByte: boolean;
  readonly end: number;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
]);

/** One character or escape at `at`. @see Go strconv.UnquoteChar */
function unquoteChar(text: string, at: number, delimiter: string): Unit | undefined {
  const first = text[at];
  if (first === undefined || first === delimiter) return undefined;
  if (first !== "\\") {
    const { rune, size } = runeAt(text, at);
    return { value: rune, isByte: size === 1 && rune > 0x7f, end: at + size };
  }
  const letter = text[at + 1] ?? "";
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { value: simple, isByte: false, end: at + 2 };
  if (letter === delimiter) return { value: delimiter.charCodeAt(0), isByte: false, end: at + 2 };
  const digits = { x: 2, u: 4, U: 8 }[letter];
  if (digits !== undefined) return hexEscape(text, at + 2, digits);
  const octal = /^[0-7]{3}/.exec(text.slice(at + 1, at + 4));
  const value = octal ? Number.parseInt(octal[0], 8) : 256;
  return value > 255 ? undefined : { value, isByte: true, end: at + 4 };
}

function hexEscape(text: string, at: number, digits: number): Unit | undefined {
  const hex = text.slice(at, at + digits);
  if (hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex)) return undefined;
  const value = Number.parseInt(hex, 16);
  if (digits > 2 && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return undefined;
  return { value, isByte: digits === 2, end: at + digits };
}

/** Characters of a number; to read one takes the square of them. */
const MAX_DIGITS = 2000;

type NumberValue = Omit<NumberNode, "kind" | "pos">;

/**
 * Everything that a numeric literal can be taken as.
 *
 * @param kind  how the lexer saw it
 * @see Go 1.26 text/template/parse/node.go, newNumber
 */
export function parseNumber(text: string, kind: "charConstant" | "complex" | "number"): NumberValue {
  if (kind === "charConstant") return charValue(text);
  if (text.length > MAX_DIGITS) throw new LiteralError(`illegal number syntax: ${quote(text)}`);
  if (kind === "complex") return complexPair(text);
  if (PLAIN_INTEGER.test(text)) {
    return { text, int: BigInt(text), uint: BigInt(text), float: Number(text), complex: undefined };
  }
  if (text.endsWith("i")) {
    const imaginary = parseFloatLiteral(text.slice(0, -1));
    if (imaginary !== undefined) return simplified(text, 0, imaginary);
  }
  const integer = parseIntLiteral(text);
  const uint = integer !== undefined && /^[^+-]/.test(text) && integer < 1n << 64n ? integer : undefined;
  const int = integer !== undefined && BigInt.asIntN(64, integer) === integer ? integer : undefined;
  if (int !== undefined || uint !== undefined) {
    const value = int ?? uint ?? 0n;
    return { text, int, uint: int === 0n ? 0n : uint, float: Number(value), complex: undefined };
  }
  const float = parseFloatLiteral(text);
  if (float === undefined) throw new LiteralError(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new LiteralError(`integer overflow: ${quote(text)}`);
  return { text, ...asIntegers(float), float, complex: undefined };
}

function charValue(text: string): NumberValue {
  const unit = unquoteChar(text, 1, "'");
  if (unit === undefined) throw new LiteralError("invalid syntax");
  if (text.slice(unit.end) !== "'") throw new LiteralError(`malformed character constant: ${text}`);
  const value = BigInt(unit.value);
  return { text, int: value, uint: value, float: unit.value, complex: undefined };
}

function complexPair(text: string): NumberValue {
  const split = /^(.*[^eEpP+-])([+-].*)i$/.exec(text);
  const re = parseFloatLiteral(split?.[1] ?? "");
  const im = parseFloatLiteral(split?.[2] ?? "");
  if (re === undefined || im === undefined) throw new LiteralError("syntax error scanning complex number");
  return simplified(text, re, im);
}

function simplified(text: string, re: number, im: number): NumberValue {
  if (im !== 0) return { text, int: undefined, uint: undefined, float: undefined, complex: [re, im] };
  return { text, ...asIntegers(re), float: re, complex: [re, im] };
}

function asIntegers(float: number): Pick<NumberValue, "int" | "uint"> {
  const value = Number.isInteger(float) ? BigInt(float) : undefined;
  const fits = (wrapped: bigint): bigint | undefined => (wrapped === value ? wrapped : undefined);
  if (value === undefined) return { int: undefined, uint: undefined };
  return { int: fits(BigInt.asIntN(64, value)), uint: fits(BigInt.asUintN(64, value)) };
}

const INTEGER =
  /^(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;

/** Go's integer syntax with base prefix and underscores, of any size. */
export function parseIntLiteral(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]/, "");
  if (!INTEGER.test(digits)) return undefined;
  const plain = digits.replaceAll("_", "");
  const magnitude = BigInt(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain);
  return text.startsWith("-") ? -magnitude : magnitude;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const HEX = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/;

/** Go's strconv.ParseFloat without the names of infinity and NaN; `undefined` when it is none or too large. */
export function parseFloatLiteral(text: string): number | undefined {
  if (text.includes("_") && !hasGoodUnderscores(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const value = DECIMAL.test(plain) ? Number(plain) : parseHexFloat(plain);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

/** Underscores stand between digits, or between the prefix and a digit. */
function hasGoodUnderscores(text: string): boolean {
  const isHex = /^[+-]?0[xX]/.test(text);
  return isHex
    ? !/(?:^|[^0-9a-fA-FxX])_|_(?:$|[^0-9a-fA-F])/.test(text)
    : !/(?:^|[^0-9])_|_(?:$|[^0-9])/.test(text);
}

function parseHexFloat(text: string): number | undefined {
  const [, sign, whole = "", fraction = "", exponent] = HEX.exec(text) ?? [];
  if (whole + fraction === "" || exponent === undefined) return undefined;
  const power = Math.max(-5000, Math.min(5000, Number(exponent))) - 4 * fraction.length;
  const value = scale(Number(BigInt(`0x${whole}${fraction}`)), power);
  return sign === "-" ? -value : value;
}

/** value · 2^power without leaving the range of floats on the way. */
function scale(value: number, power: number): number {
  let result = value;
  let rest = power;
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000;
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000;
  return result * 2 ** rest;
}
