import { mapConcurrently } from "../base/concurrency.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import { instanceKey } from "../object/ownership.ts";
import { type AppliedIndex, findEntry } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import { ApplyError } from "./applyError.ts";
import type { ApplyNote } from "./applyNote.ts";
import { type DeletionProgress, deletionProgress } from "./deletionProgress.ts";
import { ownerOf } from "./marks.ts";
import { failureOf } from "./objectFailure.ts";
import { describeDeletion } from "./plannedWrite.ts";
import { releaseShared } from "./release.ts";
import { otherOwners } from "./takeAway.ts";

export type { DeletionProgress } from "./deletionProgress.ts";

/** One object of a Delete task after its turn. */
type Deleted =
  | { readonly kind: "gone"; readonly note?: ApplyNote }
  | { readonly kind: "waiting"; readonly reason: string };

/**
 * Deletes what a Delete task (or a Toggle that is off) names, foreground, guarded by the uid of the index where it is
 * known. Done at 404 or another uid; an unknown kind counts as gone.
 */
export async function deleteObjects(
  context: ApplyContext,
  index: AppliedIndex,
  refs: readonly ObjectRef[],
): Promise<DeletionProgress> {
  const results = await mapConcurrently(refs, context.concurrency ?? 4, async (ref) => {
    try {
      return { ref, ...(await deleteObject(context, ref, findEntry(index, ref)?.uid)) };
    } catch (error) {
      return { ref, kind: "failed" as const, failure: failureOf(error, { ref }) };
    }
  });
  return deletionProgress({
    gone: results.flatMap((result) => (result.kind === "gone" ? result.ref : [])),
    notes: results.flatMap((result) => (result.kind === "gone" ? (result.note ?? []) : [])),
    waiting: results.flatMap(({ ref, ...result }) =>
      result.kind === "waiting" ? { ref, reason: result.reason } : [],
    ),
    held: [],
    failures: results.flatMap((result) => (result.kind === "failed" ? result.failure : [])),
  });
}

async function deleteObject(
  context: ApplyContext,
  given: ObjectRef,
  uid: string | undefined,
): Promise<Deleted> {
  const { client, instance, signal } = context;
  const resource = await client.resource(given.apiVersion, given.kind, { signal });
  if (!resource) return { kind: "gone" };
  const ref = withScope(given, resource.namespaced, instance.namespace);
  const live = await client.get(ref, { signal });
  if (!live || (uid !== undefined && live.metadata.uid !== uid)) return { kind: "gone" };
  if (live.metadata.deletionTimestamp) return { kind: "waiting", reason: describeDeletion(live) };
  const owner = ownerOf(live);
  if (owner && instanceKey(owner) !== instanceKey(instance)) {
    const message = `belongs to instance ${instanceKey(owner)}, instance ${instanceKey(instance)} may not delete it`;
    throw new ApplyError("ownedByOther", ref, message);
  }
  const others = otherOwners(instance, live);
  if (others.length > 0) {
    await releaseShared(context, ref);
    return { kind: "gone", note: { kind: "released", ref, owners: others } };
  }
  return await foreground(context, ref, live);
}

async function foreground(
  { client, signal }: ApplyContext,
  ref: ObjectRef,
  { metadata: { uid } }: KubeObject,
): Promise<Deleted> {
  const note: ApplyNote = { kind: "deleted", ref };
  try {
    const left = await client.delete(ref, {
      propagation: "Foreground",
      signal,
      ...(uid !== undefined && { uid }),
    });
    return left?.metadata.deletionTimestamp
      ? { kind: "waiting", reason: describeDeletion(left) }
      : { kind: "gone", note };
  } catch (error) {
    if (isClusterError(error, "conflict")) return { kind: "gone", note };
    throw error;
  }
}

function withScope(ref: ObjectRef, namespaced: boolean, namespace: string): ObjectRef {
  const { apiVersion, kind, name } = ref;
  return namespaced
    ? { apiVersion, kind, name, namespace: ref.namespace ?? namespace }
    : { apiVersion, kind, name };
}
