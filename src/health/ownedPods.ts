import { asList, asObject, asString, type JsonObject, valueAt } from "../object/json.ts";
import { type KubeObject, labelsOf } from "../object/kubeObject.ts";

/**
 * The pods that belong to a workload, newest first: itself when it is a Pod, else those of its namespace that its
 * selector takes and that no other controller of its kind owns.
 */
export function ownedPods(workload: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] {
  if (workload.kind === "Pod") return [workload];
  const selector = asObject(valueAt(workload, "spec", "selector"));
  const isTaken = selectorOf(workload.kind, selector);
  return pods
    .filter((pod) => pod.metadata.namespace === workload.metadata.namespace)
    .filter((pod) => isTaken(labelsOf(pod)) && !isOfAnother(pod, workload))
    .sort((a, b) => createdAt(b) - createdAt(a));
}

function selectorOf(
  kind: string,
  selector: JsonObject,
): (labels: Readonly<Record<string, string>>) => boolean {
  const equal = kind === "ReplicationController" ? selector : asObject(selector.matchLabels);
  const expressions = asList(selector.matchExpressions).map(asObject);
  if (Object.keys(equal).length + expressions.length === 0) return () => false;
  return (labels) =>
    Object.entries(equal).every(([key, value]) => labels[key] === value) &&
    expressions.every((expression) => holds(expression, labels));
}

function holds(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[asString(expression.key) ?? ""];
  const isListed = value !== undefined && asList(expression.values).includes(value);
  switch (expression.operator) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

/** A Deployment's pods belong to its ReplicaSets, so only a controller of the workload's own kind can contradict. */
function isOfAnother(pod: KubeObject, workload: KubeObject): boolean {
  const owner = asList(pod.metadata.ownerReferences)
    .map(asObject)
    .find((reference) => reference.controller === true);
  return (
    owner?.kind === workload.kind &&
    workload.metadata.uid !== undefined &&
    owner.uid !== workload.metadata.uid
  );
}

function createdAt(pod: KubeObject): number {
  return Date.parse(pod.metadata.creationTimestamp ?? "") || 0;
}
