import { deepEqual, type JsonValue } from "../../object/json.ts";
import type { FieldType, ListType, MapType } from "../schema/fieldType.ts";
import { emptySet, type FieldSet, insertPath } from "./fieldSet.ts";
import { fieldElement, itemElement } from "./pathElement.ts";
import {
  listOrNothing,
  type Maybe,
  mapOrNothing,
  memberNames,
  memberType,
  ownMember,
  shapesFor,
} from "./typeShape.ts";

/** How one object became another, in paths. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two objects of a type; what merges as a whole is compared as a whole. */
export function compareTyped(type: FieldType, before: JsonValue, after: JsonValue): Comparison {
  const comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compareAt(type, before, after, [], comparison);
  return comparison;
}

function compareAt(
  type: FieldType,
  before: Maybe,
  after: Maybe,
  path: readonly string[],
  result: Comparison,
): void {
  let isLeaf = false;
  for (const shape of shapesFor(type, before, after))
    isLeaf = compareShape(shape, before, after, path, result);
  if (isLeaf) return;
  if (before === undefined) insertPath(result.added, path);
  else if (after === undefined) insertPath(result.removed, path);
}

/** True when the two were compared as wholes. */
function compareShape(
  { map, scalar, list }: FieldType,
  before: Maybe,
  after: Maybe,
  path: readonly string[],
  result: Comparison,
): boolean {
  if (map) {
    const left = mapOrNothing(before);
    const right = mapOrNothing(after);
    const areEmpty = memberNames(left, right).size === 0;
    if (map.relationship === "granular" && !areEmpty) {
      compareMembers(map, left, right, path, result);
      return false;
    }
  } else if (!scalar && list) {
    const left = listOrNothing(before) ?? [];
    const right = listOrNothing(after) ?? [];
    if (list.relationship === "associative" && left.length + right.length > 0) {
      compareItems(list, left, right, path, result);
      return false;
    }
  }
  compareLeaf(before, after, path, result);
  return true;
}

function compareLeaf(before: Maybe, after: Maybe, path: readonly string[], result: Comparison): void {
  if (before === undefined) insertPath(result.added, path);
  else if (after === undefined) insertPath(result.removed, path);
  else if (!deepEqual(before, after)) insertPath(result.modified, path);
}

function compareMembers(
  map: MapType,
  before: Readonly<Record<string, JsonValue>> | undefined,
  after: Readonly<Record<string, JsonValue>> | undefined,
  path: readonly string[],
  result: Comparison,
): void {
  for (const name of memberNames(before, after)) {
    const at = [...path, fieldElement(name)];
    compareAt(memberType(map, name), ownMember(before, name), ownMember(after, name), at, result);
  }
}

function compareItems(
  list: ListType,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: readonly string[],
  result: Comparison,
): void {
  const left = itemsByElement(list, before);
  const right = itemsByElement(list, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const old = left.get(element) ?? [];
    const fresh = right.get(element) ?? [];
    const at = [...path, element];
    if (old.length <= 1 && fresh.length <= 1) {
      compareAt(list.element, old[0], fresh[0], at, result);
    } else if (old.length > 1 && fresh.length > 1) {
      if (!deepEqual(old, fresh)) insertPath(result.modified, at);
    } else if (old.length > 1) {
      if (fresh.length > 0) compareAt(list.element, undefined, fresh[0], at, result);
      insertPath(result.removed, at);
    } else {
      if (old.length > 0) compareAt(list.element, old[0], undefined, at, result);
      insertPath(result.added, at);
    }
  }
}

function itemsByElement(
  list: ListType,
  items: readonly JsonValue[],
): ReadonlyMap<string, readonly JsonValue[]> {
  const byElement = new Map<string, JsonValue[]>();
  for (const item of items) {
    const known = itemElement(list, item);
    if (known.kind === "unusable") continue;
    const same = byElement.get(known.element);
    if (same) same.push(item);
    else byElement.set(known.element, [item]);
  }
  return byElement;
}
