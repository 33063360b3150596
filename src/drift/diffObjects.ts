import { deepEqual, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type FieldPath, fieldNames, pointerOf } from "./fieldPath.ts";
import { isAtomicMap, type ListKey, listKindOf } from "./listKind.ts";
import { normalize } from "./normalize.ts";
import { sameScalar } from "./scalarEquality.ts";

/** One field that a manifest declares and the live object has otherwise. */
export interface Difference {
  readonly path: FieldPath;
  /** RFC 6901; items of lists by their position in the live object, in the manifest when the live object lacks them. */
  readonly pointer: string;
  /** Absent for what somebody added to a map that we own as a whole. */
  readonly desired?: JsonValue;
  /** Absent when the live object lacks the field. */
  readonly live?: JsonValue;
}

/**
 * Lists where the live object differs from what a manifest declares; what it does not declare may be anything.
 *
 * Null, an empty map and an empty list equal absence, and so do `false`, `0` and the empty text where the live object
 * has nothing, for the server leaves those out. Lists are compared as Kubernetes merges them: keyed ones item by item, in
 * any order and with any items of others in between; the rest position by position, without what the server fills in.
 *
 * @returns sorted by pointer; empty when the live object is as declared
 */
export function diffObjects(manifest: KubeObject, live: KubeObject): readonly Difference[] {
  const found: Difference[] = [];
  const { apiVersion, kind } = manifest;

  const report = (path: FieldPath, desired: JsonValue | undefined, value: JsonValue | undefined): void => {
    const difference = { path, pointer: pointerOf(path) };
    found.push({
      ...difference,
      ...(desired !== undefined && { desired }),
      ...(value !== undefined && value !== null && { live: value }),
    });
  };

  const walk = (path: FieldPath, desired: JsonValue | undefined, value: JsonValue | undefined): void => {
    if (desired === undefined || desired === null) return;
    if (value === undefined || value === null) {
      if (isBlank(desired)) return;
      if (isJsonObject(desired)) walkMap(path, desired, {});
      else report(path, desired, value);
    } else if (Array.isArray(desired) && Array.isArray(value)) walkList(path, desired, value);
    else if (isJsonObject(desired) && isJsonObject(value)) walkMap(path, desired, value);
    else if (!sameScalar(apiVersion, kind, fieldNames(path), desired, value)) report(path, desired, value);
  };

  const walkMap = (path: FieldPath, desired: JsonObject, value: JsonObject): void => {
    for (const [name, member] of Object.entries(desired))
      walk([...path, { kind: "field", name }], member, own(value, name));
    if (!isAtomicMap(apiVersion, fieldNames(path))) return;
    for (const [name, member] of Object.entries(value)) {
      if (own(desired, name) === undefined && !isBlank(member ?? null))
        report([...path, { kind: "field", name }], undefined, member);
    }
  };

  const walkList = (path: FieldPath, desired: readonly JsonValue[], value: readonly JsonValue[]): void => {
    const list = listKindOf(apiVersion, kind, fieldNames(path));
    if (list.kind === "map") walkKeyed(path, list.keys, desired, value);
    else if (list.kind === "set") walkSet(path, desired, value);
    else if (desired.length !== value.length) report(path, desired, value);
    else
      for (const [index, item] of desired.entries())
        walk([...path, { kind: "index", index }], item, value[index]);
  };

  const walkKeyed = (
    path: FieldPath,
    keys: readonly ListKey[],
    desired: readonly JsonValue[],
    value: readonly JsonValue[],
  ): void => {
    for (const [position, item] of desired.entries()) {
      const wanted = keysOf(item, keys);
      const index = value.findIndex((candidate) => deepEqual(keysOf(candidate, keys), wanted));
      const segment = { kind: "key", keys: wanted, index: index < 0 ? position : index } as const;
      if (index < 0) report([...path, segment], item, undefined);
      else walk([...path, segment], item, value[index]);
    }
  };

  const walkSet = (path: FieldPath, desired: readonly JsonValue[], value: readonly JsonValue[]): void => {
    for (const [index, item] of desired.entries()) {
      if (!value.some((candidate) => deepEqual(candidate, item)))
        report([...path, { kind: "value", value: item, index }], item, undefined);
    }
  };

  walkMap([], normalize(manifest), live);
  return found.sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}

/** True for a value that the server stores as nothing. */
function isBlank(value: JsonValue): boolean {
  if (value === null || value === false || value === 0 || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every((member) => isBlank(member ?? null));
}

function keysOf(item: JsonValue, keys: readonly ListKey[]): JsonObject {
  if (!isJsonObject(item)) return {};
  return Object.fromEntries(keys.map(({ name, fallback }) => [name, item[name] ?? fallback ?? null]));
}

function own(map: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
