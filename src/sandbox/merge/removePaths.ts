import { isJsonObject, type JsonValue } from "../../object/json.ts";
import type { FieldType, ListType, MapType } from "../schema/fieldType.ts";
import { type FieldSet, isEmptySet } from "./fieldSet.ts";
import { fieldElement, itemElement } from "./pathElement.ts";
import { memberType, narrowType } from "./typeShape.ts";

/** The value without the members and items that the set names; a container that loses everything becomes null. */
export function removePaths(type: FieldType, value: JsonValue, paths: FieldSet): JsonValue {
  const { map, scalar, list } = narrowType(type, value);
  if (map) return isJsonObject(value) ? removeMembers(map, value as Record<string, JsonValue>, paths) : null;
  if (scalar) return value;
  return list && Array.isArray(value) ? removeItems(list, value, paths) : null;
}

function removeMembers(map: MapType, value: Readonly<Record<string, JsonValue>>, paths: FieldSet): JsonValue {
  if (map.relationship === "atomic") return null;
  const kept: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const element = fieldElement(name);
    if (paths.members.has(element)) continue;
    const below = paths.children.get(element);
    kept[name] = below && !isEmptySet(below) ? removePaths(memberType(map, name), member, below) : member;
  }
  return Object.keys(kept).length > 0 ? kept : null;
}

function removeItems(list: ListType, items: readonly JsonValue[], paths: FieldSet): JsonValue {
  if (list.relationship === "atomic") return null;
  const kept = items.flatMap((item) => {
    const known = itemElement(list, item);
    if (known.kind === "unusable") return [item];
    if (paths.members.has(known.element)) return [];
    const below = paths.children.get(known.element);
    return [below && !isEmptySet(below) ? removePaths(list.element, item, below) : item];
  });
  return kept.length > 0 ? kept : null;
}
