import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, parseAllDocuments, stringify } from "yaml";
import { asList, asObject, deepEqual, isJsonObject, type JsonValue } from "../object/json.ts";
import { parseYaml } from "./parseYaml.ts";
import type { YamlPath } from "./positionOf.ts";

/**
 * A YAML text with one item more at the end of a list; everything else in it stays as it is, byte for byte. The new
 * item is written as its neighbours are: in flow style, or in blocks as far to the right.
 *
 * @param path  to the list; keys regardless of case. Where it does not exist, it is made
 * @returns `undefined` when that cannot be done in place: an alias on the way, a value that is no list, broken YAML
 */
export function appendItem(text: string, path: YamlPath, item: JsonValue): string | undefined {
  return edit(text, path, { kind: "item", value: item });
}

/** The same for a mapping, with a key that it does not have. */
export function addMember(text: string, path: YamlPath, key: string, value: JsonValue): string | undefined {
  return edit(text, path, { kind: "member", key, value });
}

type Addition =
  | { readonly kind: "item"; readonly value: JsonValue }
  | { readonly kind: "member"; readonly key: string; readonly value: JsonValue };

/** Columns that a level is further to the right where the text gives no example. */
const INDENT = 2;

function edit(text: string, path: YamlPath, addition: Addition): string | undefined {
  const before = parseYaml(text);
  if (before.issues.some(({ severity }) => severity === "error")) return undefined;
  const value = before.documents[0]?.value ?? null;
  const wanted = added(value, path, addition);
  const result = wanted === undefined ? undefined : write(text, path, addition);
  if (result === undefined) return undefined;
  const after = parseYaml(result).documents[0]?.value;
  return deepEqual(after, wanted) ? result : undefined; // a form of YAML that nobody thought of
}

/** What the document must say afterwards. */
function added(value: JsonValue, [segment, ...rest]: YamlPath, addition: Addition): JsonValue | undefined {
  if (segment === undefined) {
    if (addition.kind === "item")
      return value === null || Array.isArray(value) ? [...asList(value), addition.value] : undefined;
    if (value !== null && !isJsonObject(value)) return undefined;
    return Object.hasOwn(asObject(value), addition.key)
      ? undefined
      : { ...asObject(value), [addition.key]: addition.value };
  }
  if (typeof segment === "number") {
    const items = asList(value);
    const next = items[segment] === undefined ? undefined : added(items[segment], rest, addition);
    return next === undefined ? undefined : items.with(segment, next);
  }
  if (value !== null && !isJsonObject(value)) return undefined;
  const key = keyIn(Object.keys(asObject(value)), segment);
  const next = added(asObject(value)[key] ?? null, rest, addition);
  return next === undefined ? undefined : { ...asObject(value), [key]: next };
}

function keyIn(keys: readonly string[], wanted: string): string {
  if (keys.includes(wanted)) return wanted;
  return keys.find((key) => key.toLowerCase() === wanted.toLowerCase()) ?? wanted;
}

function write(text: string, path: YamlPath, addition: Addition): string | undefined {
  const documents = parseAllDocuments(text, { version: "1.1", merge: true });
  const root = Array.isArray(documents) ? (documents[0]?.contents as Node | null | undefined) : undefined;
  if (!root) return `${lineEnd(text)}${blockText(nested(path, addition), 0)}`;
  let place: Place = { node: root, indent: 0, isInFlow: false };
  for (const [depth, segment] of path.entries()) {
    const { node } = place;
    if (isAlias(node)) return undefined;
    const next = childOf(text, place, segment);
    if (next) place = next;
    else if (isMap(node) || isEmptyNode(node)) {
      const below = nested(path.slice(depth + 1), addition);
      const key = typeof segment === "string" ? segment : undefined;
      return key === undefined ? undefined : insert(text, place, { kind: "member", key, value: below });
    } else return undefined;
  }
  return insert(text, place, addition);
}

/** The addition with what must be made around it. */
function nested(path: YamlPath, addition: Addition): JsonValue {
  const inner: JsonValue = addition.kind === "item" ? [addition.value] : { [addition.key]: addition.value };
  return path.reduceRight<JsonValue>((value, segment) => ({ [String(segment)]: value }), inner);
}

