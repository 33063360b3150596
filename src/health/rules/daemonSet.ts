import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Health, healthy, progressing } from "../health.ts";
import { countOf, isUnobserved, numberAt } from "../numbers.ts";

/**
 * Judges a DaemonSet by its counts; with `OnDelete` the update counts do not matter, since nobody updates its pods
 * until a person deletes them.
 */
export function judgeDaemonSet(object: KubeObject): Health {
  const wanted = numberAt(object, "status", "desiredNumberScheduled");
  const observed = numberAt(object, "status", "observedGeneration");
  if (isUnobserved(object) || wanted === undefined || observed === undefined)
    return progressing("NotObserved", "no controller has looked at it yet");
  for (const [counter, reason, word] of countersOf(object)) {
    const count = countOf(object, counter);
    if (count < wanted) return progressing(reason, `${count} of ${wanted} pods are ${word}`);
  }
  return healthy("Ready");
}

function countersOf(object: KubeObject): readonly (readonly [string, string, string])[] {
  const onDelete = valueAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  return [
    ["currentNumberScheduled", "LessCurrent", "scheduled"],
    ...(onDelete ? [] : ([["updatedNumberScheduled", "LessUpdated", "updated"]] as const)),
    ["numberAvailable", "LessAvailable", "available"],
    ["numberReady", "LessReady", "ready"],
  ];
}
