import { RUNE_ERROR, runeAt } from "./goString.ts";
import { parseFloatLiteral, parseIntLiteral } from "./literal.ts";

/** How a string is written: as it is, in quotes, or as an indented block. */
export type ScalarStyle = "plain" | "single" | "double" | "literal" | "binary";

/** Chooses the style of a string (bytes), as gopkg.in/yaml.v2 v2.3.0 does. */
export function scalarStyle(bytes: string, isSimpleKey: boolean): ScalarStyle {
  if (WORD.test(bytes) && !NAMED.has(bytes)) return "plain"; // most are
  if (!isValidUtf8(bytes)) return "binary";
  const allowed = analyse(bytes);
  if (bytes.includes("\n")) return allowed.block && !isSimpleKey ? "literal" : "double";
  if (resolvesToOther(bytes) || BASE_60_FLOAT.test(bytes)) return "double";
  if (allowed.plain && bytes !== "") return "plain";
  return allowed.single ? "single" : "double";
}

/** Nothing that YAML reads as anything else than text, but for a few names. */
const WORD = /^[A-Za-z][\w./-]*$/;

interface Allowed {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

const LINE_BREAK = /[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9]/;
const INDICATOR_AT_START = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))/;
const INDICATOR_INSIDE = /:(?:[ \t]|$)|(?:[ \t\r\n\0]|\xc2\x85|\xe2\x80[\xa8\xa9])#/;

/** @see yaml.v2 emitterc.go, yaml_emitter_analyze_scalar */
function analyse(bytes: string): Allowed {
  const hasBreak = LINE_BREAK.test(bytes);
  const breakThenSpace = /(?:[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9]) /.test(bytes);
  const spaceThenBreak = / (?:[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])/.test(bytes);
  const isSpecial = spaceThenBreak || hasUnprintable(bytes);
  const hasEdge = /^ | $/.test(bytes) || /^(?:[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])/.test(bytes);
  const hasIndicator = INDICATOR_AT_START.test(bytes) || INDICATOR_INSIDE.test(bytes.slice(1));
  const afterFirst = bytes.length > 1 && /^[ \t]#/.test(bytes);
  return {
    plain: !isSpecial && !hasBreak && !hasEdge && !hasIndicator && !afterFirst,
    single: !isSpecial && !breakThenSpace,
    block: !isSpecial && !bytes.endsWith(" "),
  };
}

function hasUnprintable(bytes: string): boolean {
  if (/^[\n\x20-\x7e]*$/.test(bytes)) return false;
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    if (!isPrintable(rune)) return true;
    at += size;
  }
  return false;
}

function isPrintable(rune: number): boolean {
  if (rune === 0x0a) return true;
  if (rune < 0xa0) return rune >= 0x20 && rune <= 0x7e;
  return rune < 0xfffe && rune !== 0xfeff;
}

function isValidUtf8(bytes: string): boolean {
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    if (rune === RUNE_ERROR && size === 1) return false;
    at += size;
  }
  return true;
}

const BASE_60_FLOAT = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

const NAMED: ReadonlySet<string> = new Set(
  [
    "y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF",
    "~ null Null NULL .nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF",
  ].flatMap((names) => names.split(" ")),
);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** Whether the plain text would read back as something else than this string. @see yaml.v2 resolve.go */
function resolvesToOther(bytes: string): boolean {
  if (bytes === "" || NAMED.has(bytes)) return true;
  if (bytes.startsWith(".")) return parseFloatLiteral(bytes) !== undefined;
  if (!/^[-+0-9]/.test(bytes)) return false;
  if (isTimestamp(bytes)) return true;
  const plain = bytes.replaceAll("_", "");
  if (isInteger(plain)) return true;
  if (FLOAT.test(plain) && parseFloatLiteral(plain) !== undefined) return true;
  return /^0b[+-]?[01]+$/.test(plain) || /^-0b[01]+$/.test(plain);
}

function isInteger(text: string): boolean {
  const value = parseIntLiteral(text);
  if (value === undefined) return false;
  return BigInt.asIntN(64, value) === value || (/^[0-9]/.test(text) && BigInt.asUintN(64, value) === value);
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d)))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/;

function isTimestamp(bytes: string): boolean {
  const match = TIMESTAMP.exec(bytes);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...clock] = match.slice(1).map((part) => Number(part ?? 0));
  const [
    hourT = 0,
    minuteT = 0,
    secondT = 0,
    zoneHour = 0,
    zoneMinute = 0,
    hour = 0,
    minute = 0,
    second = 0,
  ] = clock;
  const lastDay =
    month >= 1 && month <= 12 ? new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() : 0;
  return (
    day >= 1 &&
    day <= lastDay &&
    hourT + hour < 24 &&
    minuteT + minute < 60 &&
    secondT + second < 60 &&
    zoneHour <= 24 &&
    zoneMinute < 60
  );
}

/** Text in single quotes; a line separator inside goes on indented. */
export function singleQuoted(bytes: string, indent: number): string {
  const text = bytes
    .replaceAll("'", "''")
    .replace(/((?:\xe2\x80[\xa8\xa9])+)(?!$|\xe2\x80[\xa8\xa9])/g, (breaks) => breaks + " ".repeat(indent));
  return `'${text}'`;
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x00, "0"],
  [0x07, "a"],
  [0x08, "b"],
  [0x09, "t"],
  [0x0a, "n"],
  [0x0b, "v"],
  [0x0c, "f"],
  [0x0d, "r"],
  [0x1b, "e"],
  [0x22, '"'],
  [0x5c, "\\"],
  [0x85, "N"],
  [0xa0, "_"],
  [0x2028, "L"],
  [0x2029, "P"],
]);

/** Text in double quotes, with escapes. @see yaml.v2 emitterc.go, yaml_emitter_write_double_quoted_scalar */
export function doubleQuoted(bytes: string): string {
  const escapesAll = bytes.startsWith("\xef\xbb\xbf"); // a quirk of yaml.v2
  let out = '"';
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    out += escapesAll || needsEscape(rune) ? escapeOf(rune) : bytes.slice(at, at + size);
    at += size;
  }
  return `${out}"`;
}

function needsEscape(rune: number): boolean {
  return !isPrintable(rune) || [0x0a, 0x22, 0x5c, 0x2028, 0x2029].includes(rune);
}

function escapeOf(rune: number): string {
  const short = ESCAPES.get(rune);
  if (short !== undefined) return `\\${short}`;
  const hex = rune.toString(16).toUpperCase();
  if (rune <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return rune <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** Indented lines below `|`. @see yaml.v2 emitterc.go, yaml_emitter_write_literal_scalar */
export function literalBlock(bytes: string, indent: number): string {
  const hint = /^(?:[ \n]|\xe2\x80[\xa8\xa9])/.test(bytes) ? "2" : "";
  const breaks = /(?:\n|\xe2\x80[\xa8\xa9])*$/.exec(bytes)?.[0] ?? "";
  const count = breaks.replaceAll("\n", "...").length / 3;
  const isAllBreaks = breaks.length === bytes.length;
  const chomp = count === 0 ? "-" : count > 1 || isAllBreaks ? "+" : "";
  const pad = " ".repeat(indent);
  const lines = bytes.replace(/(^|\n|\xe2\x80[\xa8\xa9])(?!\n|\xe2\x80[\xa8\xa9]|$)/g, `$1${pad}`);
  return `|${hint}${chomp}\n${lines}`;
}