/** A value in the text. */
interface Place {
  readonly node: Node;
  /** Column of the mapping that the value is a member of, from 0. */
  readonly indent: number;
  readonly isInFlow: boolean;
}

function childOf(
  text: string,
  { node, isInFlow, indent }: Place,
  segment: string | number,
): Place | undefined {
  if (!isCollection(node)) return undefined;
  const below = {
    indent: node.flow ? indent : columnOf(text, startOf(node)),
    isInFlow: isInFlow || node.flow === true,
  };
  if (isSeq(node)) {
    const item = typeof segment === "number" ? (node.items[segment] as Node | undefined) : undefined;
    return item && { node: item, ...below };
  }
  if (!isMap(node) || typeof segment !== "string") return undefined;
  const keys = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ""));
  const pair = node.items[keys.indexOf(keyIn(keys, segment))];
  return pair?.value ? { node: pair.value as Node, ...below } : undefined;
}

function insert(text: string, { node, indent, isInFlow }: Place, addition: Addition): string | undefined {
  if (isAlias(node)) return undefined;
  const whole: JsonValue = addition.kind === "item" ? [addition.value] : { [addition.key]: addition.value };
  if (isEmptyNode(node)) {
    const [start, end] = rangeOf(node);
    if (isInFlow)
      return splice(text, start, end, ` ${flowText(whole, false)}`.slice(text[start - 1] === " " ? 1 : 0));
    const cut = `${text.slice(0, start).replace(/[ \t]+$/, "")}${text.slice(end)}`;
    const at = afterLine(cut, cut.length - (text.length - end));
    return insertLines(cut, at, blockText(whole, indent + INDENT));
  }
  if (!isCollection(node) || (addition.kind === "item") !== isSeq(node)) return undefined;
  const last = lastOf(node);
  if (last === undefined) return undefined;
  if (node.flow) {
    const isPadded = /^[[{] /.test(text.slice(startOf(node)));
    const inner = flowText(whole, false).slice(1, -1);
    const [, end] = rangeOf(last);
    return splice(text, end, end, `, ${addition.kind === "item" ? flowOf(addition.value, isPadded) : inner}`);
  }
  const column = columnOf(text, startOf(node));
  const isFlowItem = isCollection(last) && last.flow === true && addition.kind === "item";
  const lines = isFlowItem
    ? `${" ".repeat(column)}- ${flowOf(addition.value, text.slice(startOf(last)).startsWith("{ "))}\n`
    : blockText(whole, column);
  return insertLines(text, afterLine(text, rangeOf(node)[1]), lines);
}

/** Null however it is written, or a collection without anything in it. */
function isEmptyNode(node: Node): boolean {
  if (isScalar(node)) return node.value === null;
  return isCollection(node) && node.items.length === 0;
}

/** The value that ends a collection. */
function lastOf(node: Node): Node | undefined {
  if (isSeq(node)) return node.items.at(-1) as Node | undefined;
  const pair = isMap(node) ? node.items.at(-1) : undefined;
  return ((pair?.value ?? pair?.key) as Node | null | undefined) ?? undefined;
}

function rangeOf(node: Node): readonly [start: number, end: number] {
  return [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
}

function startOf(node: Node): number {
  return rangeOf(node)[0];
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** Where the line after the one that `offset` ends in begins. */
function afterLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

function insertLines(text: string, at: number, lines: string): string {
  const before = lineEnd(text.slice(0, at));
  return `${before}${text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines}${text.slice(at)}`;
}

/** With a line feed at the end, unless there is nothing. */
function lineEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

const PRINT = { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false } as const;

function blockText(value: JsonValue, column: number): string {
  const indent = " ".repeat(column);
  return stringify(value, PRINT).replace(/^(?=.)/gm, indent);
}

function flowOf(value: JsonValue, isPadded: boolean): string {
  return typeof value === "object" && value !== null
    ? flowText(value, isPadded)
    : flowText([value], false).slice(1, -1);
}

function flowText(value: JsonValue, isPadded: boolean): string {
  const options = { ...PRINT, collectionStyle: "flow", flowCollectionPadding: isPadded } as const;
  return stringify(value, options).trimEnd();
}
