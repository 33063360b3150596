import type { KubeObject } from "../object/kubeObject.ts";
import { parseApiVersion } from "../object/objectRef.ts";
import { conditionsOf, describeCondition } from "./conditions.ts";
import { degraded, type Health, type HealthRule, progressing } from "./health.ts";
import { numberAt } from "./numbers.ts";
import { judgeApiService } from "./rules/apiService.ts";
import { judgeCronJob } from "./rules/cronJob.ts";
import { judgeCustomResourceDefinition } from "./rules/customResourceDefinition.ts";
import { judgeDaemonSet } from "./rules/daemonSet.ts";
import { judgeDeployment } from "./rules/deployment.ts";
import { judgeByConditions } from "./rules/generic.ts";
import { judgeHorizontalPodAutoscaler } from "./rules/horizontalPodAutoscaler.ts";
import { judgeIngress } from "./rules/ingress.ts";
import { judgeInstance } from "./rules/instance.ts";
import { judgeJob } from "./rules/job.ts";
import { judgeNamespace } from "./rules/namespace.ts";
import { judgePersistentVolume } from "./rules/persistentVolume.ts";
import { judgePersistentVolumeClaim } from "./rules/persistentVolumeClaim.ts";
import { judgePod } from "./rules/pod.ts";
import { judgePodDisruptionBudget } from "./rules/podDisruptionBudget.ts";
import { judgeReplicaSet } from "./rules/replicaSet.ts";
import { judgeReplicationController } from "./rules/replicationController.ts";
import { judgeService } from "./rules/service.ts";
import { judgeStatefulSet } from "./rules/statefulSet.ts";
import { judgeWorkflow } from "./rules/workflow.ts";

/** Group and kind, `apps/Deployment`, to its rule. Versions of one kind say the same things in the same places. */
const RULES: ReadonlyMap<string, HealthRule> = new Map([
  ["/Namespace", judgeNamespace],
  ["/PersistentVolume", judgePersistentVolume],
  ["/PersistentVolumeClaim", judgePersistentVolumeClaim],
  ["/Pod", judgePod],
  ["/ReplicationController", judgeReplicationController],
  ["/Service", judgeService],
  ["apiextensions.k8s.io/CustomResourceDefinition", judgeCustomResourceDefinition],
  ["apiregistration.k8s.io/APIService", judgeApiService],
  ["apps/DaemonSet", judgeDaemonSet],
  ["apps/Deployment", judgeDeployment],
  ["apps/ReplicaSet", judgeReplicaSet],
  ["apps/StatefulSet", judgeStatefulSet],
  ["argoproj.io/Workflow", judgeWorkflow],
  ["autoscaling/HorizontalPodAutoscaler", judgeHorizontalPodAutoscaler],
  ["batch/CronJob", judgeCronJob],
  ["batch/Job", judgeJob],
  ["extensions/DaemonSet", judgeDaemonSet],
  ["extensions/Deployment", judgeDeployment],
  ["extensions/Ingress", judgeIngress],
  ["extensions/ReplicaSet", judgeReplicaSet],
  ["kudo.dev/Instance", judgeInstance],
  ["networking.k8s.io/Ingress", judgeIngress],
  ["policy/PodDisruptionBudget", judgePodDisruptionBudget],
]);

/**
 * Judges one object by its own status.
 *
 * In this order, and the first that decides wins: deletion in progress, a generation that its controller has not seen,
 * the conditions `Reconciling` and `Stalled`, the rule of its kind, the conditions `Ready` and `Available`. An object
 * that says nothing about itself is Healthy.
 *
 * @param now  milliseconds since the epoch; a pod may be unschedulable for a while
 * @see kstatus pkg/kstatus/status, gitops-engine pkg/health: the union of both, the stricter where they differ
 */
export function judge(object: KubeObject, now: number): Health {
  return (
    judgeDeletion(object) ??
    judgeGeneration(object) ??
    judgeStandardConditions(object) ??
    ruleFor(object)?.(object, now) ??
    judgeByConditions(object)
  );
}

function ruleFor({ apiVersion, kind }: KubeObject): HealthRule | undefined {
  return RULES.get(`${parseApiVersion(apiVersion).group}/${kind}`);
}

function judgeDeletion({ metadata }: KubeObject): Health | undefined {
  if (!metadata.deletionTimestamp) return undefined;
  const held = metadata.finalizers?.length ? `, held by finalizers ${metadata.finalizers.join(", ")}` : "";
  return progressing("Terminating", `being deleted since ${metadata.deletionTimestamp}${held}`);
}

function judgeGeneration(object: KubeObject): Health | undefined {
  const { generation } = object.metadata;
  const observed = numberAt(object, "status", "observedGeneration");
  if (generation === undefined || observed === undefined || generation === observed) return undefined;
  return progressing(
    "LatestGenerationNotObserved",
    `its controller has seen generation ${observed}, not yet ${generation}`,
  );
}

function judgeStandardConditions(object: KubeObject): Health | undefined {
  for (const condition of conditionsOf(object)) {
    if (condition.status !== "True") continue;
    if (condition.type === "Reconciling")
      return progressing(condition.reason || "Reconciling", describeCondition(condition));
    if (condition.type === "Stalled")
      return degraded(condition.reason || "Stalled", describeCondition(condition));
  }
  return undefined;
}
