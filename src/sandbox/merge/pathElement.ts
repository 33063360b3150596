import { canonicalJson, isJsonObject, type JsonValue } from "../../object/json.ts";
import type { ListType } from "../schema/fieldType.ts";

// A path element is written as in managedFields: `f:name` for a member, `k:{"name":"x"}` for an item of a list with
// keys, `v:"x"` for an item of a set, `i:0` for a position. Equal elements are equal texts.

/** The member of a mapping. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** An item of an associative list, or why it cannot be told apart from the others. */
export type ItemElement =
  | { readonly kind: "element"; readonly element: string }
  | { readonly kind: "unusable"; readonly message: string };

/** By what an item of an associative list is known: its key members, defaults included, or its value. */
export function itemElement(list: ListType, item: JsonValue): ItemElement {
  return list.keys.length > 0 ? keyedElement(list, item) : setElement(item);
}

function keyedElement(list: ListType, item: JsonValue): ItemElement {
  if (item === null) return unusable("associative list with keys may not have a null element");
  if (!isJsonObject(item)) return unusable("associative list with keys may not have non-map elements");
  const key: Record<string, JsonValue> = {};
  for (const name of list.keys) {
    const value = item[name] ?? list.element.map?.fields.get(name)?.default;
    if (Object.hasOwn(item, name) && item[name] === null) key[name] = null;
    else if (value !== undefined) key[name] = value;
  }
  if (Object.keys(key).length === 0) {
    const names = `[${list.keys.map((name) => JSON.stringify(name)).join(" ")}]`;
    return unusable(
      `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
    );
  }
  return { kind: "element", element: `k:${canonicalJson(key)}` };
}

function setElement(item: JsonValue): ItemElement {
  if (isJsonObject(item)) return unusable("associative list without keys has an element that's a map type");
  if (Array.isArray(item)) return unusable("not supported: associative list with lists as elements");
  if (item === null) return unusable("associative list without keys has an element that's an explicit null");
  return { kind: "element", element: `v:${canonicalJson(item)}` };
}

function unusable(message: string): ItemElement {
  return { kind: "unusable", message };
}

/** An element as it is read back from managedFields; `undefined` for one of a kind that we do not know. */
export function parsePathElement(text: string): string | undefined {
  switch (text.slice(0, 2)) {
    case "f:":
      return text;
    case "i:":
      return /^i:\d+$/.test(text) ? text : undefined;
    case "k:":
    case "v:":
      try {
        return `${text.slice(0, 2)}${canonicalJson(JSON.parse(text.slice(2)))}`;
      } catch {
        return undefined;
      }
    default:
      return undefined;
  }
}

/** The element in a message: `.replicas`, `[name="web"]`, `[="x"]`, `[0]`. */
function formatPathElement(element: string): string {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case "f:":
      return `.${rest}`;
    case "k:": {
      const key = JSON.parse(rest) as Record<string, JsonValue>;
      return `[${Object.keys(key)
        .sort()
        .map((name) => `${name}=${JSON.stringify(key[name])}`)
        .join(",")}]`;
    }
    case "v:":
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

/** A whole path in a message: `.spec.template.spec.containers[name="web"].image`. */
export function formatPath(path: readonly string[]): string {
  return path.map(formatPathElement).join("");
}

const RANK: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** Order of elements in a set: members, keyed items, values, positions; each by its text. */
export function comparePathElements(a: string, b: string): number {
  const byKind = (RANK[a[0] ?? ""] ?? 9) - (RANK[b[0] ?? ""] ?? 9);
  if (byKind !== 0) return byKind;
  return a < b ? -1 : a > b ? 1 : 0;
}
