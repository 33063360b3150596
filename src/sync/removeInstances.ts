import { mapConcurrently } from "../base/concurrency.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";
import { instanceRef } from "./crds.ts";
import type { SyncDeps } from "./syncDeps.ts";
import { SyncError } from "./syncError.ts";

const CONCURRENCY = 8;

/**
 * Begins the deletion of instances: their finalizer hands them to the reconciler, which runs the cleanup plan. One that
 * is gone, or lives a new life under its name, is left alone.
 *
 * @throws ClusterError, SyncError notLeader
 */
export async function removeInstances(
  deps: SyncDeps,
  source: string,
  revision: string,
  instances: readonly InstanceIdentity[],
  signal: AbortSignal,
): Promise<void> {
  await mapConcurrently(instances, CONCURRENCY, async (instance) => {
    const object = instanceRef(instance);
    if (await deleteObject(deps, object, instance.uid, signal))
      deps.emit({ kind: "removed", source, object, revision });
  });
}

/** True when the object was there and is now going or gone. @throws ClusterError, SyncError notLeader */
export async function deleteObject(
  deps: SyncDeps,
  ref: ObjectRef,
  uid: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!deps.mayWrite()) throw new SyncError("notLeader", "another process may be the writer");
  try {
    const answer = await deps.client.delete(ref, { uid, propagation: "Background", signal });
    if (answer?.metadata.deletionTimestamp) deps.published.observe("MODIFIED", answer);
    else deps.published.forget(ref, uid);
    return answer !== undefined;
  } catch (error) {
    if (!isClusterError(error, "conflict", "notFound")) throw error;
    deps.published.forget(ref, uid);
    return false;
  }
}
