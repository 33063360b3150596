import { asList, asObject, asString, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type ControllerClient, withCondition } from "./controllerClient.ts";
import { surgeOf, wantedReplicas } from "./deploymentSize.ts";
import { positive } from "./positive.ts";

const DEPLOYMENTS = "apps/deployments";

/** What a Deployment's status is computed from. */
export interface DeploymentFacts {
  readonly sets: readonly KubeObject[];
  readonly current: KubeObject | undefined;
  /** True when this pass made the current set. */
  readonly created: boolean;
  readonly client: ControllerClient;
}

/** Writes the status; answers in how many milliseconds the progress deadline passes, when one runs. */
export function deploymentStatus(deployment: KubeObject, facts: DeploymentFacts): number | undefined {
  const { client } = facts;
  const counts = countSets(facts);
  const wanted = wantedReplicas(deployment);
  const time = client.time();
  const before = asObject(deployment.status);
  const isAvailable = counts.available >= wanted - surgeOf(deployment).unavailable;
  const touch = { lastUpdateTime: time };
  let conditions = withCondition(
    before.conditions,
    {
      type: "Available",
      status: isAvailable ? "True" : "False",
      reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      message: isAvailable
        ? "Deployment has minimum availability."
        : "Deployment does not have minimum availability.",
    },
    time,
    touch,
  );
  const { condition, deadline } = progress(deployment, facts, counts);
  if (condition) conditions = withCondition(conditions, condition, time, touch);
  conditions = withFailure(conditions, facts, time);
  client.setStatus(DEPLOYMENTS, deployment, {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...positive("replicas", counts.total),
    ...positive("updatedReplicas", counts.updated),
    ...positive("readyReplicas", counts.ready),
    ...positive("availableReplicas", counts.available),
    ...positive("unavailableReplicas", Math.max(0, Math.max(counts.total, wanted) - counts.available)),
    terminatingReplicas: counts.terminating,
    conditions,
  });
  return deadline;
}

/** Takes over why a set could not make its pods, and drops it when that is past. */
function withFailure(
  conditions: readonly JsonObject[],
  { sets }: DeploymentFacts,
  time: string,
): readonly JsonObject[] {
  const failure = sets
    .flatMap((set) => asList(asObject(set.status).conditions).map(asObject))
    .find((condition) => condition.type === "ReplicaFailure" && condition.status === "True");
  if (!failure) return conditions.filter((condition) => condition.type !== "ReplicaFailure");
  const { reason = "", message = "" } = failure;
  const known = { type: "ReplicaFailure", status: "True", reason, message };
  return withCondition(conditions, known, time, { lastUpdateTime: time });
}

interface SetCounts {
  readonly total: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly terminating: number;
}

function countSets({ sets, current }: DeploymentFacts): SetCounts {
  const sum = (member: string, of: readonly KubeObject[] = sets): number =>
    of.reduce((total, set) => total + Number(asObject(set.status)[member] ?? 0), 0);
  return {
    total: sum("replicas"),
    updated: current ? sum("replicas", [current]) : 0,
    ready: sum("readyReplicas"),
    available: sum("availableReplicas"),
    terminating: sum("terminatingReplicas"),
  };
}

type Condition = Parameters<typeof withCondition>[1];

function progress(
  deployment: KubeObject,
  { current, created, client }: DeploymentFacts,
  counts: SetCounts,
): { readonly condition?: Condition; readonly deadline?: number } {
  const { progressDeadlineSeconds, paused } = asObject(deployment.spec);
  const known = conditionNamed(deployment, "Progressing");
  const say = (status: string, reason: string, message: string): Condition => ({
    type: "Progressing",
    status,
    reason,
    message,
  });
  if (paused === true) {
    return known?.reason === "DeploymentPaused"
      ? {}
      : { condition: say("Unknown", "DeploymentPaused", "Deployment is paused") };
  }
  const name = current?.metadata.name ?? "";
  const wanted = wantedReplicas(deployment);
  const isComplete =
    current !== undefined &&
    counts.updated === wanted &&
    counts.total === wanted &&
    counts.available === wanted;
  if (isComplete) {
    return {
      condition: say("True", "NewReplicaSetAvailable", `ReplicaSet "${name}" has successfully progressed.`),
    };
  }
  if (created) return { condition: say("True", "NewReplicaSetCreated", `Created new replica set "${name}"`) };
  const before = asObject(deployment.status);
  const moved =
    counts.updated > Number(before.updatedReplicas ?? 0) ||
    counts.ready > Number(before.readyReplicas ?? 0) ||
    counts.available > Number(before.availableReplicas ?? 0) ||
    counts.total - counts.updated < Number(before.replicas ?? 0) - Number(before.updatedReplicas ?? 0);
  const limit = Number(progressDeadlineSeconds ?? 600) * 1000;
  const since = Date.parse(asString(known?.lastUpdateTime) ?? client.time());
  const left = since + limit - client.now();
  // Scaling a finished Deployment starts no new deadline.
  if (
    known?.reason === "NewReplicaSetAvailable" &&
    before.updatedReplicas === before.replicas &&
    counts.total === counts.updated
  ) {
    return {};
  }
  if (moved) {
    return {
      condition: say("True", "ReplicaSetUpdated", `ReplicaSet "${name}" is progressing.`),
      deadline: limit,
    };
  }
  if (left > 0) return { deadline: left + 1 };
  return {
    condition: say("False", "ProgressDeadlineExceeded", `ReplicaSet "${name}" has timed out progressing.`),
  };
}

function conditionNamed(deployment: KubeObject, type: string): JsonObject | undefined {
  return asList(asObject(deployment.status).conditions)
    .map(asObject)
    .find((condition) => condition.type === type);
}
