import fc from "fast-check";
import { expect, test } from "vitest";
import { diffObjects } from "../../src/drift/diffObjects.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

type Row = readonly [
  name: string,
  kind: string,
  manifest: JsonObject,
  live: JsonObject,
  differences: readonly (readonly [pointer: string, desired: unknown, live: unknown])[],
];

const container = (rest: JsonObject): JsonObject => pod([{ name: "web", image: "web:1", ...rest }]);
const pod = (containers: readonly JsonObject[]): JsonObject => ({ template: { spec: { containers } } });

const QUIET: readonly Row[] = [
  ["the same", "apps/v1 Deployment", { spec: { replicas: 2 } }, { spec: { replicas: 2 } }, []],
  [
    "defaults of the server",
    "apps/v1 Deployment",
    { spec: { replicas: 2 } },
    { spec: { replicas: 2, progressDeadlineSeconds: 600, strategy: { type: "RollingUpdate" } }, status: {} },
    [],
  ],
  [
    "replicas that an autoscaler owns and we do not declare",
    "apps/v1 Deployment",
    { spec: {} },
    { spec: { replicas: 7 } },
    [],
  ],
  [
    "quantities of one value",
    "apps/v1 Deployment",
    { spec: container({ resources: { limits: { cpu: "1000m", memory: "1Gi" }, requests: { cpu: 0.5 } } }) },
    { spec: container({ resources: { limits: { cpu: "1", memory: "1024Mi" }, requests: { cpu: "500m" } } }) },
    [],
  ],
  [
    "a claim's size",
    "v1 PersistentVolumeClaim",
    { spec: { resources: { requests: { storage: "1024Mi" } } } },
    { spec: { resources: { requests: { storage: "1Gi" } }, volumeName: "pv-1" } },
    [],
  ],
  ["null equals absent", "v1 ConfigMap", { data: null, metadata: { labels: { a: null } } }, {}, []],
  [
    "an empty map equals absent",
    "v1 ConfigMap",
    { data: {}, metadata: { annotations: {}, labels: {} } },
    {},
    [],
  ],
  [
    "an empty list equals absent",
    "apps/v1 Deployment",
    { spec: container({ args: [] }) },
    { spec: container({}) },
    [],
  ],
  [
    "false, zero and empty text equal absent",
    "apps/v1 Deployment",
    { spec: { paused: false, minReadySeconds: 0, template: { spec: { nodeName: "" } } } },
    { spec: {} },
    [],
  ],
  [
    "a Service's cluster address, and ports without protocol",
    "v1 Service",
    { spec: { ports: [{ name: "mysql", port: 3306 }] } },
    {
      spec: {
        clusterIP: "10.0.0.7",
        ports: [{ name: "mysql", port: 3306, protocol: "TCP", targetPort: 3306 }],
      },
    },
    [],
  ],
  [
    "ports of one number and two protocols",
    "v1 Service",
    {
      spec: {
        ports: [
          { port: 53, name: "tcp" },
          { port: 53, protocol: "UDP", name: "udp" },
        ],
      },
    },
    {
      spec: {
        ports: [
          { port: 53, protocol: "UDP", name: "udp" },
          { port: 53, protocol: "TCP", name: "tcp" },
        ],
      },
    },
    [],
  ],
  [
    "keyed lists in another order, with items of others",
    "apps/v1 Deployment",
    { spec: pod([{ name: "a", image: "a:1", env: [{ name: "X", value: "1" }] }, { name: "b" }]) },
    {
      spec: pod([
        { name: "proxy", image: "p:1" },
        { name: "b" },
        { name: "a", image: "a:1", env: [{ name: "T" }, { name: "X", value: "1" }] },
      ]),
    },
    [],
  ],
  [
    "what the server fills into items of lists without keys",
    "apps/v1 StatefulSet",
    {
      spec: {
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"] } }],
      },
    },
    {
      spec: {
        volumeClaimTemplates: [
          {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data", creationTimestamp: null },
            spec: { accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem" },
            status: { phase: "Pending" },
          },
        ],
      },
    },
    [],
  ],
  [
    "stringData, which the server keeps in data",
    "v1 Secret",
    { stringData: { password: "s3cret" } },
    { data: { password: "czNjcmV0" }, type: "Opaque" },
    [],
  ],
  [
    "base64 with line breaks",
    "v1 Secret",
    { data: { key: "czNj\ncmV0\n" } },
    { data: { key: "czNjcmV0" } },
    [],
  ],
  [
    "the stamps of a run, on the object and in its template",
    "apps/v1 Deployment",
    {
      metadata: { annotations: { "kudo.dev/plan": "deploy", "kudo.dev/last-plan-execution-uid": "1" } },
      spec: { template: { metadata: { annotations: { "kudo.dev/step": "a" } } } },
    },
    { metadata: { annotations: { "kudo.dev/plan": "update" } }, spec: { template: {} } },
    [],
  ],
  [
    "labels, annotations, finalizers and owners of others",
    "v1 ConfigMap",
    { metadata: { labels: { a: "1" }, finalizers: ["x/y"], ownerReferences: [{ uid: "1", name: "n" }] } },
    {
      metadata: {
        labels: { a: "1", b: "2" },
        annotations: { c: "3" },
        finalizers: ["z/z", "x/y"],
        ownerReferences: [{ uid: "2" }, { uid: "1", name: "n", kind: "K" }],
      },
    },
    [],
  ],
  [
    "identity, status and what the server writes itself",
    "v1 ConfigMap",
    {
      metadata: { uid: "1", resourceVersion: "1", creationTimestamp: null, generation: 3 },
      status: { a: 1 },
    },
    { metadata: { uid: "2", resourceVersion: "9", generation: 4 } },
    [],
  ],
  [
    "rules that Kubernetes gathers",
    "rbac.authorization.k8s.io/v1 ClusterRole",
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] }, rules: [] },
    { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] }, rules: [{ verbs: ["get"] }] },
    [],
  ],
];

