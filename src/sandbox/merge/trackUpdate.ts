import { deepEqual, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { TrackRequest } from "../objectPipeline.ts";
import type { CompiledSchema } from "../schema/objectSchema.ts";
import { emptySet } from "./fieldSet.ts";
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
  const after = updateOwned(
    {
      type: schema.type,
      live: live ? withoutManagedFields(live) : blank,
      entries,
      writer,
      time,
      ignored: emptySet(),
    },
    withoutManagedFields(next),
  );
  return withManagedFields(next, subresource === "scale" ? scaleTimes(after, entries, writer) : after);
}

/** The scale subresource keeps no time of its own: a new entry has none, an old one the time it had. */
function scaleTimes(after: ManagedEntries, before: ManagedEntries, writer: Writer): ManagedEntries {
  const id = writerId(writer);
  const own = after.get(id);
  return own ? new Map(after).set(id, { ...own, time: before.get(id)?.time }) : after;
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
