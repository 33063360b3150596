import { asObject, type JsonObject, valueAt } from "../../object/json.ts";
import { labelsOf } from "../../object/kubeObject.ts";
import { notFound, StatusError } from "../statusError.ts";
import { selectorMatcher } from "../store/labelSelector.ts";
import type { ClusterState } from "./clusterState.ts";
import { liveObject } from "./createObject.ts";
import { type DeleteOptions, deleteObject } from "./deleteObject.ts";
import type { Target } from "./updateObject.ts";

/** Deletes a pod unless a disruption budget forbids it (429). */
export function evictPod(
  state: ClusterState,
  { type, namespace, name }: Target,
  options: DeleteOptions,
): JsonObject {
  const pod = liveObject(state, type, namespace, name);
  if (!pod) throw notFound(type, name);
  const budgets = state.store.collection("policy/poddisruptionbudgets").list(namespace);
  const guard = budgets.find(
    (budget) =>
      selectorMatcher(asObject(budget.spec).selector)(labelsOf(pod)) &&
      Number(valueAt(budget, "status", "disruptionsAllowed") ?? 0) < 1,
  );
  if (guard) {
    throw new StatusError(
      429,
      "TooManyRequests",
      "Cannot evict pod as it would violate the pod's disruption budget.",
      {
        causes: [
          {
            reason: "DisruptionBudget",
            message: `The disruption budget ${guard.metadata.name} needs ${valueAt(guard, "status", "desiredHealthy") ?? 0} healthy pods and has ${valueAt(guard, "status", "currentHealthy") ?? 0} currently`,
          },
        ],
      },
    );
  }
  deleteObject(state, type, namespace, name, options);
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}
