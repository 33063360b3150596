import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApplyOptions, ClusterClient } from "../../src/cluster/clusterClient.ts";
import { detectDrift } from "../../src/drift/detectDrift.ts";
import { judge } from "../../src/health/judge.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { connectTestCluster, makeNamespace } from "./testCluster.ts";

const MANAGER = "lockstep/test/quiet";
const CA_BUNDLE = Buffer.from("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n").toString("base64");

const { client, close } = connectTestCluster();
let namespace = "";

beforeAll(async () => {
  namespace = await makeNamespace(client, "quiet");
});
afterAll(close);

const podSpec: JsonObject = {
  terminationGracePeriodSeconds: 30,
  securityContext: {},
  initContainers: [{ name: "prepare", image: "busybox:1", command: ["true"] }],
  containers: [
    {
      name: "mysql",
      image: "mariadb:11",
      args: [],
      ports: [
        { name: "mysql", containerPort: 3306 },
        { name: "sst", containerPort: 4444, protocol: "TCP" },
        { name: "gossip", containerPort: 4444, protocol: "UDP" },
      ],
      env: [
        { name: "EMPTY", value: "" },
        { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        { name: "CPUS", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1000m" } } },
      ],
      resources: { limits: { cpu: "1000m", memory: "1024Mi" }, requests: { cpu: "0.5", memory: "0.5Gi" } },
      readinessProbe: { tcpSocket: { port: 3306 }, initialDelaySeconds: 0, periodSeconds: 5 },
      livenessProbe: { exec: { command: ["true"] } },
      volumeMounts: [
        { name: "config", mountPath: "/etc/mysql", readOnly: false },
        { name: "scratch", mountPath: "/tmp" },
      ],
      stdin: false,
    },
  ],
  volumes: [
    { name: "config", configMap: { name: "quiet", defaultMode: 420, optional: true } },
    { name: "scratch", emptyDir: { sizeLimit: "1024Mi" } },
  ],
  hostNetwork: false,
  nodeSelector: {},
  tolerations: [{ key: "spot", operator: "Exists" }],
};

const template = (app: string, spec: JsonObject = podSpec): JsonObject => ({
  metadata: { labels: { app }, annotations: { "kudo.dev/plan": "deploy" }, creationTimestamp: null },
  spec,
});

const ROWS: readonly (readonly [name: string, manifest: JsonObject])[] = [
  ["a ConfigMap", { apiVersion: "v1", kind: "ConfigMap", data: { "my.cnf": "[mysqld]\n", empty: "" } }],
  ["a ConfigMap without data", { apiVersion: "v1", kind: "ConfigMap", data: {}, binaryData: null }],
  [
    "a Secret with stringData",
    { apiVersion: "v1", kind: "Secret", stringData: { password: "s3cret", empty: "" } },
  ],
  [
    "a Secret with broken lines in its data",
    { apiVersion: "v1", kind: "Secret", type: "Opaque", data: { key: "c2VjcmV0\nc2VjcmV0\n" } },
  ],
  [
    "a Service with ports without protocol",
    {
      apiVersion: "v1",
      kind: "Service",
      spec: {
        selector: { app: "quiet" },
        ports: [
          { name: "mysql", port: 3306 },
          { name: "dns", port: 53, protocol: "UDP", targetPort: "dns" },
        ],
      },
    },
  ],
  [
    "a headless Service",
    {
      apiVersion: "v1",
      kind: "Service",
      spec: { clusterIP: "None", ports: [{ port: 4567 }], selector: { app: "q" } },
    },
  ],
  [
    "a StatefulSet with claims",
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      spec: {
        replicas: 1,
        serviceName: "quiet",
        selector: { matchLabels: { app: "stateful" } },
        template: template("stateful"),
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } },
          },
        ],
      },
    },
  ],
  [
    "a Deployment with int-or-string and empty maps",
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { annotations: {}, labels: { empty: "" } },
      spec: {
        replicas: 1,
        paused: false,
        minReadySeconds: 0,
        selector: { matchLabels: { app: "deployed" } },
        strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 1 } },
        template: template("deployed"),
      },
    },
  ],
  [
    "a Deployment that declares no replicas",
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      spec: { selector: { matchLabels: { app: "scaled" } }, template: template("scaled") },
    },
  ],
  [
    "a HorizontalPodAutoscaler",
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "quiet" },
        maxReplicas: 3,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
          },
          {
            type: "Resource",
            resource: { name: "memory", target: { type: "AverageValue", averageValue: "1024Mi" } },
          },
        ],
      },
    },
  ],
  [
    "a DaemonSet",
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      spec: { selector: { matchLabels: { app: "daemon" } }, template: template("daemon") },
    },
  ],
  [
    "a Job",
    {
      apiVersion: "batch/v1",
      kind: "Job",
      spec: { backoffLimit: 0, template: template("job", { ...podSpec, restartPolicy: "Never" }) },
    },
  ],
  [
    "a CronJob",
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      spec: {
        schedule: "0 3 * * *",
        suspend: false,
        jobTemplate: { spec: { template: template("cron", { ...podSpec, restartPolicy: "OnFailure" }) } },
      },
    },
  ],
  [
    "a Pod of its own",
    {
      apiVersion: "v1",
      kind: "Pod",
      spec: { containers: [{ name: "web", image: "nginx:1", resources: {} }] },
    },
  ],
  [
    "a Pod whose tolerations admission adds",
    {
      apiVersion: "v1",
      kind: "Pod",
      spec: { containers: [{ name: "web", image: "nginx:1" }], tolerations: [] },
    },
  ],
  [
    "a PodDisruptionBudget",
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: "stateful" } } },
    },
  ],
  [
    "an Ingress",
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      spec: {
        rules: [
          {
            host: "db.example.com",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "quiet", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
  ],
  [
    "a NetworkPolicy",
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      spec: { podSelector: {}, ingress: [{ ports: [{ port: 3306 }], from: [{ podSelector: {} }] }] },
    },
  ],
  ["a ServiceAccount", { apiVersion: "v1", kind: "ServiceAccount", imagePullSecrets: [{ name: "pull" }] }],
  [
    "a Role",
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
    },
  ],
  [
    "a RoleBinding whose subject names no group",
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "quiet" },
      subjects: [{ kind: "ServiceAccount", name: "quiet", namespace: "default" }],
    },
  ],
  [
    "an aggregated ClusterRole",
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      aggregationRule: {
        clusterRoleSelectors: [{ matchLabels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } }],
      },
      rules: [],
    },
  ],
  [
    "a PersistentVolumeClaim",
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1073741824" } } },
    },
  ],
  [
    "a ResourceQuota and its quantities",
    { apiVersion: "v1", kind: "ResourceQuota", spec: { hard: { pods: 100, "requests.cpu": "100000m" } } },
  ],
  [
    "a ValidatingWebhookConfiguration whose CA another controller writes",
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      webhooks: [
        {
          name: "check.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Ignore",
          clientConfig: { service: { name: "quiet", namespace: "default", path: "/check" } },
          rules: [
            {
              apiGroups: ["example.com"],
              apiVersions: ["v1"],
              operations: ["CREATE"],
              resources: ["quiets"],
            },
          ],
        },
      ],
    },
  ],
  [
    "a CustomResourceDefinition",
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "quiets.drift.example.com" },
      spec: {
        group: "drift.example.com",
        scope: "Namespaced",
        names: { plural: "quiets", kind: "Quiet" },
        preserveUnknownFields: false,
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: {
                    type: "object",
                    default: {},
                    properties: {
                      size: { type: "integer", default: 3 },
                      mode: { type: "string", enum: ["a", "b"] },
                      port: { "x-kubernetes-int-or-string": true },
                      nodes: {
                        type: "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name"],
                        items: {
                          type: "object",
                          required: ["name"],
                          properties: { name: { type: "string" }, zone: { type: "string", default: "a" } },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        ],
      },
    },
  ],
  [
    "a custom resource with defaults",
    { apiVersion: "drift.example.com/v1", kind: "Quiet", spec: { port: "http", nodes: [{ name: "x" }] } },
  ],
];

