import { deepEqual, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { TrackRequest } from "../objectPipeline.ts";
import type { CompiledSchema } from "../schema/objectSchema.ts";
import { differenceOf, emptySet, type FieldSet, hasPath, isEmptySet, setOf, unionOf } from "./fieldSet.ts";
import {
  type ManagedEntries,
  type ManagedEntry,
  parseManagedFields,
  resetsManagedFields,
  type Writer,
  writerId,
} from "./managedFields.ts";
import { withManagedFields, withoutManagedFields } from "./objectMetadata.ts";
import { updateOwned } from "./ownership.ts";

/** A {@link TrackRequest} whose schema is known and whose objects are as they are stored. */
export interface CompiledTrackRequest extends TrackRequest {
  readonly schema: CompiledSchema;
  /** What an object of this kind is before it has any field. */
  readonly blank: JsonValue;
  /** What this endpoint does not write, and nobody comes to own through it. */
  readonly ignored: FieldSet;
}

/** The object with managedFields brought up to date after a create, an update or a patch that is no apply. */
export function trackUpdate(request: CompiledTrackRequest): KubeObject {
  const { schema, live, next, manager, subresource, time, blank } = request;
  const entries = entriesBefore(request);
  if (entries.size === 0 && live) return withManagedFields(next, new Map()); // not tracked until the first apply
  const writer: Writer = {
    manager: manager || "unknown",
    operation: "Update",
    apiVersion: schema.apiVersion,
    subresource,
  };
  if (subresource === "scale") return withManagedFields(next, trackScale(entries, writer, request));
  const write = { type: schema.type, entries, writer, time, ignored: request.ignored };
  const after = updateOwned(
    { ...write, live: live ? withoutManagedFields(live) : blank },
    withoutManagedFields(next),
  );
  return withManagedFields(next, after);
}

const REPLICAS = ["f:spec", "f:replicas"];

/**
 * The scale subresource sees one field only: nobody comes to own it when nobody owned it before, zero counts as absent,
 * and a new entry gets no time.
 */
function trackScale(entries: ManagedEntries, writer: Writer, { live, next }: TrackRequest): ManagedEntries {
  const before = valueAt(live, "spec", "replicas") || undefined;
  const after = valueAt(next, "spec", "replicas") || undefined;
  const isOwned = [...entries.values()].some(({ set }) => hasPath(set, REPLICAS));
  if (!isOwned || before === after) return entries;
  const replicas = setOf(REPLICAS);
  const tracked = new Map<string, ManagedEntry>();
  for (const [id, entry] of entries) {
    const set = differenceOf(entry.set, replicas);
    if (!isEmptySet(set)) tracked.set(id, { ...entry, set });
  }
  if (after === undefined) return tracked;
  const id = writerId(writer);
  const own = entries.get(id);
  return tracked.set(id, { writer, set: unionOf(own?.set ?? emptySet(), replicas), time: own?.time });
}

/** What the client sent, when it is more than nothing; a subresource cannot set it. */
function entriesBefore({ live, next, subresource }: TrackRequest): ManagedEntries {
  const ofLive = (): ManagedEntries => parseManagedFields(live?.metadata.managedFields) ?? new Map();
  if (subresource !== "") return ofLive();
  const sent = next.metadata.managedFields;
  if (resetsManagedFields(sent)) return new Map<string, ManagedEntry>();
  const parsed = parseManagedFields(sent);
  return parsed && parsed.size > 0 ? parsed : ofLive();
}

/** True when two objects differ in nothing but the times of their managedFields: such a write is none. */
export function differOnlyInTimes(a: KubeObject, b: KubeObject): boolean {
  const timeless = (object: KubeObject): JsonValue => {
    const { managedFields } = object.metadata;
    const list = Array.isArray(managedFields) ? (managedFields as readonly JsonValue[]) : [];
    const entries = list.map((entry) => ({ ...(entry as object), time: undefined })) as readonly JsonValue[];
    return { ...object, metadata: { ...object.metadata, managedFields: entries } };
  };
  return deepEqual(timeless(a), timeless(b));
}
