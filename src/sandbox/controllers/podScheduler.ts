import { asList, asObject, asString, valueAt } from "../../object/json.ts";
import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { keyOf, splitKey } from "./controller.ts";
import { type ControllerClient, withCondition } from "./controllerClient.ts";
import { behaviourOf } from "./podBehaviour.ts";

const PODS = "/pods";
const CLAIMS = "/persistentvolumeclaims";
/** Milliseconds between two tries for a pod that fits nowhere. */
const RETRY_MS = 200;
const SELECTED_NODE = "volume.kubernetes.io/selected-node";

/** Gives each pod a node, once the claims it mounts are bound. */
export const podScheduler: Controller = {
  name: "scheduler",
  keysOf: (storageKey, { type, object }) =>
    storageKey === PODS && type === "ADDED" && nodeOf(object) === undefined ? [keyOf(object)] : [],
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const pod = client.get(PODS, namespace, name);
    if (!pod || nodeOf(pod) !== undefined || pod.metadata.deletionTimestamp !== undefined) return undefined;
    const nodes = client.list("/nodes").filter((node) => fits(pod, node));
    const why = refusal(pod, nodes, client);
    if (why !== undefined) {
      refuse(pod, why, client);
      return RETRY_MS;
    }
    const [node] = nodes;
    if (node) bind(pod, node.metadata.name ?? "", client);
    return undefined;
  },
};

function nodeOf(pod: KubeObject): string | undefined {
  return asString(valueAt(pod, "spec", "nodeName"));
}

function fits(pod: KubeObject, node: KubeObject): boolean {
  if (valueAt(node, "spec", "unschedulable") === true) return false;
  const labels = labelsOf(node);
  const wanted = asObject(valueAt(pod, "spec", "nodeSelector"));
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Why the pod stays without a node; `undefined` when it can have one. */
function refusal(
  pod: KubeObject,
  nodes: readonly KubeObject[],
  client: ControllerClient,
): string | undefined {
  const total = client.list("/nodes").length;
  if (behaviourOf(pod).kind === "unschedulable") {
    return `0/${total} nodes are available: ${total} Insufficient cpu. preemption: 0/${total} nodes are available: ${total} No preemption victims found for incoming pod.`;
  }
  for (const volume of asList(valueAt(pod, "spec", "volumes"))) {
    const claimName = asString(valueAt(volume, "persistentVolumeClaim", "claimName"));
    if (claimName === undefined) continue;
    const claim = client.get(CLAIMS, pod.metadata.namespace ?? "", claimName);
    if (!claim) return `persistentvolumeclaim "${claimName}" not found`;
    if (valueAt(claim, "status", "phase") === "Bound") continue;
    if (valueAt(claim, "status", "phase") === "Lost") return `persistentvolumeclaim "${claimName}" is lost`;
    selectNode(claim, nodes[0]?.metadata.name, client);
    return `0/${total} nodes are available: pod has unbound immediate PersistentVolumeClaims. not found`;
  }
  if (nodes.length > 0) return undefined;
  return `0/${total} nodes are available: ${total} node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/${total} nodes are available: ${total} Preemption is not helpful for scheduling.`;
}

/** Tells a claim that waits for its first consumer where that one will run. */
function selectNode(claim: KubeObject, node: string | undefined, client: ControllerClient): void {
  const storageClass = asString(asObject(claim.spec).storageClassName) ?? "";
  const mode = client.get("storage.k8s.io/storageclasses", "", storageClass)?.volumeBindingMode;
  if (mode !== "WaitForFirstConsumer" || node === undefined) return;
  client.change(CLAIMS, claim, (draft) => {
    const annotations = asObject(draft.metadata.annotations as never);
    draft.metadata.annotations = { ...annotations, [SELECTED_NODE]: node } as never;
  });
}

function refuse(pod: KubeObject, message: string, client: ControllerClient): void {
  const conditions = withCondition(
    valueAt(pod, "status", "conditions"),
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message, lastProbeTime: null },
    client.time(),
  );
  const next = client.as("kube-scheduler").setStatus(PODS, pod, { ...asObject(pod.status), conditions });
  if (next !== pod) client.event(pod, "Warning", "FailedScheduling", message, "default-scheduler");
}

/** A binding changes the pod without a manager, as the real server's does. */
function bind(pod: KubeObject, nodeName: string, client: ControllerClient): void {
  const scheduled = asList(valueAt(pod, "status", "conditions"))
    .map(asObject)
    .filter(({ type }) => type !== "PodScheduled");
  const condition = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: client.time(),
  };
  const next: KubeObject = {
    ...pod,
    spec: { ...asObject(pod.spec), nodeName },
    status: { ...asObject(pod.status), conditions: [...scheduled, condition] },
  };
  client.state.store.update(PODS, next, pod);
  const { namespace, name } = pod.metadata;
  client.event(
    pod,
    "Normal",
    "Scheduled",
    `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    "default-scheduler",
  );
}
