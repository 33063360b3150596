import { asList, asObject, asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Controller, keyOf, splitKey } from "./controller.ts";
import { type ControllerClient, withCondition } from "./controllerClient.ts";

const AUTOSCALERS = "autoscaling/horizontalpodautoscalers";
const TARGETS: ReadonlyMap<string, string> = new Map([
  ["Deployment", "apps/deployments"],
  ["StatefulSet", "apps/statefulsets"],
  ["ReplicaSet", "apps/replicasets"],
]);

/** Looks at the target of each autoscaler, and never scales it: nothing here has a load. */
export const horizontalPodAutoscalerController: Controller = {
  name: "horizontalpodautoscaling",
  keysOf(storageKey, { object, type }, client) {
    if (storageKey === AUTOSCALERS) return type === "DELETED" ? [] : [keyOf(object)];
    if (![...TARGETS.values()].includes(storageKey)) return [];
    return client
      .list(AUTOSCALERS, object.metadata.namespace ?? "")
      .filter((autoscaler) => {
        const { storage, name } = targetOf(autoscaler);
        return storage === storageKey && name === object.metadata.name;
      })
      .map(keyOf);
  },
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const autoscaler = client.get(AUTOSCALERS, namespace, name);
    if (autoscaler) look(autoscaler, client);
    return undefined;
  },
};

function look(autoscaler: KubeObject, client: ControllerClient): void {
  const { storage, kind, name } = targetOf(autoscaler);
  const target = storage && client.get(storage, autoscaler.metadata.namespace ?? "", name);
  const isMissing = storage !== undefined && !target;
  const replicas = target ? Number(valueAt(target, "spec", "replicas") ?? 1) : 0;
  client.setStatus(AUTOSCALERS, autoscaler, {
    conditions: withCondition(
      asList(asObject(autoscaler.status).conditions),
      {
        type: "AbleToScale",
        status: isMissing ? "False" : "True",
        reason: isMissing ? "FailedGetScale" : "SucceededGetScale",
        message: isMissing ? `the target's current scale is not known: there is no ${kind} "${name}"` : "",
      },
      client.time(),
    ),
    currentReplicas: replicas,
    desiredReplicas: replicas,
  });
}

/** What an autoscaler names; `storage` is undefined for kinds that are not looked at. */
function targetOf(autoscaler: KubeObject): { storage: string | undefined; kind: string; name: string } {
  const reference = asObject(asObject(autoscaler.spec).scaleTargetRef);
  const kind = asString(reference.kind) ?? "";
  return { storage: TARGETS.get(kind), kind, name: asString(reference.name) ?? "" };
}
