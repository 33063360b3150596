import { mapConcurrently } from "../base/concurrency.ts";
import { type ObjectRef, refKey } from "../object/objectRef.ts";
import type { AppliedEntry, AppliedIndex } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import { type DeletionProgress, deletionProgress } from "./deletionProgress.ts";
import { failureOf, type ObjectFailure } from "./objectFailure.ts";
import { unmark } from "./release.ts";
import { otherOwners } from "./takeAway.ts";
import { takeAwayAll } from "./takeAwayAll.ts";

/**
 * What becomes of an instance's objects: `delete` takes them away, `orphan` lets them go unharmed, `namespace` is for a
 * namespace that is going away itself: only cluster-scoped objects are ours to delete.
 */
export type RemovalMode = "delete" | "orphan" | "namespace";

/**
 * Its removal is consent to lose the instance's own data, and the instances that it made; what others may live in still
 * needs a person's word.
 */
const OWN_DATA: ReadonlySet<string> = new Set(["PersistentVolumeClaim", "PersistentVolume", "Instance"]);

/**
 * Takes away all that an instance owns, in reverse order; shared objects go with their last owner. The index Secret is
 * the caller's to remove when this is `done`, with `IndexStore.remove`.
 *
 * @param confirmed  keys (`refKey`) of held objects that a person confirmed
 */
export async function removeInstance(
  context: ApplyContext,
  index: AppliedIndex,
  mode: RemovalMode,
  confirmed: ReadonlySet<string> = new Set(),
): Promise<DeletionProgress> {
  const entries = index.entries.toReversed();
  const isConfirmed = (ref: ObjectRef): boolean => OWN_DATA.has(ref.kind) || confirmed.has(refKey(ref));
  switch (mode) {
    case "delete":
      return await takeAwayAll(context, entries, isConfirmed);
    case "namespace": {
      const clusterScoped = entries.filter(({ ref }) => ref.namespace === undefined);
      const progress = await takeAwayAll(context, clusterScoped, isConfirmed);
      const namespaced = entries.filter(({ ref }) => ref.namespace !== undefined);
      return { ...progress, gone: [...namespaced.map(({ ref }) => ref), ...progress.gone] };
    }
    case "orphan":
      return await orphan(context, entries);
  }
}

async function orphan(context: ApplyContext, entries: readonly AppliedEntry[]): Promise<DeletionProgress> {
  const { client, signal, instance } = context;
  const gone: ObjectRef[] = [];
  const notes: ApplyNote[] = [];
  const failures: ObjectFailure[] = [];
  await mapConcurrently(entries, context.concurrency ?? 4, async ({ ref, uid }) => {
    try {
      const isServed = await client.resource(ref.apiVersion, ref.kind, { signal });
      const live = isServed ? await client.get(ref, { signal }) : undefined;
      if (live && (uid === undefined || uid === live.metadata.uid)) {
        await unmark(context, ref);
        notes.push({ kind: "released", ref, owners: otherOwners(instance, live) });
      }
      gone.push(ref);
    } catch (error) {
      failures.push(failureOf(error, { ref }));
    }
  });
  return deletionProgress({ gone, notes, waiting: [], held: [], failures });
}
