import { ANY, fn, type GoFunctions, STRING } from "../goFunction.ts";
import {
  Float64,
  GoList,
  type GoValue,
  type Int,
  int64,
  intIn,
  stringsOf,
  truncateToInt,
  wrapInt,
} from "../goValue.ts";
import { parseFloatLiteral } from "../literal.ts";
import { valueText } from "../print.ts";

/** Sprig's conversions between types. @see Sprig 2.22 numeric.go, strings.go */
export const CONVERSION_FUNCTIONS: GoFunctions = new Map([
  ["atoi", fn([STRING], ([text]) => parseInteger(text, 10) ?? nearestInt(text))],
  ["int", fn([ANY], ([value]) => toInt64(value))],
  ["int64", fn([ANY], ([value]) => int64(toInt64(value)))],
  ["float64", fn([ANY], ([value]) => new Float64(toFloat64(value)))],
  ["toDecimal", fn([ANY], ([value]) => int64(parseInteger(valueText(value), 8) ?? 0))],
  ["toString", fn([ANY], ([value]) => valueText(value))],
  ["toStrings", fn([ANY], ([value]) => stringsOf(toStrings(value)))],
]);

/** A value as an int64: strings in base 10, anything else that is no number is 0. */
export function toInt64(value: GoValue): Int {
  if (typeof value === "string") return parseInteger(value, 10) ?? 0;
  if (typeof value === "boolean") return value ? 1 : 0;
  const int = intIn(value);
  if (int !== undefined) return int;
  return value instanceof Float64 ? truncateToInt(value.value) : 0;
}

/** A value as Sprig 3 has it: strings with Go's prefixes for other bases, and with `.0` at the end. */
export function castToInt64(value: GoValue): Int {
  if (typeof value !== "string") return toInt64(value);
  return parsePrefixedInteger(value.replace(/\.0+$/, "")) ?? 0;
}

/** Go's strconv.ParseInt with base 0; `undefined` for what is no integer or out of range. */
function parsePrefixedInteger(text: string): Int | undefined {
  const parts =
    /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB]_?[01]+(?:_[01]+)*|0(?:[oO]_?)?[0-7]+(?:_[0-7]+)*|0(?:_[0-7]+)+|0|[1-9][0-9]*(?:_[0-9]+)*)$/.exec(
      text,
    );
  if (parts === null) return undefined;
  const digits = (parts[2] ?? "").replaceAll("_", "").toLowerCase();
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits}` : digits);
  const value = parts[1] === "-" ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? wrapInt(value) : undefined;
}

/** A value as a float64; what is no number is 0. */
export function toFloat64(value: GoValue): number {
  if (typeof value === "string") return parseFloat64(value) ?? 0;
  if (typeof value === "boolean") return value ? 1 : 0;
  const int = intIn(value);
  if (int !== undefined) return Number(int);
  return value instanceof Float64 ? value.value : 0;
}

/** Go's strconv.ParseFloat, names included. */
function parseFloat64(text: string): number | undefined {
  const named = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i.exec(text);
  if (named === null) return parseFloatLiteral(text);
  if (named[2] === undefined) return named[1] === "" ? Number.NaN : undefined;
  return named[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Go's strconv.ParseInt with 64 bits; `undefined` for what is no integer or out of range. */
export function parseInteger(text: string, base: 8 | 10): Int | undefined {
  if (!(base === 10 ? /^[+-]?[0-9]+$/ : /^[+-]?[0-7]+$/).test(text)) return undefined;
  if (text.length <= 15) return Number.parseInt(text, base) + 0;
  const digits = text.replace(/^[+-]/, "");
  const magnitude = BigInt(base === 8 ? `0o${digits}` : digits);
  const value = text.startsWith("-") ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? wrapInt(value) : undefined;
}

/** What Go's strconv.Atoi and ParseInt give beside an error: the nearest int for digits that are too many, else 0. */
export function nearestInt(text: string): Int {
  if (!/^[+-]?[0-9]+$/.test(text)) return 0;
  return text.startsWith("-") ? -(2n ** 63n) : 2n ** 63n - 1n;
}

/** The elements of a list as strings, without nils; any other value is a list of itself. */
export function toStrings(value: GoValue): readonly string[] {
  if (value instanceof GoList) {
    return value.items.filter((item) => item !== null && item !== undefined).map(valueText);
  }
  return value === null || value === undefined ? [] : [valueText(value)];
}
