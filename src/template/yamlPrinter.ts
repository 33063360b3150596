import type { JsonValue } from "../object/json.ts";
import { formatFloat } from "./formatFloat.ts";
import { bytesOf, runesOf, textOf } from "./goString.ts";
import {
  Complex128,
  Float64,
  fieldsOf,
  GoList,
  GoMap,
  GoStruct,
  type GoValue,
  goValueOf,
  listOf,
  mapOf,
  SizedInt,
} from "./goValue.ts";
import { isDigit, isLetter } from "./unicode.ts";
import { doubleQuoted, literalBlock, scalarStyle, singleQuoted } from "./yamlScalar.ts";

/**
 * YAML of a JSON value as sigs.k8s.io/yaml prints it: whole numbers as integers, sorted keys, no folded lines,
 * a new line at the end.
 */
export function printYaml(json: JsonValue): string {
  return textOf(yamlOf(withIntegers(goValueOf(json))));
}

/** Whole numbers become integers, as when the JSON text is read as YAML. */
function withIntegers(value: GoValue): GoValue {
  if (value instanceof Float64) return Number.isSafeInteger(value.value) ? value.value + 0 : value;
  if (value instanceof GoList) return listOf(value.items.map(withIntegers));
  if (!(value instanceof GoMap)) return value;
  return mapOf(value.keys().map((key) => [key, withIntegers(value.get(key))] as const));
}

/**
 * A value as gopkg.in/yaml.v2 v2.3.0 marshals it (byte string).
 *
 * @throws TypeError for a complex number, with yaml.v2's message
 */
export function yamlOf(value: GoValue): string {
  const out: Output = { text: "" };
  printNode(out, value, 0, "root");
  return endsLine(out.text) ? out.text : `${out.text}\n`;
}

/** A literal block may end in a line break of Unicode, and then the next line begins after it. */
function endsLine(text: string): boolean {
  return text.endsWith("\n") || text.endsWith("\xe2\x80\xa8") || text.endsWith("\xe2\x80\xa9");
}

interface Output {
  text: string;
}

/** Where a node stands: `item` after `-`, `value` after a simple key, `explicit` after a `:` of its own line. */
type Place = "root" | "item" | "value" | "explicit";

function printNode(out: Output, node: GoValue, indent: number, place: Place): void {
  const isPlain = node instanceof GoStruct && node.type.yaml === undefined;
  const value = isPlain ? fieldsOf(node, (name) => name.toLowerCase()) : node;
  if (value instanceof GoMap && value.size > 0) printMap(out, value, indent, place);
  else if (value instanceof GoList && value.items.length > 0) printList(out, value, indent, place);
  else out.text += (place === "root" ? "" : " ") + scalarText(value, indent, false);
}

function printMap(out: Output, map: GoMap, outer: number, place: Place): void {
  const indent = place === "root" ? 0 : outer + 2;
  const keys = [...map.keys()].sort((a, b) => (isKeyLess(a, b) ? -1 : isKeyLess(b, a) ? 1 : 0));
  keys.forEach((key, index) => {
    startEntry(out, indent, index === 0 && place !== "value");
    const isSimple = !/[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9]/.test(key) && key.length <= 128;
    if (isSimple) {
      out.text += `${scalarText(key, indent, true)}:`;
      printNode(out, map.get(key), indent, "value");
      return;
    }
    out.text += `? ${scalarText(key, indent, false)}`;
    startEntry(out, indent, false);
    out.text += ":";
    printNode(out, map.get(key), indent, "explicit");
  });
}

function printList(out: Output, list: GoList, outer: number, place: Place): void {
  const indent = place === "root" ? 0 : place === "value" ? outer : outer + 2;
  list.items.forEach((item, index) => {
    startEntry(out, indent, index === 0 && place !== "value");
    out.text += "-";
    printNode(out, item, indent, "item");
  });
}

/** Begins an entry: on the line of the indicator before it, or on one of its own. */
function startEntry(out: Output, indent: number, isInline: boolean): void {
  if (isInline) {
    if (out.text !== "" && !endsLine(out.text)) out.text += " ";
    return;
  }
  if (out.text !== "" && !endsLine(out.text)) out.text += "\n";
  out.text += " ".repeat(indent);
}

function scalarText(value: GoValue, indent: number, isSimpleKey: boolean): string {
  if (typeof value === "string") return stringText(value, indent, isSimpleKey);
  if (value === null || value === undefined) return "null";
  if (value instanceof GoMap) return "{}";
  if (value instanceof GoList) return "[]";
  if (value instanceof SizedInt) return String(value.value);
  if (value instanceof Float64) return floatText(value.value);
  if (value instanceof GoStruct) return value.type.yaml?.(value.value) ?? "{}";
  if (value instanceof Complex128) throw new TypeError("cannot marshal type: complex128");
  return String(value);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return formatFloat(value, "g", -1);
}

function stringText(bytes: string, indent: number, isSimpleKey: boolean): string {
  switch (scalarStyle(bytes, isSimpleKey)) {
    case "plain":
      return bytes;
    case "single":
      return singleQuoted(bytes, indent + 2);
    case "double":
      return doubleQuoted(bytes);
    case "literal":
      return literalBlock(bytes, indent + 2);
    case "binary":
      return binaryText(bytes, indent + 2);
  }
}

/** Bytes that are no UTF-8: base64 with a tag, in lines of 70. */
function binaryText(bytes: string, indent: number): string {
  const base64 = Buffer.from(bytes, "latin1").toString("base64");
  if (base64.length < 70) return `!!binary ${base64}`;
  const lines = base64.replace(/.{1,70}/g, "$&\n");
  return `!!binary ${literalBlock(bytesOf(lines), indent)}`;
}

/**
 * The order of keys: letters after other characters, digits by the number they make.
 *
 * @see yaml.v2 sorter.go
 */
function isKeyLess(left: string, right: string): boolean {
  if (LETTERS.test(left) && LETTERS.test(right)) return left < right;
  const a = runesOf(left);
  const b = runesOf(right);
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    if (x === y) continue;
    const xIsLetter = isLetter(x);
    const yIsLetter = isLetter(y);
    if (xIsLetter && yIsLetter) return x < y;
    if (xIsLetter || yIsLetter) return yIsLetter;
    return isNumberLess(a, b, i);
  }
  return a.length < b.length;
}

const LETTERS = /^[A-Za-z]*$/;

/** Compares at the first difference, which lies in no letter. */
function isNumberLess(a: readonly number[], b: readonly number[], at: number): boolean {
  const startsWithOne = (a[at] === 0x30 || b[at] === 0x30) && followsNonZeroDigit(a, at);
  const x = numberAt(a, at, startsWithOne);
  const y = numberAt(b, at, startsWithOne);
  if (x.value !== y.value) return x.value < y.value;
  if (x.end !== y.end) return x.end < y.end;
  return (a[at] ?? 0) < (b[at] ?? 0);
}

function followsNonZeroDigit(runes: readonly number[], at: number): boolean {
  for (let j = at - 1; j >= 0 && isDigit(runes[j] ?? 0); j--) {
    if (runes[j] !== 0x30) return true;
  }
  return false;
}

function numberAt(
  runes: readonly number[],
  at: number,
  startsWithOne: boolean,
): { readonly value: bigint; readonly end: number } {
  let value = startsWithOne ? 1n : 0n;
  let end = at;
  for (; end < runes.length && isDigit(runes[end] ?? 0); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt((runes[end] ?? 0) - 0x30));
  }
  return { value, end };
}