const LOUD: readonly Row[] = [
  [
    "replicas",
    "apps/v1 StatefulSet",
    { spec: { replicas: 5 } },
    { spec: { replicas: 1 } },
    [["/spec/replicas", 5, 1]],
  ],
  [
    "an image, at its position in the live object",
    "apps/v1 Deployment",
    { spec: container({}) },
    { spec: pod([{ name: "proxy" }, { name: "web", image: "web:2" }]) },
    [["/spec/template/spec/containers/1/image", "web:1", "web:2"]],
  ],
  [
    "a container that is gone",
    "apps/v1 Deployment",
    { spec: pod([{ name: "a" }, { name: "b" }]) },
    { spec: pod([{ name: "a" }]) },
    [["/spec/template/spec/containers/1", { name: "b" }, undefined]],
  ],
  [
    "an environment variable",
    "apps/v1 Deployment",
    { spec: container({ env: [{ name: "A", value: "1" }] }) },
    { spec: container({ env: [{ name: "A", value: "2" }] }) },
    [["/spec/template/spec/containers/0/env/0/value", "1", "2"]],
  ],
  [
    "a label that is gone",
    "v1 ConfigMap",
    { metadata: { labels: { "a/b": "1" } } },
    { metadata: {} },
    [["/metadata/labels/a~1b", "1", undefined]],
  ],
  [
    "the ownership mark that is gone",
    "v1 ConfigMap",
    { metadata: { annotations: { "lockstep.dev/instance": "ns/i/u", "kudo.dev/plan": "deploy" } } },
    { metadata: { annotations: { other: "x" } } },
    [["/metadata/annotations/lockstep.dev~1instance", "ns/i/u", undefined]],
  ],
  [
    "the dependencies' hash",
    "apps/v1 Deployment",
    { spec: { template: { metadata: { annotations: { "kudo.dev/dependencies-hash": "1" } } } } },
    { spec: { template: { metadata: { annotations: { "kudo.dev/dependencies-hash": "2" } } } } },
    [["/spec/template/metadata/annotations/kudo.dev~1dependencies-hash", "1", "2"]],
  ],
  [
    "configuration that looks like quantities of one value",
    "v1 ConfigMap",
    { data: { limits: "1", max: "1000m" } },
    { data: { limits: "1000m", max: "1" } },
    [
      ["/data/limits", "1", "1000m"],
      ["/data/max", "1000m", "1"],
    ],
  ],
  [
    "a quantity",
    "apps/v1 Deployment",
    { spec: container({ resources: { limits: { cpu: "1" } } }) },
    { spec: container({ resources: { limits: { cpu: "1100m" } } }) },
    [["/spec/template/spec/containers/0/resources/limits/cpu", "1", "1100m"]],
  ],
  [
    "text is no number",
    "v1 Service",
    { spec: { ports: [{ port: 80, targetPort: "8080" }] } },
    { spec: { ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }] } },
    [["/spec/ports/0/targetPort", "8080", 8080]],
  ],
  [
    "a list without keys that grew",
    "apps/v1 Deployment",
    { spec: container({ args: ["a"] }) },
    { spec: container({ args: ["a", "b"] }) },
    [["/spec/template/spec/containers/0/args", ["a"], ["a", "b"]]],
  ],
  [
    "one item of a list without keys",
    "rbac.authorization.k8s.io/v1 Role",
    { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
    { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }] },
    [["/rules/0/verbs/0", "get", "list"]],
  ],
  [
    "a finalizer that is gone",
    "v1 ConfigMap",
    { metadata: { finalizers: ["x/y"] } },
    { metadata: { finalizers: ["z/z"] } },
    [["/metadata/finalizers/0", "x/y", undefined]],
  ],
  [
    "a key in a selector, which is one whole",
    "v1 Service",
    { spec: { selector: { app: "web" } } },
    { spec: { selector: { app: "web", track: "canary" } } },
    [["/spec/selector/track", undefined, "canary"]],
  ],
  [
    "a custom resource's list, which may have keys that we do not know",
    "example.com/v1 Cluster",
    { spec: { nodes: [{ name: "a" }] } },
    { spec: { nodes: [{ name: "b" }, { name: "a" }] } },
    [["/spec/nodes", [{ name: "a" }], [{ name: "b" }, { name: "a" }]]],
  ],
  [
    "another type",
    "example.com/v1 Cluster",
    { spec: { size: { cpu: "1" } } },
    { spec: { size: "big" } },
    [["/spec/size", { cpu: "1" }, "big"]],
  ],
  [
    "a Secret's value",
    "v1 Secret",
    { stringData: { password: "s3cret" } },
    { data: { password: "b3RoZXI=" } },
    [["/data/password", "czNjcmV0", "b3RoZXI="]],
  ],
];

test.each([...QUIET, ...LOUD])("%s", (_name, kind, manifest, live, differences) => {
  const found = diffObjects(objectOf(kind, manifest), objectOf(kind, live));
  expect(found.map(({ pointer, desired, live }) => [pointer, desired, live])).toEqual(differences);
});

test("an object never differs from itself", () => {
  const metadata = fc.record({ labels: fc.dictionary(fc.string(), fc.string()) });
  fc.assert(
    fc.property(
      fc.constantFrom("apps/v1 Deployment", "example.com/v1 Thing"),
      metadata,
      fc.jsonValue(),
      (kind, meta, spec) => {
        const object = objectOf(kind, { metadata: meta, spec: spec as never });
        expect(diffObjects(object, object)).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

function objectOf(type: string, rest: JsonObject): KubeObject {
  const [apiVersion = "", kind = ""] = type.split(" ");
  return { apiVersion, kind, metadata: { name: "x" }, ...rest } as KubeObject;
}
