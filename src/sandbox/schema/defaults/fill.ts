import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../../../object/json.ts";

/** Changes a value that is there. */
export type Change = (value: JsonObject) => JsonObject;

/** The mapping with the given members where it has none. */
export function withMissing(object: JsonObject, missing: JsonObject): JsonObject {
  const filled: Record<string, JsonValue | undefined> = { ...object };
  for (const [name, value] of Object.entries(missing)) filled[name] ??= value;
  return filled;
}

/** Changes the mapping at a member, when it is there. */
export function inMember(object: JsonObject, name: string, change: Change): JsonObject {
  const member = object[name];
  return isJsonObject(member) ? { ...object, [name]: change(member) } : object;
}

/** Changes the mapping at a member, which comes into being when it is not there. */
export function atMember(object: JsonObject, name: string, change: Change): JsonObject {
  return { ...object, [name]: change(asObject(object[name])) };
}

/** Changes every mapping in the list at a member. */
export function inItems(object: JsonObject, name: string, change: Change): JsonObject {
  const list = object[name];
  if (!Array.isArray(list)) return object;
  return { ...object, [name]: list.map((item: JsonValue) => (isJsonObject(item) ? change(item) : item)) };
}

/** Applies changes one after the other. */
export function inTurn(object: JsonObject, ...changes: readonly Change[]): JsonObject {
  return changes.reduce((value, change) => change(value), object);
}
