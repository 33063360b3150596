import { isClusterError } from "../cluster/clusterError.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { annotationsOf } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import { ANNOTATION_ADOPT, fieldManager, type InstanceIdentity, instanceKey } from "../object/ownership.ts";
import type { AppliedEntry } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import { holdReason } from "./holdReason.ts";
import { hasApplied } from "./managedFields.ts";
import { isMarkedAdopted, ownerOf, sharedOwnersOf } from "./marks.ts";
import { describeDeletion } from "./plannedWrite.ts";
import { releaseAdopted, releaseShared } from "./release.ts";

/** What became of an object that is to leave the applied set. */
export type TakenAway =
  | { readonly kind: "gone"; readonly note?: ApplyNote }
  /** `blocks`: finalizers hold it, so what it may still need is not deleted yet. */
  | { readonly kind: "waiting"; readonly reason: string; readonly blocks: boolean }
  | { readonly kind: "held"; readonly reason: string };

/**
 * Deletes one object of the set in the background, guarded by its uid. What was there before us is released; what
 * others own too is left to them; what is precious is held.
 */
export async function takeAway(
  context: ApplyContext,
  entry: AppliedEntry,
  isConfirmed: (ref: ObjectRef) => boolean,
): Promise<TakenAway> {
  const { client, instance, signal } = context;
  const { ref } = entry;
  if (!(await client.resource(ref.apiVersion, ref.kind, { signal }))) return { kind: "gone" };
  const live = await client.get(ref, { signal });
  if (!live || !isStillOurs(instance, entry, live)) return { kind: "gone" };
  const others = otherOwners(instance, live);
  if (others.length > 0) {
    await releaseShared(context, ref);
    return { kind: "gone", note: { kind: "released", ref, owners: others } };
  }
  if (isAdopted(entry, live)) {
    await releaseAdopted(context, ref, entry.maker);
    return { kind: "gone", note: { kind: "released", ref, owners: [] } };
  }
  if (live.metadata.deletionTimestamp) return deleting(live);
  if (!isConfirmed(ref)) {
    const reason = await holdReason(client, live, signal);
    if (reason !== undefined) return { kind: "held", reason };
  }
  return await remove(context, live, entry);
}

/** Owners of a cluster-scoped object besides the instance; empty for namespaced ones. */
export function otherOwners(instance: InstanceIdentity, live: KubeObject): readonly InstanceIdentity[] {
  return sharedOwnersOf(live)
    .map((owner) => owner.instance)
    .filter((owner) => instanceKey(owner) !== instanceKey(instance));
}

async function remove(
  { client, signal }: ApplyContext,
  live: KubeObject,
  { ref }: AppliedEntry,
): Promise<TakenAway> {
  const note: ApplyNote = { kind: "deleted", ref };
  try {
    const left = await client.delete(ref, {
      propagation: "Background",
      signal,
      ...(live.metadata.uid !== undefined && { uid: live.metadata.uid }),
    });
    return left?.metadata.deletionTimestamp ? deleting(left) : { kind: "gone", note };
  } catch (error) {
    // Another uid by now: ours is gone.
    if (isClusterError(error, "conflict")) return { kind: "gone", note };
    throw error;
  }
}

function deleting(live: KubeObject): TakenAway {
  const blocks = (live.metadata.finalizers ?? []).length > 0;
  return { kind: "waiting", reason: describeDeletion(live), blocks };
}

/** Another uid, another instance's mark, or (before a uid was recorded) no trace of us: not ours any more. */
function isStillOurs(instance: InstanceIdentity, entry: AppliedEntry, live: KubeObject): boolean {
  if (entry.uid !== undefined && entry.uid !== live.metadata.uid) return false;
  const owner = ownerOf(live);
  if (owner && instanceKey(owner) !== instanceKey(instance)) return false;
  return entry.uid !== undefined || owner !== undefined || hasApplied(live, fieldManager(instance));
}

function isAdopted(entry: AppliedEntry, live: KubeObject): boolean {
  return (entry.adopted || isMarkedAdopted(live)) && annotationsOf(live)[ANNOTATION_ADOPT] !== "true";
}
