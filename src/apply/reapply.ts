import { rfc3339 } from "../base/clock.ts";
import { asList, asObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, parseApiVersion, refKey } from "../object/objectRef.ts";
import type { AppliedEntry, AppliedIndex } from "./appliedIndex.ts";
import type { AppliedObject } from "./appliedObject.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import { applyObject } from "./applyObject.ts";
import type { ApplyProgress } from "./applyObjects.ts";
import { judgeOwnership } from "./judgeOwnership.ts";
import { failureOf, type ObjectFailure } from "./objectFailure.ts";
import { type PlannedWrite, planWrite } from "./plannedWrite.ts";
import { planExisting } from "./probeObject.ts";

/**
 * Applies the stored set again as it is, without rendering: what drifted comes back, what was deleted is created.
 * Finished Jobs and what is pending deletion are left alone. One object that cannot be written does not stop the others.
 *
 * @param manifests  by `refKey`, from `IndexStore.manifests`
 */
export async function reapply(
  context: ApplyContext,
  index: AppliedIndex,
  manifests: ReadonlyMap<string, KubeObject>,
): Promise<ApplyProgress> {
  const applied: AppliedObject[] = [];
  const notes: ApplyNote[] = [];
  const failures: ObjectFailure[] = [];
  const reasons: string[] = [];
  for (const entry of index.entries) {
    const manifest = manifests.get(refKey(entry.ref));
    if (!manifest || entry.pendingDeletion) continue;
    try {
      const write = await planAgain(context, entry, manifest);
      if (!write) continue;
      const result =
        write.action === "blocked"
          ? { kind: "waiting" as const, reason: write.blockedBy ?? "is being deleted", notes: [] }
          : await applyObject(context, write);
      notes.push(...result.notes);
      if (result.kind === "written") applied.push(result.applied);
      else reasons.push(`${formatRef(entry.ref)}: ${result.reason}`);
    } catch (error) {
      failures.push(failureOf(error, { ref: entry.ref, kindIsNew: context.recentCrds.covers(entry.ref) }));
    }
  }
  const kind = failures.length > 0 ? "failed" : reasons.length > 0 ? "waiting" : "done";
  return {
    kind,
    applied,
    notes,
    failures,
    corrections: new Map(),
    ...(reasons.length > 0 && { reason: reasons.join("; ") }),
  };
}

async function planAgain(
  context: ApplyContext,
  entry: AppliedEntry,
  manifest: KubeObject,
): Promise<PlannedWrite | undefined> {
  const { client, instance, signal } = context;
  const namespaced = entry.ref.namespace !== undefined;
  const prepared = {
    ...entry,
    object: manifest,
    full: manifest,
    namespaced,
    plannedAt: rfc3339(context.clock.now()),
  };
  const live = await client.get(entry.ref, { signal });
  if (!live) return runsOnce(manifest) ? undefined : planWrite(prepared, "create");
  if (isFinishedJob(live)) return undefined;
  const { uid, resourceVersion } = live.metadata;
  if (uid !== entry.uid || live.metadata.deletionTimestamp) {
    const ownership = judgeOwnership(live, instance, namespaced);
    return await planExisting(context, prepared, { entry, live, conflicts: [], ownership });
  }
  return planWrite(prepared, "configure", {
    adopted: entry.adopted,
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(entry.maker !== undefined && { maker: entry.maker }),
  });
}

/** A Job, or a Pod of its own, that is gone has done its work: making it again would do the work twice. */
function runsOnce({ apiVersion, kind }: KubeObject): boolean {
  return (apiVersion === "v1" && kind === "Pod") || isJob({ apiVersion, kind });
}

function isFinishedJob(live: KubeObject): boolean {
  if (!isJob(live)) return false;
  return asList(asObject(live.status).conditions)
    .map(asObject)
    .some(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True");
}

function isJob({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): boolean {
  return parseApiVersion(apiVersion).group === "batch" && kind === "Job";
}
