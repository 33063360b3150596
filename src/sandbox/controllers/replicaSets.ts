import { asObject, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { labelsOf } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { splitKey } from "./controller.ts";
import { type ControllerClient, conditionOf, withCondition } from "./controllerClient.ts";
import {
  adoptOrphans,
  byDeletionOrder,
  countPods,
  minReady,
  nextAvailable,
  ownerKeys,
  PODS,
  podOf,
} from "./podControl.ts";
import { isPodActive } from "./podStatus.ts";
import { positive } from "./positive.ts";

const REPLICA_SETS = "apps/replicasets";
/** Milliseconds until a pod that could not be made is tried again. */
const RETRY_MS = 1000;

/** Keeps as many pods as each ReplicaSet wants. */
export const replicaSetController: Controller = {
  name: "replicaset",
  keysOf: (storageKey, { object, type }) =>
    storageKey === PODS || (storageKey === REPLICA_SETS && type !== "DELETED")
      ? ownerKeys(REPLICA_SETS, "ReplicaSet", storageKey, object)
      : [],
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const set = client.get(REPLICA_SETS, namespace, name);
    if (!set) return undefined;
    const failure = set.metadata.deletionTimestamp === undefined ? manage(set, client) : undefined;
    const again = report(client.get(REPLICA_SETS, namespace, name) ?? set, failure, client);
    return failure === undefined ? again : RETRY_MS;
  },
};

/** Makes and deletes pods; answers why one could not be made. */
function manage(set: KubeObject, client: ControllerClient): string | undefined {
  const wanted = Number(asObject(set.spec).replicas ?? 1);
  let active = client.controlled(set, PODS).filter(isPodActive);
  if (active.length < wanted && adoptOrphans(set, PODS, client)) {
    active = client.controlled(set, PODS).filter(isPodActive);
  }
  const { namespace = "", name } = set.metadata;
  const template = asObject(asObject(set.spec).template);
  for (let missing = wanted - active.length; missing > 0; missing--) {
    let failure: string | undefined;
    const pod = client.create(
      PODS,
      namespace,
      podOf(set, template, { generateName: `${name}-` }),
      (message) => {
        failure = message;
      },
    );
    if (!pod) {
      client.event(set, "Warning", "FailedCreate", `Error creating: ${failure}`, "replicaset-controller");
      return failure;
    }
    client.event(
      set,
      "Normal",
      "SuccessfulCreate",
      `Created pod: ${pod.metadata.name}`,
      "replicaset-controller",
    );
  }
  for (const pod of [...active].sort(byDeletionOrder).slice(0, Math.max(0, active.length - wanted))) {
    client.delete(PODS, pod);
    client.event(
      set,
      "Normal",
      "SuccessfulDelete",
      `Deleted pod: ${pod.metadata.name}`,
      "replicaset-controller",
    );
  }
  return undefined;
}

function report(set: KubeObject, failure: string | undefined, client: ControllerClient): number | undefined {
  const pods = client.controlled(set, PODS);
  const counts = countPods(pods, minReady(set), client.now());
  const wanted = Object.entries(labelsOfTemplate(set));
  const labeled = pods.filter(
    (pod) => isPodActive(pod) && wanted.every(([key, value]) => labelsOf(pod)[key] === value),
  ).length;
  const terminating = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
  client.setStatus(REPLICA_SETS, set, {
    ...failureCondition(set, failure, client.time()),
    replicas: counts.total,
    ...positive("fullyLabeledReplicas", labeled),
    ...positive("readyReplicas", counts.ready),
    ...positive("availableReplicas", counts.available),
    terminatingReplicas: terminating,
    observedGeneration: set.metadata.generation ?? 1,
  });
  return nextAvailable(pods, minReady(set), client.now());
}

function labelsOfTemplate(set: KubeObject): JsonObject {
  return asObject(asObject(asObject(asObject(set.spec).template).metadata).labels);
}

/** Says that a pod could not be made, for as long as that is so. */
function failureCondition(set: KubeObject, failure: string | undefined, time: string): JsonObject {
  if (failure === undefined) return {};
  const { conditions } = asObject(set.status);
  // The first reason stays: each try names another pod, and writing that would ask for the next try at once.
  if (conditionOf(set, "ReplicaFailure") === "True" && conditions !== undefined) return { conditions };
  return {
    conditions: withCondition(
      conditions,
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: failure },
      time,
    ),
  };
}
