import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { conditionOf, describeCondition, trueCondition } from "../conditions.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../health.ts";
import { countOf, isUnobserved, numberAt, wantedReplicas } from "../numbers.ts";

/** What an absent `progressDeadlineSeconds` became in the old API group: no deadline. */
const NO_DEADLINE = 2_147_483_647;

/** Judges a Deployment: paused, out of time, refused pods, then the counts of its rollout. */
export function judgeDeployment(object: KubeObject): Health {
  if (valueAt(object, "spec", "paused") === true) return suspended("Paused", "its rollout is paused");
  if (isUnobserved(object)) return progressing("NotObserved", "no controller has looked at it yet");
  return judgeFailures(object) ?? judgeCounts(object) ?? judgeConditions(object) ?? healthy("Available");
}

function judgeFailures(object: KubeObject): Health | undefined {
  const rollout = conditionOf(object, "Progressing");
  if (rollout?.reason === "ProgressDeadlineExceeded")
    return degraded("ProgressDeadlineExceeded", describeCondition(rollout));
  const refused = trueCondition(object, "ReplicaFailure");
  return refused && degraded(refused.reason || "ReplicaFailure", describeCondition(refused));
}

function judgeCounts(object: KubeObject): Health | undefined {
  const wanted = wantedReplicas(object);
  const count = (name: string): number => countOf(object, name);
  const [replicas, updated] = [count("replicas"), count("updatedReplicas")];
  if (wanted > replicas) return progressing("LessReplicas", `${replicas} of ${wanted} replicas are created`);
  if (wanted > updated) return progressing("LessUpdated", `${updated} of ${wanted} replicas are updated`);
  if (replicas > wanted) return progressing("ExtraPods", `${replicas} replicas exist, ${wanted} are wanted`);
  const available = count("availableReplicas");
  if (updated > available)
    return progressing("LessAvailable", `${available} of ${updated} updated replicas are available`);
  const ready = count("readyReplicas");
  if (wanted > ready) return progressing("LessReady", `${ready} of ${wanted} replicas are ready`);
  return undefined;
}

function judgeConditions(object: KubeObject): Health | undefined {
  const deadline = numberAt(object, "spec", "progressDeadlineSeconds");
  const rollout = trueCondition(object, "Progressing");
  const watched = deadline !== undefined && deadline !== NO_DEADLINE;
  if (watched && rollout?.reason !== "NewReplicaSetAvailable")
    return progressing("ReplicaSetNotAvailable", "its new ReplicaSet is not available yet");
  if (!trueCondition(object, "Available"))
    return progressing("DeploymentNotAvailable", "it does not say that it is available");
  return undefined;
}
