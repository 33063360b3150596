import { fieldConflictsOf, managersOf } from "../apply/fieldConflicts.ts";
import { otherManagers } from "../apply/managedFields.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { refOf } from "../object/objectRef.ts";
import { MANAGER_STATUS, MANAGER_SYNC } from "../object/ownership.ts";
import { withRevision } from "./declareObjects.ts";
import type { SyncDeps } from "./syncDeps.ts";
import { SyncError } from "./syncError.ts";

/** An object to publish, and what tells whether it is published already. */
export interface Declared {
  readonly object: KubeObject;
  /** {@link declaredDigest} of the object. */
  readonly digest: string;
  /** The commit that last changed it. */
  readonly revision: string;
}

/** `terminating`: the object is being deleted and was left alone. */
export type ApplyResult = "unchanged" | "written" | "terminating";

/**
 * Applies an object unless the cluster holds it already. What another manager wrote into declared fields is taken back,
 * and an event names that manager.
 *
 * @throws ClusterError, SyncError notLeader
 */
export async function applyDeclared(
  deps: SyncDeps,
  source: string,
  { object, digest, revision }: Declared,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const ref = refOf(object);
  const before = deps.published.get(ref);
  if (before?.deleting) return "terminating";
  if (before && deps.published.matches(ref, digest)) return "unchanged";
  if (!deps.mayWrite()) throw new SyncError("notLeader", "another process may be the writer");
  const body = withRevision(object, revision);
  let conflicts: readonly { readonly manager: string; readonly field: string }[] = [];
  let answer: KubeObject;
  try {
    answer = await deps.client.apply(body, { fieldManager: MANAGER_SYNC, signal });
  } catch (error) {
    if (!isClusterError(error, "fieldConflict")) throw error;
    conflicts = fieldConflictsOf(error);
    answer = await deps.client.apply(body, { fieldManager: MANAGER_SYNC, force: true, signal });
  }
  deps.published.applied(answer, digest);
  // Same declaration as before: it was not Git that changed.
  const isRevert = before?.owned !== undefined && before.revision === revision;
  if (conflicts.length > 0 || isRevert) {
    const managers = conflicts.length > 0 ? managersOf(conflicts) : foreignManagers(answer);
    const fields = conflicts.map(({ field }) => field);
    deps.emit({ kind: "reverted", source, object: ref, managers, fields });
  } else deps.emit({ kind: "published", source, object: ref, revision });
  return "written";
}

function foreignManagers(object: KubeObject): readonly string[] {
  return otherManagers(object, MANAGER_SYNC).filter((manager) => manager !== MANAGER_STATUS);
}
