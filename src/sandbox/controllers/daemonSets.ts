import { asObject, asString, valueAt } from "../../object/json.ts";
import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { splitKey } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { revisionsOf, trimRevisions } from "./controllerRevisions.ts";
import { adoptOrphans, availableIn, minReady, nextAvailable, ownerKeys, PODS, podOf } from "./podControl.ts";
import { isPodActive, isPodReady } from "./podStatus.ts";
import { positive } from "./positive.ts";

const DAEMON_SETS = "apps/daemonsets";
const REVISION_LABEL = "controller-revision-hash";

/** Keeps one pod of each DaemonSet on every node that fits. */
export const daemonSetController: Controller = {
  name: "daemonset",
  keysOf(storageKey, { object, type }, client) {
    if (storageKey === "/nodes" && type !== "MODIFIED") {
      return client.list(DAEMON_SETS).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    }
    return storageKey === PODS || (storageKey === DAEMON_SETS && type !== "DELETED")
      ? ownerKeys(DAEMON_SETS, "DaemonSet", storageKey, object)
      : [];
  },
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const set = client.get(DAEMON_SETS, namespace, name);
    if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
    const { update, all } = revisionsOf(set, client);
    if (!update) return undefined;
    const hash = labelsOf(update)["controller.kubernetes.io/hash"] ?? "";
    adoptOrphans(set, PODS, client);
    const nodes = client.list("/nodes").filter((node) => fits(set, node));
    manage(set, nodes, hash, client);
    trimRevisions(set, all, [update.metadata.name ?? ""], client);
    return report(set, nodes.length, hash, client);
  },
};

function fits(set: KubeObject, node: KubeObject): boolean {
  const wanted = asObject(valueAt(set, "spec", "template", "spec", "nodeSelector"));
  return Object.entries(wanted).every(([key, value]) => labelsOf(node)[key] === value);
}

/** The node a pod is on, or is meant for. */
function nodeOf(pod: KubeObject): string | undefined {
  return (
    asString(valueAt(pod, "spec", "nodeName")) ??
    asString(valueAt(pod, "spec", "nodeSelector", "kubernetes.io/hostname"))
  );
}

function manage(set: KubeObject, nodes: readonly KubeObject[], hash: string, client: ControllerClient): void {
  const { namespace = "", name } = set.metadata;
  const template = asObject(asObject(set.spec).template);
  const pods = client.controlled(set, PODS);
  for (const pod of pods.filter((candidate) => valueAt(candidate, "status", "phase") === "Failed")) {
    client.delete(PODS, pod);
  }
  for (const node of nodes) {
    const nodeName = node.metadata.name ?? "";
    if (pods.some((pod) => nodeOf(pod) === nodeName)) continue;
    const pod = podOf(set, template, {
      generateName: `${name}-`,
      labels: { [REVISION_LABEL]: hash, "pod-template-generation": String(set.metadata.generation ?? 1) },
    });
    const created = client.create(PODS, namespace, { ...pod, spec: { ...asObject(pod.spec), nodeName } });
    if (created) {
      client.event(
        set,
        "Normal",
        "SuccessfulCreate",
        `Created pod: ${created.metadata.name}`,
        "daemonset-controller",
      );
    }
  }
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const pod of pods) {
    if (!names.has(nodeOf(pod)) && isPodActive(pod)) client.delete(PODS, pod);
  }
  if (valueAt(set, "spec", "updateStrategy", "type") === "OnDelete") return;
  const isSettled = pods.every((pod) => isPodReady(pod) && isPodActive(pod));
  const old = pods.find((pod) => labelsOf(pod)[REVISION_LABEL] !== hash && isPodActive(pod));
  if (old && (isSettled || !isPodReady(old))) client.delete(PODS, old);
}

function report(set: KubeObject, wanted: number, hash: string, client: ControllerClient): number | undefined {
  const pods = client.controlled(set, PODS);
  const active = pods.filter(isPodActive);
  const ready = active.filter(isPodReady);
  const available = ready.filter((pod) => availableIn(pod, minReady(set), client.now()) === 0);
  client.setStatus(DAEMON_SETS, set, {
    currentNumberScheduled: active.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: wanted,
    numberReady: ready.length,
    observedGeneration: set.metadata.generation ?? 1,
    ...positive(
      "updatedNumberScheduled",
      active.filter((pod) => labelsOf(pod)[REVISION_LABEL] === hash).length,
    ),
    ...positive("numberAvailable", available.length),
    ...positive("numberUnavailable", wanted - available.length),
  });
  return nextAvailable(pods, minReady(set), client.now());
}
