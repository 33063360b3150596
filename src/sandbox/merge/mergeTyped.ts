import type { JsonValue } from "../../object/json.ts";
import type { FieldType, ListType, MapType } from "../schema/fieldType.ts";
import { itemElement } from "./pathElement.ts";
import {
  listOrNothing,
  type Maybe,
  mapOrNothing,
  memberNames,
  memberType,
  ownMember,
  shapesFor,
} from "./typeShape.ts";

/**
 * Lays an applied object over the live one; nothing is removed, and where both have a leaf the applied one wins.
 *
 * Items that both lists have come in the order of the applied list, the others keep their place among them.
 */
export function mergeTyped(type: FieldType, live: JsonValue, applied: JsonValue): JsonValue {
  return mergeAt(type, live, applied) ?? {};
}

function mergeAt(type: FieldType, live: Maybe, applied: Maybe): Maybe {
  let merged: Maybe;
  for (const shape of shapesFor(type, live, applied)) merged = mergeShape(shape, live, applied);
  return merged;
}

function mergeShape({ map, scalar, list }: FieldType, live: Maybe, applied: Maybe): Maybe {
  if (map) {
    const left = mapOrNothing(live);
    const right = mapOrNothing(applied);
    if (map.relationship === "granular" && memberNames(left, right).size > 0) {
      return mergeMembers(map, left, right);
    }
  } else if (!scalar && list) {
    const left = listOrNothing(live) ?? [];
    const right = listOrNothing(applied) ?? [];
    if (list.relationship === "associative" && left.length + right.length > 0) {
      return mergeItems(list, left, right);
    }
  }
  return applied === undefined ? live : applied;
}

function mergeMembers(
  map: MapType,
  live: Readonly<Record<string, JsonValue>> | undefined,
  applied: Readonly<Record<string, JsonValue>> | undefined,
): Maybe {
  const merged: Record<string, JsonValue> = {};
  for (const name of memberNames(live, applied)) {
    const value = mergeAt(memberType(map, name), ownMember(live, name), ownMember(applied, name));
    if (value !== undefined) merged[name] = value;
  }
  return Object.keys(merged).length > 0 ? merged : undefined;
}

interface Item {
  readonly element: string;
  readonly value: JsonValue;
}

function mergeItems(list: ListType, live: readonly JsonValue[], applied: readonly JsonValue[]): Maybe {
  const left = itemsOf(list, live);
  const right = itemsOf(list, applied);
  const inApplied = new Map(right.map(({ element, value }) => [element, value]));
  const inLive = new Map<string, JsonValue>();
  for (const { element, value } of left) inLive.set(element, inLive.has(element) ? null : value);

  const merged: JsonValue[] = [];
  const take = (element: string, from: Maybe, to: Maybe): void => {
    const value = mergeAt(list.element, from, to);
    if (value !== undefined) merged.push(value);
    if (to !== undefined) taken.add(element);
  };
  const taken = new Set<string>();
  const shared = right.map(({ element }) => element).filter((element) => inLive.has(element));
  let nextShared = shared.shift();

  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const old = left[l];
    const fresh = right[r];
    if (old && fresh) {
      if (old.element === fresh.element) {
        take(old.element, inLive.get(old.element), fresh.value);
        l++;
        r++;
        nextShared = shared.shift();
        continue;
      }
      if (inApplied.has(old.element) && nextShared !== undefined && nextShared !== old.element) {
        l++; // its turn comes where the applied list has it
        continue;
      }
    }
    if (old) {
      if (!inApplied.has(old.element)) {
        take(old.element, old.value, undefined);
        l++;
        continue;
      }
      if (taken.has(old.element)) l++;
    }
    if (fresh) {
      take(fresh.element, inLive.get(fresh.element), fresh.value);
      r++;
      if (nextShared === fresh.element) nextShared = shared.shift();
    }
  }
  return merged.length > 0 ? merged : undefined;
}

function itemsOf(list: ListType, items: readonly JsonValue[]): readonly Item[] {
  return items.flatMap((value) => {
    const known = itemElement(list, value);
    return known.kind === "element" ? [{ element: known.element, value }] : [];
  });
}
