import type { KubeObject } from "../../object/kubeObject.ts";
import { type Condition, conditionOf, describeCondition } from "../conditions.ts";
import { type Health, healthy, progressing } from "../health.ts";

/**
 * Judges any object by the conditions it reports: `Ready`, and `Available` when it has no `Ready`.
 *
 * Neither means Healthy: what says nothing about itself cannot be waited for. A condition that speaks about an older
 * generation is no answer yet.
 */
export function judgeByConditions(object: KubeObject): Health {
  const condition = conditionOf(object, "Ready") ?? conditionOf(object, "Available");
  if (!condition) return healthy("NoConditions");
  if (isStale(condition, object.metadata.generation))
    return progressing("StaleCondition", `condition ${condition.type} is about an earlier generation`);
  if (condition.status === "True") return healthy(condition.reason || condition.type);
  return progressing(condition.reason || `Not${condition.type}`, describeCondition(condition));
}

function isStale({ observedGeneration }: Condition, generation: number | undefined): boolean {
  return observedGeneration !== undefined && generation !== undefined && observedGeneration < generation;
}