/** Only here the server must be asked: what we declare empty is filled by admission, and nobody can tell from outside. */
const ASKED: ReadonlySet<string> = new Set(["a Pod whose tolerations admission adds"]);

/** What controllers and other people do after our apply, which is not drift either. */
const MEANWHILE: Readonly<Record<string, (object: KubeObject) => Promise<unknown>>> = {
  "a Deployment that declares no replicas": (object) =>
    client.patch(refOf(object), "merge", { spec: { replicas: 3 } }, { fieldManager: "autoscaler" }),
  "a ValidatingWebhookConfiguration whose CA another controller writes": (object) =>
    client.patch(
      refOf(object),
      "json",
      [{ op: "add", path: "/webhooks/0/clientConfig/caBundle", value: CA_BUNDLE }],
      { fieldManager: "cainjector" },
    ),
  "a ConfigMap": (object) =>
    client.patch(
      refOf(object),
      "merge",
      { metadata: { labels: { team: "db" }, finalizers: null }, data: { added: "by somebody" } },
      { fieldManager: "somebody" },
    ),
};

test.each(ROWS)("%s does not drift", async (name, manifest) => {
  const desired = await namedObject(manifest);
  // A definition that is Established is served a moment later.
  await vi.waitUntil(() => client.resource(desired.apiVersion, desired.kind), {
    timeout: 10_000,
    interval: 100,
  });
  let live = await client.apply(desired, { fieldManager: MANAGER });
  await MEANWHILE[name]?.(desired);
  if (manifest.kind !== "HorizontalPodAutoscaler") live = await settled(live);
  else live = (await client.get(refOf(live))) ?? live;

  const dryRuns: ApplyOptions[] = [];
  const counting: Pick<ClusterClient, "get" | "apply"> = {
    get: (ref, options) => client.get(ref, options),
    apply: (object, options) => {
      dryRuns.push(options);
      return client.apply(object, options);
    },
  };
  const input = { desired, live, fieldManager: MANAGER, seenAt: "2026-11-21T10:00:00Z" };
  expect(await detectDrift(counting, input)).toBeUndefined();
  expect(dryRuns).toHaveLength(ASKED.has(name) ? 1 : 0);
  if (desired.metadata.namespace === undefined && manifest.kind !== "CustomResourceDefinition")
    await client.delete(refOf(desired));
});

afterAll(async () => {
  await client.delete({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    name: "quiets.drift.example.com",
  });
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
});

let count = 0;
async function namedObject(manifest: JsonObject): Promise<KubeObject> {
  const { apiVersion, kind, metadata = {}, ...rest } = manifest as KubeObject;
  const type = await client.resource(apiVersion, kind);
  const name = metadata.name ?? `${namespace}-${++count}`;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(type?.namespaced && { namespace }), ...metadata },
    ...rest,
  };
}

async function settled(object: KubeObject): Promise<KubeObject> {
  let live: KubeObject | undefined;
  await vi.waitUntil(
    async () => {
      live = await client.get(refOf(object));
      return live && judge(live, Date.now()).status === "Healthy";
    },
    { timeout: 30_000, interval: 100 },
  );
  return live ?? object;
}
