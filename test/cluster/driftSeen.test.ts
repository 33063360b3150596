import { afterAll, beforeAll, expect, test } from "vitest";
import { detectDrift } from "../../src/drift/detectDrift.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { connectTestCluster, kubectl, makeNamespace } from "./testCluster.ts";

const MANAGER = "lockstep/test/seen";
const SEEN_AT = "2026-11-21T10:00:00Z";
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const { client, close } = connectTestCluster();
let namespace = "";

beforeAll(async () => {
  namespace = await makeNamespace(client, "seen");
});
afterAll(async () => {
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
  await close();
});

const statefulSet: JsonObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { labels: { heritage: "kudo" }, annotations: { "lockstep.dev/instance": "a/b/c" } },
  spec: {
    replicas: 2,
    serviceName: "x",
    selector: { matchLabels: { app: "x" } },
    template: {
      metadata: { labels: { app: "x" } },
      spec: {
        containers: [
          {
            name: "mysql",
            image: "mariadb:11",
            env: [{ name: "A", value: "1" }],
            ports: [{ containerPort: 3306 }, { containerPort: 4567 }],
            resources: { limits: { cpu: "1000m" } },
          },
        ],
      },
    },
  },
};
const configMap: JsonObject = { apiVersion: "v1", kind: "ConfigMap", data: { mode: "safe", size: "1" } };
const secret: JsonObject = {
  apiVersion: "v1",
  kind: "Secret",
  data: { password: "czNjcmV0", user: "cm9vdA==" },
};
const service: JsonObject = {
  apiVersion: "v1",
  kind: "Service",
  spec: {
    selector: { app: "x" },
    ports: [
      { name: "mysql", port: 3306 },
      { name: "sst", port: 4444 },
    ],
  },
};

const CONTAINER = "/spec/template/spec/containers/0";

test.each<
  readonly [
    name: string,
    manifest: JsonObject,
    command: (target: string) => readonly string[],
    fields: readonly JsonObject[],
  ]
