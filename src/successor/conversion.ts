import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

/** An object in the words of its successor, and what a person should know about the change. */
export interface Conversion {
  readonly object: KubeObject;
  /** One sentence each: what was decided where the old version left it open. */
  readonly warnings: readonly string[];
}

/** Turns an object of one version into its successor, which says the same. Its `apiVersion` is changed by the caller. */
export type Convert = (object: KubeObject) => Conversion;

/** The successor cannot say what the object says. The message tells why and what to write. */
export class NoSuccessorError extends Error {}

/** For versions that differ by their name alone. */
export const same: Convert = (object) => ({ object, warnings: [] });

/** The object with another `spec`. */
export function withSpec(object: KubeObject, spec: JsonObject): KubeObject {
  return { ...object, spec };
}

/** The members of `object` but those named. */
export function omit(object: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** `{ [name]: value }`, or nothing when the value is absent: to be spread. */
export function optional(name: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

/** Every item of a list that is a mapping, changed; a value that is no list stays as it is. */
export function mapObjects(
  value: JsonValue | undefined,
  change: (item: JsonObject) => JsonObject,
): JsonValue | undefined {
  if (!Array.isArray(value)) return value;
  return value.map((item: JsonValue) => (isJsonObject(item) ? change(item) : item));
}
