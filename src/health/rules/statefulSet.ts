import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Health, healthy, progressing } from "../health.ts";
import { countOf, isUnobserved, numberAt, wantedReplicas } from "../numbers.ts";

/**
 * Judges a StatefulSet: the counts of its pods, then how far its update went.
 *
 * With `OnDelete` nobody updates pods until a person deletes them, so revisions do not count there.
 */
export function judgeStatefulSet(object: KubeObject): Health {
  if (isUnobserved(object)) return progressing("NotObserved", "no controller has looked at it yet");
  const short = judgeCounts(object);
  if (short) return short;
  if (valueAt(object, "spec", "updateStrategy", "type") === "OnDelete") return healthy("OnDelete");
  return judgeUpdate(object) ?? healthy("Ready");
}

function judgeCounts(object: KubeObject): Health | undefined {
  const wanted = wantedReplicas(object);
  const replicas = countOf(object, "replicas");
  if (wanted > replicas) return progressing("LessReplicas", `${replicas} of ${wanted} replicas are created`);
  const ready = countOf(object, "readyReplicas");
  if (wanted > ready) return progressing("LessReady", `${ready} of ${wanted} replicas are ready`);
  if (replicas > wanted) return progressing("ExtraPods", `${replicas} replicas exist, ${wanted} are wanted`);
  const available = countOf(object, "availableReplicas");
  if ((numberAt(object, "spec", "minReadySeconds") ?? 0) > 0 && wanted > available)
    return progressing("LessAvailable", `${available} of ${wanted} replicas are available`);
  return undefined;
}

function judgeUpdate(object: KubeObject): Health | undefined {
  const wanted = wantedReplicas(object);
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  const updated = countOf(object, "updatedReplicas");
  if (partition !== undefined) {
    const due = Math.max(0, wanted - partition);
    return updated < due
      ? progressing("PartitionRollout", `${updated} of ${due} replicas are updated`)
      : undefined;
  }
  const current = countOf(object, "currentReplicas");
  if (wanted > current)
    return progressing("LessCurrent", `${current} of ${wanted} replicas are of the current revision`);
  const revisions = ["currentRevision", "updateRevision"].map((name) => valueAt(object, "status", name));
  return revisions[0] === revisions[1]
    ? undefined
    : progressing("RevisionMismatch", `waits for revision ${String(revisions[1])} to become the current one`);
}