>([
  [
    "kubectl scale",
    statefulSet,
    (target) => ["scale", target, "--replicas=1"],
    [{ pointer: "/spec/replicas", desired: 2, live: 1, manager: "kubectl", time: null }],
  ],
  [
    "kubectl set image",
    statefulSet,
    (target) => ["set", "image", target, "mysql=mariadb:12"],
    [
      {
        pointer: `${CONTAINER}/image`,
        desired: "mariadb:11",
        live: "mariadb:12",
        manager: "kubectl-set",
        time: TIME,
      },
    ],
  ],
  [
    "kubectl patch of a value in two keyed lists",
    statefulSet,
    (target) => [
      "patch",
      target,
      "--type=strategic",
      `--patch=${JSON.stringify({
        spec: { template: { spec: { containers: [{ name: "mysql", env: [{ name: "A", value: "2" }] }] } } },
      })}`,
    ],
    [{ pointer: `${CONTAINER}/env/0/value`, desired: "1", live: "2", manager: "kubectl-patch", time: TIME }],
  ],
  [
    "a quantity",
    statefulSet,
    (target) => ["set", "resources", target, "--limits=cpu=2"],
    [
      {
        pointer: `${CONTAINER}/resources/limits/cpu`,
        desired: "1000m",
        live: "2",
        manager: "kubectl-set",
        time: TIME,
      },
    ],
  ],
  [
    "a container of somebody else beside ours",
    statefulSet,
    (target) => [
      "patch",
      target,
      "--type=strategic",
      `--patch=${JSON.stringify({
        spec: { template: { spec: { containers: [{ name: "proxy", image: "envoy:1" }] } } },
      })}`,
    ],
    [],
  ],
  [
    "a port that is gone",
    statefulSet,
    (target) => ["patch", target, "--type=json", `--patch=[{"op":"remove","path":"${CONTAINER}/ports/1"}]`],
    [{ pointer: `${CONTAINER}/ports/1`, desired: { containerPort: 4567 }, manager: null, time: null }],
  ],
  [
    "a label that is gone",
    statefulSet,
    (target) => ["label", target, "heritage-"],
    [{ pointer: "/metadata/labels/heritage", desired: "kudo", manager: null, time: null }],
  ],
  [
    "the ownership mark that is gone",
    statefulSet,
    (target) => ["annotate", target, "lockstep.dev/instance-"],
    [
      {
        pointer: "/metadata/annotations/lockstep.dev~1instance",
        desired: "a/b/c",
        manager: null,
        time: null,
      },
    ],
  ],
  ["a label of somebody else", configMap, (target) => ["label", target, "team=db"], []],
  [
    "an edited value, and a key more",
    configMap,
    (target) => ["patch", target, "--type=merge", '--patch={"data":{"mode":"fast","new":"1"}}'],
    [{ pointer: "/data/mode", desired: "safe", live: "fast", manager: "kubectl-patch", time: TIME }],
  ],
  [
    "a value that only looks like the same quantity",
    configMap,
    (target) => ["patch", target, "--type=merge", '--patch={"data":{"size":"1000m"}}'],
    [{ pointer: "/data/size", desired: "1", live: "1000m", manager: "kubectl-patch", time: TIME }],
  ],
  [
    "a key that is gone",
    configMap,
    (target) => ["patch", target, "--type=merge", '--patch={"data":{"mode":null}}'],
    [{ pointer: "/data/mode", desired: "safe", manager: null, time: null }],
  ],
  [
    "a Secret's key, masked",
    secret,
    (target) => ["patch", target, "--type=merge", '--patch={"stringData":{"password":"hunter2"}}'],
    [
      {
        pointer: "/data/password",
        desired: "••• (desired)",
        live: "••• (live)",
        manager: "kubectl-patch",
        time: TIME,
      },
    ],
  ],
  [
    "a Service's selector, which is one whole",
    service,
    (target) => ["patch", target, "--type=merge", '--patch={"spec":{"selector":{"track":"canary"}}}'],
    [{ pointer: "/spec/selector/track", live: "canary", manager: "kubectl-patch", time: TIME }],
  ],
  [
    "a Service's target port",
    service,
    (target) => [
      "patch",
      target,
      "--type=strategic",
      '--patch={"spec":{"ports":[{"port":3306,"targetPort":13306}]}}',
    ],
    [],
  ],
])("%s", async (_name, manifest, command, fields) => {
  const desired = named(manifest);
  await client.apply(desired, { fieldManager: MANAGER });
  const target = `${desired.kind.toLowerCase()}/${desired.metadata.name}`;
  await kubectl("-n", namespace, ...command(target));
  const drift = await detect(desired);
  expect(drift?.fields ?? []).toEqual(fields.map((field) => ({ ...field, seenAt: SEEN_AT })));
});

test("an object that was deleted is missing, and nobody did it", async () => {
  const desired = named(configMap);
  await client.apply(desired, { fieldManager: MANAGER });
  await client.delete(refOf(desired));
  const input = { desired, live: undefined, fieldManager: MANAGER, seenAt: SEEN_AT };
  expect(await detectDrift(client, input)).toEqual({
    ...refOf(desired),
    change: "missing",
    seenAt: input.seenAt,
    fields: [],
  });
});

test("an object that was made again otherwise differs, though our manifest is refused", async () => {
  const desired = named(statefulSet);
  await client.apply(desired, { fieldManager: MANAGER });
  await client.delete(refOf(desired));
  const spec = { ...(desired.spec as JsonObject), serviceName: "other", replicas: 0 };
  await client.create({ ...desired, spec }, { fieldManager: "stranger" });
  const drift = await detect(desired);
  expect(drift?.fields.map(({ pointer, manager }) => [pointer, manager])).toEqual([
    ["/spec/replicas", "stranger"],
    ["/spec/serviceName", "stranger"],
  ]);
});

async function detect(desired: KubeObject) {
  const live = await client.get(refOf(desired));
  return detectDrift(client, { desired, live, fieldManager: MANAGER, seenAt: SEEN_AT });
}

let count = 0;
function named(manifest: JsonObject): KubeObject {
  const { metadata, ...rest } = manifest as KubeObject;
  return { ...rest, metadata: { name: `seen-${++count}`, namespace, ...metadata } };
}
