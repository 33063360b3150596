import { isJsonObject, type JsonValue } from "../../object/json.ts";
import type { FieldType, ListType, MapType } from "../schema/fieldType.ts";
import { emptySet, type FieldSet, insertPath } from "./fieldSet.ts";
import { fieldElement, itemElement } from "./pathElement.ts";
import { memberType, narrowType } from "./typeShape.ts";

/** Every leaf of a value and every item of its associative lists: what the sender of the value claims. */
export function fieldSetOfValue(type: FieldType, value: JsonValue): FieldSet {
  const set = emptySet();
  visit(type, value, [], set);
  return set;
}

function visit(type: FieldType, value: JsonValue, path: readonly string[], set: FieldSet): void {
  const { map, scalar, list } = narrowType(type, value);
  if (map) {
    if (map.relationship === "atomic") insertPath(set, path);
    else if (isJsonObject(value)) visitMembers(map, value as Record<string, JsonValue>, path, set);
  } else if (scalar) {
    insertPath(set, path);
  } else if (list) {
    if (list.relationship === "atomic") insertPath(set, path);
    else if (Array.isArray(value)) visitItems(list, value, path, set);
  }
}

function visitMembers(
  map: MapType,
  value: Readonly<Record<string, JsonValue>>,
  path: readonly string[],
  set: FieldSet,
): void {
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, fieldElement(name)];
    visit(memberType(map, name), member, at, set);
    const isEmptyMap = isJsonObject(member) && Object.keys(member).length === 0;
    if (member === null || isEmptyMap || !map.fields.has(name)) insertPath(set, at);
  }
}

function visitItems(
  list: ListType,
  items: readonly JsonValue[],
  path: readonly string[],
  set: FieldSet,
): void {
  const elements = items.map((item) => {
    const known = itemElement(list, item);
    return known.kind === "element" ? known.element : undefined;
  });
  for (const [index, element] of elements.entries()) {
    if (element === undefined) continue;
    const at = [...path, element];
    insertPath(set, at);
    const isDuplicated = elements.indexOf(element) !== elements.lastIndexOf(element);
    if (!isDuplicated) visit(list.element, items[index] as JsonValue, at, set);
  }
}
