import { deepEqual, type JsonValue } from "../../object/json.ts";
import type { FieldType } from "../schema/fieldType.ts";
import { compareTyped } from "./compareTyped.ts";
import type { OwnershipConflict } from "./conflict.ts";
import {
  differenceOf,
  emptySet,
  type FieldSet,
  intersectionOf,
  isEmptySet,
  pathsOf,
  recursiveDifferenceOf,
  setOf,
  unionOf,
  withNamedFields,
} from "./fieldSet.ts";
import { fieldSetOfValue } from "./fieldSetOfValue.ts";
import { type ManagedEntries, type ManagedEntry, type Writer, writerId } from "./managedFields.ts";
import { mergeTyped } from "./mergeTyped.ts";
import { removePaths } from "./removePaths.ts";

/** Metadata that nobody owns. */
const UNOWNED: FieldSet = setOf(
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName"].map((name) => [
    "f:metadata",
    `f:${name}`,
  ]),
  ...["generation", "managedFields", "resourceVersion"].map((name) => ["f:metadata", `f:${name}`]),
);

/** Most entries of the kind Update that an object keeps; older ones flow together. */
const MAX_UPDATE_ENTRIES = 10;
const OLD_UPDATES = "ancient-changes";

/** A write as ownership sees it. Both objects are without managedFields. */
export interface OwnedWrite {
  readonly type: FieldType;
  readonly live: JsonValue;
  readonly entries: ManagedEntries;
  readonly writer: Writer;
  readonly time: string;
  /** Paths that this endpoint does not write: nobody comes to own them through it. */
  readonly ignored: FieldSet;
}

/** What an apply makes of an object, or the fields that others own. */
export type ApplyOutcome =
  | {
      readonly kind: "applied";
      readonly object: JsonValue;
      readonly entries: ManagedEntries;
    }
  | { readonly kind: "conflicts"; readonly conflicts: readonly OwnershipConflict[] };

/**
 * Server-side apply: lays the applied object over the live one, drops what its manager applied before and no longer
 * does, and moves ownership.
 *
 * @see structured-merge-diff, merge.Updater
 */
export function applyOwned(write: OwnedWrite, applied: JsonValue, force: boolean): ApplyOutcome {
  const { type, live, writer, time, ignored } = write;
  const id = writerId(writer);
  const last = write.entries.get(id);
  const set = recursiveDifferenceOf(fieldSetOfValue(type, applied), ignored);
  const entries = new Map(write.entries);
  entries.set(id, { writer, set, time: last?.time });

  const merged = mergeTyped(type, live, applied);
  const object = last ? pruneDropped(type, merged, entries, last.set) : merged;

  const conflicts = takeOver(write, object, entries, id, force);
  if (conflicts.length > 0) return { kind: "conflicts", conflicts };

  const isChanged = !deepEqual(live, object);
  setOrDrop(entries, id, { writer, set: differenceOf(set, UNOWNED), time: isChanged ? time : last?.time });
  return { kind: "applied", object, entries };
}

/** Ownership after any other write: what it changed becomes the writer's, what it removed nobody's. */
export function updateOwned(write: OwnedWrite, next: JsonValue): ManagedEntries {
  const { type, live, writer, time, ignored } = write;
  const id = writerId(writer);
  const entries = new Map(write.entries);
  const { added, modified } = withoutIgnored(compareTyped(type, live, next), ignored);
  takeOver(write, next, entries, undefined, true);

  const set = differenceOf(unionOf(modified, added), UNOWNED);
  if (isEmptySet(set)) return entries;
  const previous = entries.get(id)?.set ?? emptySet();
  entries.set(id, { writer, set: unionOf(set, previous), time });
  return capUpdates(entries);
}

/**
 * Takes changed fields from the entries of others, and removed ones from all; changes `entries`.
 *
 * Without force nothing is taken when anybody else owns a changed field: those conflicts are returned.
 */
function takeOver(
  { type, live, ignored }: OwnedWrite,
  next: JsonValue,
  entries: Map<string, ManagedEntry>,
  own: string | undefined,
  force: boolean,
): readonly OwnershipConflict[] {
  const { added, modified, removed } = withoutIgnored(compareTyped(type, live, next), ignored);
  const changed = unionOf(modified, added);
  const others = [...entries].filter(([id]) => id !== own).sort(([a], [b]) => (a < b ? -1 : 1));
  const conflicts = others.flatMap(([, { writer, set }]) =>
    [...pathsOf(intersectionOf(set, changed))].map((path) => ({ writer, path })),
  );
  if (!force && conflicts.length > 0) return conflicts;
  for (const [id, entry] of others) {
    const taken = differenceOf(entry.set, intersectionOf(entry.set, changed));
    setOrDrop(entries, id, { ...entry, set: differenceOf(taken, removed) });
  }
  return [];
}

function withoutIgnored(
  comparison: ReturnType<typeof compareTyped>,
  ignored: FieldSet,
): ReturnType<typeof compareTyped> {
  return {
    added: recursiveDifferenceOf(comparison.added, ignored),
    modified: recursiveDifferenceOf(comparison.modified, ignored),
    removed: recursiveDifferenceOf(comparison.removed, ignored),
  };
}

/** Removes what the last applied set names, unless somebody's entry, the new one included, still names it. */
function pruneDropped(
  type: FieldType,
  merged: JsonValue,
  entries: ManagedEntries,
  last: FieldSet,
): JsonValue {
  if (isEmptySet(last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, type);
  const owned = [...entries.values()].reduce((all, { set }) => unionOf(all, set), emptySet());
  const mergedSet = fieldSetOfValue(type, merged);

  const withoutLast = removePaths(type, merged, named(last));
  const unowned = differenceOf(
    named(mergedSet),
    unionOf(named(fieldSetOfValue(type, withoutLast)), named(owned)),
  );
  const pruned = removePaths(type, merged, unowned);

  // what nobody applied but lay inside of something that is gone comes back, unless it was in the last set itself
  const gone = differenceOf(named(mergedSet), named(fieldSetOfValue(type, pruned)));
  return removePaths(type, merged, intersectionOf(gone, named(last)));
}

function setOrDrop(entries: Map<string, ManagedEntry>, id: string, entry: ManagedEntry): void {
  if (isEmptySet(entry.set)) entries.delete(id);
  else entries.set(id, entry);
}

/** Merges the oldest updates of each version into one entry when there are too many. */
function capUpdates(entries: ManagedEntries): ManagedEntries {
  const updates = [...entries.values()].filter(({ writer }) => writer.operation === "Update");
  if (updates.length <= MAX_UPDATE_ENTRIES) return entries;
  const seconds = ({ time }: ManagedEntry): number => (time === undefined ? 0 : Date.parse(time));
  updates.sort((a, b) => seconds(a) - seconds(b) || (writerId(a.writer) < writerId(b.writer) ? -1 : 1));

  const capped = new Map(entries);
  const firstOfVersion = new Map<string, ManagedEntry>();
  let count = updates.length;
  for (const update of updates) {
    if (count <= MAX_UPDATE_ENTRIES) break;
    const { apiVersion } = update.writer;
    const first = firstOfVersion.get(apiVersion);
    if (!first) {
      firstOfVersion.set(apiVersion, update);
      continue;
    }
    const writer: Writer = { manager: OLD_UPDATES, operation: "Update", apiVersion, subresource: "" };
    const bucket = capped.get(writerId(writer)) ?? first;
    capped.delete(writerId(first.writer));
    capped.delete(writerId(update.writer));
    capped.set(writerId(writer), { writer, set: unionOf(update.set, bucket.set), time: update.time });
    count--;
  }
  return capped;
}
