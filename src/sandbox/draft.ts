import type { JsonObject, JsonValue } from "../object/json.ts";
import type { KubeObject, ObjectMeta } from "../object/kubeObject.ts";

/** JSON that its one owner may still change. */
export type DraftValue = null | boolean | number | string | DraftValue[] | Draft | undefined;
export interface Draft {
  [key: string]: DraftValue;
}

/** An object on its way into the store: changed in place by the steps of one write, never after. */
export interface ObjectDraft extends Draft {
  apiVersion: string;
  kind: string;
  metadata: Draft;
}

/** A deep copy that may be changed. */
export function draftOf(object: KubeObject): ObjectDraft {
  return cloneJson(object) as ObjectDraft;
}

/** A deep copy of any JSON, as something that may be changed. */
export function cloneJson(value: JsonValue | undefined): DraftValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(cloneJson);
  const copy: Draft = {};
  for (const key of Object.keys(value)) copy[key] = cloneJson((value as JsonObject)[key]);
  return copy;
}

/** The draft as an object that nobody changes any more. */
export function sealed(draft: ObjectDraft): KubeObject {
  return draft as unknown as KubeObject;
}

/** The mapping at a key; made when it is not there. */
export function childOf(draft: Draft, key: string): Draft {
  const value = draft[key];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  const made: Draft = {};
  draft[key] = made;
  return made;
}

/** The object with other metadata members; `undefined` removes one. */
export function withMetadata(
  object: KubeObject,
  change: Partial<Record<keyof ObjectMeta & string, JsonValue>>,
): KubeObject {
  const metadata: Record<string, JsonValue | undefined> = { ...object.metadata };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...object, metadata };
}
