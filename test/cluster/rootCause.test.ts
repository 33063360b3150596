import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { judge } from "../../src/health/judge.ts";
import { rootCause } from "../../src/health/rootCause.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { connectTestCluster, makeNamespace } from "./testCluster.ts";

const { client, close } = connectTestCluster();
const namespaces: string[] = [];
let quota = "";
let open = "";

beforeAll(async () => {
  quota = await makeNamespace(client, "cause");
  open = await makeNamespace(client, "cause");
  namespaces.push(quota, open);
  await client.create({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "none", namespace: quota },
    spec: { hard: { pods: "0" } },
  });
  // Pods are refused once the quota's controller has counted.
  await vi.waitUntil(
    async () => {
      const ref = { apiVersion: "v1", kind: "ResourceQuota", namespace: quota, name: "none" };
      return ((await client.get(ref))?.status as JsonObject | undefined)?.used !== undefined;
    },
    { timeout: 30_000, interval: 100 },
  );
});
afterAll(async () => {
  for (const name of namespaces) await client.delete({ apiVersion: "v1", kind: "Namespace", name });
  await close();
});

const workload = (kind: "Deployment" | "StatefulSet", spec: JsonObject, trouble?: string): JsonObject => ({
  apiVersion: "apps/v1",
  kind,
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "x" } },
    template: {
      metadata: {
        labels: { app: "x" },
        ...(trouble && { annotations: { "test.lockstep.dev/trouble": trouble } }),
      },
      spec: { containers: [{ name: "mysql", image: "mariadb:11" }], ...spec },
    },
  },
});

test.each<readonly [name: string, manifest: JsonObject, namespace: () => string, cause: RegExp]>([
  [
    "a Deployment whose pods a quota refuses",
    workload("Deployment", {}),
    () => quota,
    /^FailedCreate: .*exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0/,
  ],
  [
    "a StatefulSet whose pods a quota refuses",
    workload("StatefulSet", {}),
    () => quota,
    /^FailedCreate: .*exceeded quota: none/,
  ],
  [
    "a container that crashes",
    workload("StatefulSet", {}, "CrashLoopBackOff"),
    () => open,
    /^pod cause-crash-0: container mysql: CrashLoopBackOff/,
  ],
  [
    "an image that cannot be pulled",
    workload("Deployment", {}, "ImagePullBackOff"),
    () => open,
    /^pod cause-image-.*: container mysql: ImagePullBackOff.*mariadb:11/,
  ],
  [
    "a volume claim that does not exist",
    workload("StatefulSet", { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "absent" } }] }),
    () => open,
    /^pod cause-volume-0: .*absent/,
  ],
  [
    "a pod that fits no node",
    workload("StatefulSet", { nodeSelector: { disk: "fast" } }),
    () => open,
    /^pod cause-node-0: FailedScheduling: 0\/1 nodes are available/,
  ],
])("%s", async (name, manifest, namespace, cause) => {
  const word = /quota|crash|image|volume|node/.exec(name)?.[0] ?? "other";
  const object = await client.apply(
    { ...manifest, metadata: { name: `cause-${word}`, namespace: namespace() } } as KubeObject,
    { fieldManager: "lockstep/test/cause" },
  );
  let found: string | undefined;
  await vi
    .waitUntil(
      async () => {
        found = await causeOf(object);
        return found !== undefined && cause.test(found);
      },
      { timeout: 20_000, interval: 200 },
    )
    .catch(() => {}); // the expectation below shows what was found instead
  expect(found).toMatch(cause);
  await client.delete(refOf(object));
});

async function causeOf(object: KubeObject): Promise<string | undefined> {
  const { namespace = "" } = object.metadata;
  const list = async (kind: string) => (await client.list({ apiVersion: "v1", kind }, { namespace })).items;
  const live = await client.get(refOf(object));
  if (!live || judge(live, Date.now()).status === "Healthy") return undefined;
  const [pods, events, persistentVolumeClaims, quotas] = [
    await list("Pod"),
    await list("Event"),
    await list("PersistentVolumeClaim"),
    await list("ResourceQuota"),
  ];
  return rootCause(live, { pods, events, persistentVolumeClaims, quotas }, Date.now());
}
