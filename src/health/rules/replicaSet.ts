import type { KubeObject } from "../../object/kubeObject.ts";
import { describeCondition, trueCondition } from "../conditions.ts";
import { degraded, type Health, healthy, progressing } from "../health.ts";
import { countOf, isUnobserved, wantedReplicas } from "../numbers.ts";

/** Judges a ReplicaSet: pods that were refused (a quota, say), then its counts. */
export function judgeReplicaSet(object: KubeObject): Health {
  if (isUnobserved(object)) return progressing("NotObserved", "no controller has looked at it yet");
  const refused = trueCondition(object, "ReplicaFailure");
  if (refused) return degraded(refused.reason || "ReplicaFailure", describeCondition(refused));
  const wanted = wantedReplicas(object);
  for (const [counter, reason, word] of COUNTERS) {
    const count = countOf(object, counter);
    if (count < wanted) return progressing(reason, `${count} of ${wanted} replicas are ${word}`);
  }
  const extra = countOf(object, "replicas") - wanted;
  return extra > 0
    ? progressing("ExtraPods", `${wanted + extra} replicas exist, ${wanted} are wanted`)
    : healthy("Ready");
}

const COUNTERS = [
  ["fullyLabeledReplicas", "LessLabelled", "labelled"],
  ["availableReplicas", "LessAvailable", "available"],
  ["readyReplicas", "LessReady", "ready"],
] as const;
