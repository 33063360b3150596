import { deepEqual, isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import { type JsonSchema, type ResolveRef, refOfSchema } from "../schema/jsonSchema.ts";
import { formatGoValue } from "./formatGoValue.ts";
import type { PatchOutcome } from "./jsonPatch.ts";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM_LIST = "$deleteFromPrimitiveList/";
const ELEMENT_ORDER = "$setElementOrder/";

class Malformed extends Error {}

/**
 * Applies a strategic merge patch: lists merge by the key that the schema names, directives delete and replace.
 *
 * @see https://git.k8s.io/design-proposals-archive/cli/preserve-order-in-strategic-merge-patch.md
 */
export function applyStrategicMergePatch(
  schema: JsonSchema,
  target: JsonObject,
  patch: JsonObject,
  resolveRef: ResolveRef,
): PatchOutcome {
  try {
    return { kind: "patched", value: mergeMap(schema, target, patch, resolveRef) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: "malformed", message: error.message };
    throw error;
  }
}

function mergeMap(
  declared: JsonSchema | undefined,
  target: JsonObject,
  patch: JsonObject,
  resolveRef: ResolveRef,
): JsonObject {
  const { [DIRECTIVE]: directive, [RETAIN_KEYS]: retained, ...changes } = patch;
  if (directive === "delete") return {};
  if (directive === "replace") return dropDirectives(changes) as JsonObject;
  if (directive !== undefined && directive !== "merge") {
    throw new Malformed(`Unknown patch type: ${String(directive)}`);
  }
  const schema = structOf(declared, resolveRef);
  const kept = Array.isArray(retained)
    ? Object.entries(target).filter(([name]) => retained.includes(name))
    : Object.entries(target);
  const merged: Record<string, JsonValue | undefined> = Object.fromEntries(kept);

  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (key.startsWith(DELETE_FROM_LIST)) {
      const name = key.slice(DELETE_FROM_LIST.length);
      const list = merged[name];
      if (Array.isArray(list)) merged[name] = without(list, value);
    } else if (!key.startsWith(ELEMENT_ORDER)) {
      if (value === null) delete merged[key];
      else merged[key] = mergeMember(memberSchema(schema, key), merged[key], value, resolveRef);
    }
  }
  for (const [key, order] of Object.entries(changes)) {
    if (!key.startsWith(ELEMENT_ORDER) || !Array.isArray(order)) continue;
    const name = key.slice(ELEMENT_ORDER.length);
    const list = merged[name];
    const original = target[name];
    if (Array.isArray(list)) {
      const mergeKey = memberSchema(schema, name)?.["x-kubernetes-patch-merge-key"];
      merged[name] = inOrder(list, order, Array.isArray(original) ? original : [], mergeKey);
    }
  }
  return merged;
}

function mergeMember(
  schema: JsonSchema | undefined,
  target: JsonValue | undefined,
  patch: JsonValue,
  resolveRef: ResolveRef,
): JsonValue {
  const strategies = schema?.["x-kubernetes-patch-strategy"]?.split(",") ?? [];
  if (isJsonObject(patch)) {
    if (strategies.includes("replace")) return dropDirectives(patch);
    return isJsonObject(target)
      ? mergeMap(schema, target, patch, resolveRef)
      : mergeMap(schema, {}, patch, resolveRef);
  }
  if (!Array.isArray(patch)) return patch;
  if (!Array.isArray(target) || !strategies.includes("merge")) return dropDirectives(patch);
  const mergeKey = schema?.["x-kubernetes-patch-merge-key"];
  return mergeKey === undefined
    ? inOrder([...target, ...patch.filter((item) => !includes(target, item))], patch, target, undefined)
    : mergeItems(schema?.items, target, patch, mergeKey, resolveRef);
}

