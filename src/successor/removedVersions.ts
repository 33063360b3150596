/** A version of kinds that Kubernetes stopped serving, or will. */
export interface RemovedVersion {
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** `MAJOR.MINOR` of the first Kubernetes that called it deprecated. */
  readonly deprecated: string;
  /** `MAJOR.MINOR` of the first Kubernetes without it; absent while every known one serves it. */
  readonly removed?: string;
  /** What says the same today; absent when nothing does. */
  readonly successor?: string;
}

/**
 * Versions of built-in kinds that went, or are on their way.
 *
 * @see Kubernetes, deprecated API migration guide; k8s.io/api, lifecycle methods of 1.36
 */
export const REMOVED_VERSIONS: readonly RemovedVersion[] = [
  row("extensions/v1beta1", ["Deployment", "DaemonSet", "ReplicaSet"], "1.8", "1.16", "apps/v1"),
  row("extensions/v1beta1", ["NetworkPolicy"], "1.9", "1.16", "networking.k8s.io/v1"),
  row("extensions/v1beta1", ["Ingress"], "1.14", "1.22", "networking.k8s.io/v1"),
  row("extensions/v1beta1", ["PodSecurityPolicy"], "1.10", "1.16"),
  row("apps/v1beta1", ["Deployment", "StatefulSet", "ControllerRevision"], "1.8", "1.16", "apps/v1"),
  row(
    "apps/v1beta2",
    ["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ControllerRevision"],
    "1.9",
    "1.16",
    "apps/v1",
  ),
  row(
    "admissionregistration.k8s.io/v1beta1",
    ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    "1.16",
    "1.22",
    "admissionregistration.k8s.io/v1",
  ),
  row(
    "admissionregistration.k8s.io/v1beta1",
    ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
    "1.31",
    "1.34",
    "admissionregistration.k8s.io/v1",
  ),
  row(
    "apiextensions.k8s.io/v1beta1",
    ["CustomResourceDefinition"],
    "1.16",
    "1.22",
    "apiextensions.k8s.io/v1",
  ),
  row("apiregistration.k8s.io/v1beta1", ["APIService"], "1.19", "1.22", "apiregistration.k8s.io/v1"),
  row("auditregistration.k8s.io/v1alpha1", ["AuditSink"], "1.18", "1.19"),
  row("authentication.k8s.io/v1beta1", ["TokenReview"], "1.19", "1.22", "authentication.k8s.io/v1"),
  row(
    "authorization.k8s.io/v1beta1",
    ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SubjectAccessReview", "SelfSubjectRulesReview"],
    "1.19",
    "1.22",
    "authorization.k8s.io/v1",
  ),
  row("autoscaling/v2beta1", ["HorizontalPodAutoscaler"], "1.22", "1.25", "autoscaling/v2"),
  row("autoscaling/v2beta2", ["HorizontalPodAutoscaler"], "1.23", "1.26", "autoscaling/v2"),
  row("batch/v2alpha1", ["CronJob"], "1.8", "1.21", "batch/v1"),
  row("batch/v1beta1", ["CronJob"], "1.21", "1.25", "batch/v1"),
  row("certificates.k8s.io/v1beta1", ["CertificateSigningRequest"], "1.19", "1.22", "certificates.k8s.io/v1"),
  row("coordination.k8s.io/v1beta1", ["Lease"], "1.19", "1.22", "coordination.k8s.io/v1"),
  row("discovery.k8s.io/v1beta1", ["EndpointSlice"], "1.21", "1.25", "discovery.k8s.io/v1"),
  row("events.k8s.io/v1beta1", ["Event"], "1.22", "1.25", "events.k8s.io/v1"),
  ...(["v1beta1", "v1beta2", "v1beta3"] as const).map((version, index) =>
    row(
      `flowcontrol.apiserver.k8s.io/${version}`,
      ["FlowSchema", "PriorityLevelConfiguration"],
      ["1.23", "1.26", "1.29"][index] ?? "1.29",
      ["1.26", "1.29", "1.32"][index],
      "flowcontrol.apiserver.k8s.io/v1",
    ),
  ),
  row("networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], "1.19", "1.22", "networking.k8s.io/v1"),
  row("node.k8s.io/v1alpha1", ["RuntimeClass"], "1.20", "1.25", "node.k8s.io/v1"),
  row("node.k8s.io/v1beta1", ["RuntimeClass"], "1.22", "1.25", "node.k8s.io/v1"),
  row("policy/v1beta1", ["PodDisruptionBudget"], "1.21", "1.25", "policy/v1"),
  row("policy/v1beta1", ["PodSecurityPolicy"], "1.21", "1.25"),
  ...(["v1alpha1", "v1beta1"] as const).map((version) =>
    row(
      `rbac.authorization.k8s.io/${version}`,
      ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
      "1.17",
      "1.22",
      "rbac.authorization.k8s.io/v1",
    ),
  ),
  ...(["v1alpha1", "v1beta1"] as const).map((version) =>
    row(`scheduling.k8s.io/${version}`, ["PriorityClass"], "1.14", "1.22", "scheduling.k8s.io/v1"),
  ),
  row("settings.k8s.io/v1alpha1", ["PodPreset"], "1.19", "1.20"),
  row("storage.k8s.io/v1alpha1", ["VolumeAttachment"], "1.21", "1.24", "storage.k8s.io/v1"),
  row("storage.k8s.io/v1alpha1", ["CSIStorageCapacity"], "1.21", "1.24", "storage.k8s.io/v1"),
  row(
    "storage.k8s.io/v1beta1",
    ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    "1.19",
    "1.22",
    "storage.k8s.io/v1",
  ),
  row("storage.k8s.io/v1beta1", ["CSIStorageCapacity"], "1.24", "1.27", "storage.k8s.io/v1"),
  row("v1", ["ComponentStatus"], "1.19"),
  row("v1", ["Endpoints"], "1.33", undefined, "discovery.k8s.io/v1 EndpointSlice"),
];

const BY_KIND: ReadonlyMap<string, RemovedVersion> = new Map(
  REMOVED_VERSIONS.flatMap((entry) => entry.kinds.map((kind) => [`${entry.apiVersion} ${kind}`, entry])),
);

/** What is known of a version's end, or `undefined` for one that stays. */
export function removedVersion(apiVersion: string, kind: string): RemovedVersion | undefined {
  return BY_KIND.get(`${apiVersion} ${kind}`);
}

/** The version that took the place of a removed one, when there is one. */
export function successorOf(apiVersion: string, kind: string): string | undefined {
  const entry = removedVersion(apiVersion, kind);
  return entry?.removed === undefined ? undefined : entry.successor;
}

/** True when a Kubernetes of version `kubeVersion` (`1.36`, `v1.36.3`) has reached `version` (`1.22`). */
export function hasReached(kubeVersion: string, version: string): boolean {
  const [major, minor] = numbersOf(kubeVersion);
  const [otherMajor, otherMinor] = numbersOf(version);
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}

function numbersOf(version: string): readonly [number, number] {
  const [, major = "0", minor = "0"] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return [Number(major), Number(minor)];
}

function row(
  apiVersion: string,
  kinds: readonly string[],
  deprecated: string,
  removed?: string,
  successor?: string,
): RemovedVersion {
  return {
    apiVersion,
    kinds,
    deprecated,
    ...(removed !== undefined && { removed }),
    ...(successor !== undefined && { successor }),
  };
}
