import { type ObjectRef, parseApiVersion } from "./objectRef.ts";

/** @see fluxcd/pkg ssa/sort.go, the order of kinds; a kind in neither list stands between them. */
const FIRST: readonly string[] = [
  "CustomResourceDefinition",
  "Namespace",
  "ClusterRole",
  "ClusterClass",
  "RuntimeClass",
  "PriorityClass",
  "StorageClass",
  "VolumeSnapshotClass",
  "IngressClass",
  "GatewayClass",
  "ClusterRoleBinding",
  "ResourceQuota",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ConfigMap",
  "Secret",
  "Service",
  "LimitRange",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];
const LAST: readonly string[] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

const RANK: ReadonlyMap<string, number> = new Map([
  ...FIRST.map((kind, index) => [kind, index - FIRST.length] as const),
  ...LAST.map((kind, index) => [kind, index + 1] as const),
]);

/** Order of creation: what others stand on comes first. Deletion goes the other way. */
export function compareForApply(a: ObjectRef, b: ObjectRef): number {
  const group = (ref: ObjectRef): string => parseApiVersion(ref.apiVersion).group;
  return (
    (RANK.get(a.kind) ?? 0) - (RANK.get(b.kind) ?? 0) ||
    compareText(group(a), group(b)) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace ?? "", b.namespace ?? "") ||
    compareText(a.name, b.name)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