function mergeItems(
  schema: JsonSchema | undefined,
  target: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
  resolveRef: ResolveRef,
): JsonValue {
  const items = patch.map((item) => {
    if (!isJsonObject(item))
      throw new Malformed(`a list with merge key ${mergeKey} has an item that is no mapping`);
    return item;
  });
  const isReplace = items.some((item) => item[DIRECTIVE] === "replace");
  const plain = items.filter((item) => item[DIRECTIVE] === undefined || item[DIRECTIVE] === "merge");
  if (isReplace) return plain.map(dropDirectives);

  const keyOf = (item: JsonValue): JsonValue | undefined => (isJsonObject(item) ? item[mergeKey] : undefined);
  const deleted = items
    .filter((item) => item[DIRECTIVE] === "delete")
    .map((item) => requiredKey(item, mergeKey));
  const merged = target.filter((item) => !deleted.some((key) => deepEqual(key, keyOf(item))));
  for (const item of plain) {
    const key = requiredKey(item, mergeKey);
    const index = merged.findIndex((other) => deepEqual(keyOf(other), key));
    const old = merged[index];
    const next = mergeMap(schema, isJsonObject(old) ? old : {}, item, resolveRef);
    if (index < 0) merged.push(next);
    else merged[index] = next;
  }
  return inOrder(merged, plain, target, mergeKey);
}

function requiredKey(item: JsonObject, mergeKey: string): JsonValue {
  const key = item[mergeKey];
  if (key === undefined) {
    throw new Malformed(`map: ${formatGoValue(item, "%v")} does not contain declared merge key: ${mergeKey}`);
  }
  return key;
}

/** Items that `order` names come in its order; the others keep their place relative to those that were there before. */
function inOrder(
  items: readonly JsonValue[],
  order: readonly JsonValue[],
  original: readonly JsonValue[],
  mergeKey: string | undefined,
): readonly JsonValue[] {
  const keyOf = (item: JsonValue): JsonValue | undefined =>
    mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item;
  const positionIn = (list: readonly JsonValue[], item: JsonValue): number =>
    list.findIndex((other) => deepEqual(keyOf(other), keyOf(item)));
  const byPosition =
    (list: readonly JsonValue[]) =>
    (a: JsonValue, b: JsonValue): number =>
      positionIn(list, a) - positionIn(list, b);

  const named = items.filter((item) => positionIn(order, item) >= 0).sort(byPosition(order));
  const others = items.filter((item) => positionIn(order, item) < 0).sort(byPosition(original));
  const result: JsonValue[] = [];
  while (named.length > 0 || others.length > 0) {
    const [other] = others;
    const [next] = named;
    const otherFirst =
      next === undefined ||
      (other !== undefined &&
        positionIn(original, next) >= 0 &&
        positionIn(original, other) >= 0 &&
        positionIn(original, other) < positionIn(original, next));
    const taken = otherFirst && other !== undefined ? others.shift() : named.shift();
    if (taken !== undefined) result.push(taken);
  }
  return result;
}

function without(list: readonly JsonValue[], removed: JsonValue): readonly JsonValue[] {
  return Array.isArray(removed) ? list.filter((item) => !includes(removed, item)) : list;
}

function includes(list: readonly JsonValue[], item: JsonValue): boolean {
  return list.some((other) => deepEqual(other, item));
}

/** A value that has nothing to merge with, without the directives and nulls in it. */
function dropDirectives(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((item) => !isDeletion(item)).map(dropDirectives);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(
    ([name, member]) =>
      member !== null &&
      name !== DIRECTIVE &&
      name !== RETAIN_KEYS &&
      !name.startsWith(DELETE_FROM_LIST) &&
      !name.startsWith(ELEMENT_ORDER),
  );
  return Object.fromEntries(members.map(([name, member]) => [name, dropDirectives(member ?? null)]));
}

function isDeletion(item: JsonValue): boolean {
  return isJsonObject(item) && item[DIRECTIVE] === "delete";
}

function structOf(schema: JsonSchema | undefined, resolveRef: ResolveRef): JsonSchema | undefined {
  const ref = schema && refOfSchema(schema);
  return ref === undefined ? schema : resolveRef(ref);
}

function memberSchema(schema: JsonSchema | undefined, name: string): JsonSchema | undefined {
  const own = schema?.properties?.[name];
  if (own) return own;
  return typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;
}
