import { ANY, fn, GoError, type GoFunctions, INT, LimitError, STRING, variadic } from "../goFunction.ts";
import { runeAt } from "../goString.ts";
import { split, trimEnd, trimSpace, trimStart } from "../goText.ts";
import { GoMap, type GoValue, type Int, stringsOf } from "../goValue.ts";
import type { Limits } from "../limits.ts";
import { valueText } from "../print.ts";
import { quote } from "../quote.ts";
import { toStrings } from "./conversion.ts";
import { abbreviate, wrapWords } from "./layout.ts";

/** Sprig's functions on text. @see Sprig 2.22 strings.go */
export const STRING_FUNCTIONS: GoFunctions = new Map([
  ["trim", fn([STRING], ([text]) => trimSpace(text))],
  ["trimAll", fn([STRING, STRING], ([set, text]) => trimSet(text, set))],
  ["trimall", fn([STRING, STRING], ([set, text]) => trimSet(text, set))],
  [
    "trimSuffix",
    fn([STRING, STRING], ([end, text]) =>
      end !== "" && text.endsWith(end) ? text.slice(0, -end.length) : text,
    ),
  ],
  [
    "trimPrefix",
    fn([STRING, STRING], ([start, text]) => (text.startsWith(start) ? text.slice(start.length) : text)),
  ],
  ["contains", fn([STRING, STRING], ([part, text]) => text.includes(part))],
  ["hasPrefix", fn([STRING, STRING], ([start, text]) => text.startsWith(start))],
  ["hasSuffix", fn([STRING, STRING], ([end, text]) => text.endsWith(end))],
  ["trunc", fn([INT, STRING], ([count, text]) => truncate(text, Number(count)))],
  ["substr", fn([INT, INT, STRING], ([from, to, text]) => substring(from, to, text))],
  ["repeat", fn([INT, STRING], ([count, text], { limits }) => repeat(text, count, limits))],
  [
    "replace",
    fn([STRING, STRING, STRING], ([from, to, text], { limits }) => replace(text, from, to, limits)),
  ],
  ["indent", fn([INT, STRING], ([width, text], { limits }) => indent(text, width, limits))],
  ["nindent", fn([INT, STRING], ([width, text], { limits }) => `\n${indent(text, width, limits)}`)],
  ["plural", fn([STRING, STRING, INT], ([one, many, count]) => (count === 1 ? one : many))],
  [
    "quote",
    variadic([], ANY, (values) =>
      present(values)
        .map((value) => quote(valueText(value)))
        .join(" "),
    ),
  ],
  [
    "squote",
    variadic([], ANY, (values) =>
      present(values)
        .map((value) => `'${valueText(value)}'`)
        .join(" "),
    ),
  ],
  ["cat", variadic([], ANY, (values) => present(values).map(valueText).join(" "))],
  ["join", fn([STRING, ANY], ([separator, value], { limits }) => join(toStrings(value), separator, limits))],
  ["split", fn([STRING, STRING], ([separator, text]) => numbered(split(text, separator, -1)))],
  [
    "splitn",
    fn([STRING, INT, STRING], ([separator, n, text]) => numbered(split(text, separator, Number(n)))),
  ],
  ["splitList", fn([STRING, STRING], ([separator, text]) => stringsOf(split(text, separator, -1)))],
  ["abbrev", fn([INT, STRING], ([width, text]) => (width < 4 ? text : abbreviate(text, 0, Number(width))))],
  [
    "abbrevboth",
    fn([INT, INT, STRING], ([left, right, text]) =>
      right < 4 || (left > 0 && right < 7) ? text : abbreviate(text, Number(left), Number(right)),
    ),
  ],
  ["wrap", fn([INT, STRING], ([width, text]) => wrapWords(text, Number(width), "\n", false))],
  [
    "wrapWith",
    fn([INT, STRING, STRING], ([width, line, text]) => wrapWords(text, Number(width), line || "\n", true)),
  ],
  ["hello", fn([], () => "Hello!")],
]);

function present(values: readonly GoValue[]): readonly GoValue[] {
  return values.filter((value) => value !== null && value !== undefined);
}

function trimSet(text: string, set: string): string {
  const runes = new Set<number>();
  for (let at = 0; at < set.length; ) {
    const { rune, size } = runeAt(set, at);
    runes.add(rune);
    at += size;
  }
  const isInSet = (rune: number): boolean => runes.has(rune);
  return trimEnd(trimStart(text, isInSet), isInSet);
}

/** With a negative count the end of the text, as Sprig 3 has it; 2.22 panics there. */
function truncate(text: string, count: number): string {
  if (count < 0) return text.length + count > 0 ? text.slice(count) : text;
  return text.slice(0, count);
}

function substring(from: Int, to: Int, text: string): string {
  if (from < 0) return checkedSlice(text, 0, to);
  return checkedSlice(text, from, to < 0 || to > text.length ? text.length : to);
}

function checkedSlice(text: string, from: Int, to: Int): string {
  const { length } = text;
  const panic = (bounds: string): GoError =>
    new GoError(`runtime error: slice bounds out of range ${bounds}`);
  if (to < 0) throw panic(`[:${to}]`);
  if (to > length) throw panic(`[:${to}] with length ${length}`);
  if (from > to) throw panic(`[${from}:${to}]`);
  return text.slice(Number(from), Number(to));
}

function repeat(text: string, count: Int, limits: Limits): string {
  if (count < 0) throw new GoError("strings: negative Repeat count");
  checkSize(text.length * Number(count), limits);
  return text === "" ? "" : text.repeat(Number(count));
}

function replace(text: string, from: string, to: string, limits: Limits): string {
  if (from === to) return text;
  const parts = from === "" ? ["", ...split(text, "", -1), ""] : text.split(from);
  return join(text === "" && from === "" ? ["", ""] : parts, to, limits);
}

function indent(text: string, width: Int, limits: Limits): string {
  if (width < 0) throw new GoError("strings: negative Repeat count");
  checkSize(Number(width), limits);
  const pad = " ".repeat(Number(width));
  return pad + replace(text, "\n", `\n${pad}`, limits);
}

function join(parts: readonly string[], separator: string, limits: Limits): string {
  checkSize(separator.length * Math.max(0, parts.length - 1), limits);
  return parts.join(separator);
}

function checkSize(size: number, { valueSize }: Limits): void {
  if (size > valueSize) throw new LimitError(`a value is larger than ${valueSize}`);
}

/** `_0`, `_1`, … */
function numbered(parts: readonly string[] | undefined): GoMap {
  return new GoMap("string", new Map((parts ?? []).map((part, index) => [`_${index}`, part])));
}
