import { asList, asObject, type JsonValue, valueAt } from "../../object/json.ts";
import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import { selectorMatcher } from "../store/labelSelector.ts";
import type { Controller } from "./controller.ts";
import { keyOf, splitKey } from "./controller.ts";
import { type ControllerClient, controllerOf, withCondition } from "./controllerClient.ts";
import { PODS } from "./podControl.ts";
import { isPodActive, isPodReady } from "./podStatus.ts";

const BUDGETS = "policy/poddisruptionbudgets";
const SCALES: Readonly<Record<string, string>> = {
  StatefulSet: "apps/statefulsets",
  ReplicaSet: "apps/replicasets",
};

/** Counts how many pods of each disruption budget may be evicted. */
export const disruptionBudgetController: Controller = {
  name: "disruption",
  keysOf(storageKey, { object, type }, client) {
    if (storageKey === BUDGETS) return type === "DELETED" ? [] : [keyOf(object)];
    if (storageKey !== PODS) return [];
    const labels = labelsOf(object);
    return client
      .list(BUDGETS, object.metadata.namespace ?? "")
      .filter((budget) => selectorMatcher(asObject(budget.spec).selector)(labels))
      .map(keyOf);
  },
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const budget = client.get(BUDGETS, namespace, name);
    if (budget) count(budget, client);
    return undefined;
  },
};

function count(budget: KubeObject, client: ControllerClient): void {
  const spec = asObject(budget.spec);
  const matches = selectorMatcher(spec.selector);
  const pods = client
    .list(PODS, budget.metadata.namespace ?? "")
    .filter((pod) => matches(labelsOf(pod)) && isPodActive(pod));
  const expected = expectedPods(pods, client);
  const healthy = pods.filter(isPodReady).length;
  const desired =
    spec.minAvailable === undefined
      ? Math.max(0, expected - amount(spec.maxUnavailable ?? 0, expected))
      : amount(spec.minAvailable, expected);
  const allowed = pods.length === 0 ? 0 : Math.max(0, healthy - desired);
  const isAllowed = allowed > 0;
  client.setStatus(BUDGETS, budget, {
    conditions: withCondition(
      asList(asObject(budget.status).conditions),
      {
        type: "DisruptionAllowed",
        status: isAllowed ? "True" : "False",
        reason: isAllowed ? "SufficientPods" : "InsufficientPods",
        message: "",
        observedGeneration: budget.metadata.generation ?? 1,
      },
      client.time(),
    ),
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 1,
  });
}

/** What the controllers of the pods want in all; pods without one count for themselves. */
function expectedPods(pods: readonly KubeObject[], client: ControllerClient): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const storageKey = SCALES[String(owner?.kind)];
    const found = storageKey && client.get(storageKey, pod.metadata.namespace ?? "", String(owner?.name));
    owners.set(
      found ? String(owner?.uid) : (pod.metadata.uid ?? ""),
      found ? Number(valueAt(found, "spec", "replicas") ?? 1) : 1,
    );
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function amount(value: JsonValue, total: number): number {
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? Number(value) : Math.ceil((Number(percent) * total) / 100);
}
