import { setTimeout as delay } from "node:timers/promises";
import { mapConcurrently } from "../../src/base/concurrency.ts";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";

/** Volumes that wait for claims; one that was bound is not used again. */
const VOLUMES = 100;

/** Makes what a cluster has that somebody set up: a node (kwok plays it) and volumes. */
export async function furnishCluster(
  client: ClusterClient,
  withNode: boolean,
  signal: AbortSignal,
): Promise<void> {
  await untilNamespaceDefault(client, signal);
  if (!withNode) return;
  const size = { cpu: "1000", memory: "1000Gi", pods: "10000" };
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: "node-1",
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": "node-1", "kubernetes.io/os": "linux" },
    },
  };
  await client.create(node, { signal });
  const ref = { apiVersion: "v1", kind: "Node", name: "node-1" };
  await client.patch(
    ref,
    "merge",
    { status: { allocatable: size, capacity: size } },
    { subresource: "status", signal },
  );
  await mapConcurrently(Array.from({ length: VOLUMES }), 8, (_, index) =>
    client.create(volume(`volume-${index}`), { signal }),
  );
}

function volume(name: string) {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage: "100Gi" },
      accessModes: ["ReadWriteOnce", "ReadWriteMany"],
      hostPath: { path: `/volumes/${name}` },
      persistentVolumeReclaimPolicy: "Retain",
    },
  };
}

/** The API server makes it itself, a moment after it says that it is ready. */
async function untilNamespaceDefault(client: ClusterClient, signal: AbortSignal): Promise<void> {
  while (!(await client.get({ apiVersion: "v1", kind: "Namespace", name: "default" }, { signal }))) {
    await delay(100, undefined, { signal });
  }
}
