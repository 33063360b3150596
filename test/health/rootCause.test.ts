import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { NO_RELATED, type RelatedObjects, rootCause } from "../../src/health/rootCause.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const AT = "2026-11-21T09:59:00Z";
const EARLIER = "2026-11-21T09:50:00Z";

const quota: KubeObject = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "compute", namespace: "shop" },
  status: { hard: { "requests.memory": "1Gi", pods: "4" }, used: { "requests.memory": "512Mi", pods: "4" } },
};
const waitingPod = pod("galera-0", {
  spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-galera-0" } }] },
  status: { phase: "Pending" },
});

test.each<
  readonly [name: string, object: KubeObject, related: Partial<RelatedObjects>, cause: string | undefined]
>([
  ["nothing around tells nothing", fixture("statefulset-less-ready"), {}, undefined],
  [
    "a container that crashes",
    fixture("statefulset-less-ready"),
    { pods: [pod("galera-0", { status: { phase: "Running" } }), fixture("pod-crash-loop")] },
    "pod galera-1: container mysql: CrashLoopBackOff: back-off 40s restarting failed container (exit code 1)",
  ],
  [
    "a pod explains itself without its name",
    fixture("pod-crash-loop"),
    {},
    "container mysql: CrashLoopBackOff: back-off 40s restarting failed container (exit code 1)",
  ],
  [
    "an image that cannot be pulled is named",
    fixture("deployment-deadline-exceeded"),
    { pods: [fixture("pod-image-pull")] },
    "pod web-1: container web: ImagePullBackOff: Back-off pulling image: image registry.example.com/web:nope",
  ],
  [
    "a pod that no node takes",
    fixture("deployment-deadline-exceeded"),
    { pods: [fixture("pod-unschedulable")] },
    "pod web-1: 0/3 nodes are available: 3 Insufficient memory.",
  ],
  [
    "a pod that is going away explains nothing",
    fixture("statefulset-less-ready"),
    { pods: [withMetadata(fixture("pod-crash-loop"), { deletionTimestamp: AT })] },
    undefined,
  ],
  [
    "a pod of a namesake that was deleted explains nothing",
    withMetadata(fixture("statefulset-less-ready"), { uid: "s-2" }),
    { pods: [fixture("pod-crash-loop")] },
    undefined,
  ],
  [
    "a pod of another namespace explains nothing",
    fixture("statefulset-less-ready"),
    { pods: [withMetadata(fixture("pod-crash-loop"), { namespace: "other" })] },
    undefined,
  ],
  [
    "the last warning about a pod",
    fixture("statefulset-less-ready"),
    {
      pods: [waitingPod],
      events: [
        event("Pod", "galera-0", "FailedMount", 'secret "tls" not found', AT),
        event("Pod", "galera-0", "FailedScheduling", "no nodes", EARLIER),
        event("Pod", "galera-9", "FailedMount", "not ours", AT),
      ],
    },
    'pod galera-0: FailedMount: secret "tls" not found',
  ],
  [
    "a warning about a pod that is ready by now counts no more",
    fixture("statefulset-less-ready"),
    {
      pods: [
        pod("galera-0", { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } }),
      ],
      events: [event("Pod", "galera-0", "Unhealthy", "readiness probe failed", AT)],
    },
    undefined,
  ],
  [
    "a claim that does not exist",
    fixture("statefulset-less-ready"),
    { pods: [waitingPod], persistentVolumeClaims: [fixture("pvc-bound", { name: "other" })] },
    "pod galera-0: PersistentVolumeClaim data-galera-0 does not exist",
  ],
  [
    "a claim that no volume fits",
    fixture("statefulset-less-ready"),
    {
      pods: [waitingPod],
      persistentVolumeClaims: [fixture("pvc-pending")],
      events: [
        event(
          "PersistentVolumeClaim",
          "data-galera-0",
          "FailedBinding",
          "no persistent volumes",
          AT,
          "Normal",
        ),
      ],
    },
    "pod galera-0: PersistentVolumeClaim data-galera-0: FailedBinding: no persistent volumes",
  ],
  [
    "a claim of its own",
    fixture("pvc-pending"),
    {
      events: [
        event("PersistentVolumeClaim", "data-galera-0", "ProvisioningFailed", 'no class "fast"', AT),
        event("PersistentVolumeClaim", "data-galera-0", "ExternalProvisioning", "waiting", AT, "Normal"),
      ],
    },
    'ProvisioningFailed: no class "fast"',
  ],
  [
    "pods that a quota refuses, told by the ReplicaSet of a Deployment",
    fixture("deployment-quota"),
    { events: [event("ReplicaSet", "web-5d8", "FailedCreate", "exceeded quota: compute", AT)] },
    "FailedCreate: exceeded quota: compute",
  ],
  [
    "pods that a quota refuses, told by a StatefulSet",
    fixture("statefulset-less-replicas"),
    { events: [event("StatefulSet", "galera", "FailedCreate", "exceeded quota: compute", AT)] },
    "FailedCreate: exceeded quota: compute",
  ],
  [
    "an event in the newer group",
    fixture("statefulset-less-replicas"),
    {
      events: [
        {
          apiVersion: "events.k8s.io/v1",
          kind: "Event",
          metadata: { name: "e" },
          type: "Warning",
          reason: "FailedCreate",
          note: "no service account",
          regarding: { kind: "StatefulSet", name: "galera", uid: "s-1" },
          eventTime: AT,
        },
      ],
    },
    "FailedCreate: no service account",
  ],
  [
    "a warning about a namesake that was deleted is not about this one",
    fixture("statefulset-less-replicas"),
    { events: [event("StatefulSet", "galera", "FailedCreate", "old", AT, "Warning", "s-0")] },
    undefined,
  ],
  [
    "a quota with nothing left, when pods are missing and nobody says why",
    fixture("deployment-deadline-exceeded"),
    { quotas: [quota] },
    "quota compute: pods 4 of 4 used",
  ],
  [
    "another namespace's quota says nothing",
    fixture("statefulset-less-replicas"),
    { quotas: [quota] },
    undefined,
  ],
  [
    "a container that runs and is not ready",
    fixture("deployment-deadline-exceeded"),
    { pods: [withMetadata(fixture("pod-not-ready"), { labels: { app: "web" } })] },
    "pod web-1: container web: runs and is not ready",
  ],
])("%s", (_name, object, related, cause) => {
  expect(rootCause(object, { ...NO_RELATED, ...related }, NOW)).toBe(cause);
});

function fixture(file: string, metadata: KubeObject["metadata"] = {}): KubeObject {
  const text = readFileSync(join(import.meta.dirname, `${file}.yaml`), "utf8");
  return withMetadata(load(text) as KubeObject, metadata);
}

function withMetadata(object: KubeObject, metadata: KubeObject["metadata"]): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

function pod(name: string, rest: Partial<KubeObject>): KubeObject {
  const metadata = { name, namespace: "databases", labels: { app: "galera" } };
  return { apiVersion: "v1", kind: "Pod", metadata, ...rest };
}

function event(
  kind: string,
  name: string,
  reason: string,
  message: string,
  lastTimestamp: string,
  type = "Warning",
  uid = "",
): KubeObject {
  const involvedObject = { kind, name, uid };
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {},
    type,
    reason,
    message,
    lastTimestamp,
    involvedObject,
  };
}
