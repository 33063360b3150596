import { expect, test } from "vitest";
import { type JsonObject, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { type Decoration, decorate } from "../../src/render/decorate.ts";
import { withDependencyHash } from "../../src/render/dependencyHash.ts";

const DECORATION: Decoration = {
  instance: { namespace: "ns", name: "one", uid: "u" },
  operatorName: "op",
  operatorVersion: "0.1.0",
  plan: "deploy",
  phase: "p",
  step: "s",
  planUid: "run",
};
const LABELS = "heritage,kudo.dev/instance,kudo.dev/operator";
const STAMPS = "kudo.dev/last-plan-execution-uid,kudo.dev/phase,kudo.dev/plan,kudo.dev/step";
const VERSION = "kudo.dev/operator-version";
const TEMPLATE = "spec.template.metadata";
const CRON = "spec.jobTemplate.spec.template.metadata";

/** Every place of the table 6.2, and what is there: keys of labels and of annotations, joined. */
test.each<[string, string, string, Readonly<Record<string, readonly [labels: string, annotations: string]>>]>(
  [
    [
      "§6.2 apps StatefulSet",
      "apps/v1",
      "StatefulSet",
      {
        metadata: [LABELS, STAMPS],
        [TEMPLATE]: [LABELS, VERSION],
        "spec.volumeClaimTemplates.0.metadata": [LABELS, ""],
        "spec.volumeClaimTemplates.1.metadata": [LABELS, ""],
      },
    ],
    [
      "§6.2 apps Deployment",
      "apps/v1",
      "Deployment",
      { metadata: [LABELS, STAMPS], [TEMPLATE]: [LABELS, VERSION] },
    ],
    [
      "§6.2 a Deployment of another group: not its pods",
      "extensions/v1beta1",
      "Deployment",
      { metadata: [LABELS, STAMPS], [TEMPLATE]: ["", ""] },
    ],
    ["§6.2 ReplicaSet of any group", "extensions/v1beta1", "ReplicaSet", { [TEMPLATE]: [LABELS, VERSION] }],
    ["§6.2 ReplicationController", "v1", "ReplicationController", { [TEMPLATE]: [LABELS, VERSION] }],
    ["§6.2 DaemonSet of any group", "apps/v1", "DaemonSet", { [TEMPLATE]: [LABELS, VERSION] }],
    ["§6.2 batch Job", "batch/v1", "Job", { metadata: [LABELS, STAMPS], [TEMPLATE]: [LABELS, VERSION] }],
    [
      "§6.2 batch CronJob: its jobs' pods, not the jobs, not a bogus template (mended)",
      "batch/v1",
      "CronJob",
      { [CRON]: [LABELS, VERSION], "spec.jobTemplate.metadata": ["", ""], [TEMPLATE]: ["", ""] },
    ],
    [
      "§6.2 a custom resource: itself alone",
      "example.com/v1",
      "Database",
      { metadata: [LABELS, STAMPS], [TEMPLATE]: ["", ""] },
    ],
    ["§6.2 a PodDisruptionBudget", "policy/v1", "PodDisruptionBudget", { metadata: [LABELS, STAMPS] }],
    ["§6.2 a Pod: itself alone", "v1", "Pod", { metadata: [LABELS, STAMPS], [TEMPLATE]: ["", ""] }],
  ],
)("%s", (_rule, apiVersion, kind, places) => {
  const spec = {
    selector: { matchLabels: { app: "x" } },
    volumeClaimTemplates: [{ metadata: { name: "a" } }, { metadata: { name: "b" } }],
  };
  const made = decorate({ apiVersion, kind, metadata: { name: "x" }, spec }, true, DECORATION);
  for (const [place, [labels, annotations]] of Object.entries(places)) {
    const path = place.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const metadata = lookUp(made, path);
    expect([place, keysOf(valueAt(metadata, "labels"))]).toEqual([place, labels]);
    expect([place, keysOf(valueAt(metadata, "annotations"))]).toEqual([place, annotations]);
  }
  expect(valueAt(made, "spec", "selector")).toEqual({ matchLabels: { app: "x" } });
});

test.each<[string, JsonObject, readonly string[], unknown]>([
  [
    "§6.2 existing entries of the same key are overwritten",
    { labels: { heritage: "mine", app: "x" } },
    ["labels", "heritage"],
    "kudo",
  ],
  ["§6.2 others stay", { labels: { heritage: "mine", app: "x" } }, ["labels", "app"], "x"],
  [
    "§6.2 a value that is no mapping of texts is skipped silently",
    { labels: { n: 1 } },
    ["labels"],
    { n: 1 },
  ],
  ["§6.2 and so is one that is no mapping", { annotations: "text" }, ["annotations"], "text"],
  ["§6.3 the namespace is forced", { namespace: "other" }, ["namespace"], "ns"],
  ["§6.3 names stay", { name: "x" }, ["name"], "x"],
])("%s", (_rule, metadata, path, expected) => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", ...metadata } } as KubeObject;
  expect(valueAt(decorate(object, true, DECORATION).metadata, ...path)).toEqual(expected);
});

test.each<[string, string, JsonObject, string | undefined]>([
  [
    "§6.4 a volume of a ConfigMap",
    "apps/v1 Deployment",
    { volumes: [{ configMap: { name: "c" } }] },
    TEMPLATE,
  ],
  [
    "§6.4 a volume of a Secret",
    "apps/v1 StatefulSet",
    { volumes: [{ secret: { secretName: "c" } }] },
    TEMPLATE,
  ],
  ["§6.4 a pull secret", "apps/v1 DaemonSet", { imagePullSecrets: [{ name: "c" }] }, TEMPLATE],
  ["§6.4 a CronJob's pods", "batch/v1 CronJob", { volumes: [{ configMap: { name: "c" } }] }, CRON],
  [
    "§6.4 not envFrom",
    "apps/v1 Deployment",
    { containers: [{ envFrom: [{ configMapRef: { name: "c" } }] }] },
    undefined,
  ],
  [
    "§6.4 not projected volumes",
    "apps/v1 Deployment",
    { volumes: [{ projected: { sources: [{ secret: { name: "c" } }] } }] },
    undefined,
  ],
  ["§6.4 not service accounts", "apps/v1 Deployment", { serviceAccountName: "c" }, undefined],
  ["§6.4 no references: no annotation", "apps/v1 Deployment", { containers: [] }, undefined],
])("%s", (_rule, type, pod, place) => {
  const [apiVersion = "", kind = ""] = type.split(" ");
  const template = { spec: pod };
  const spec = kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template };
  const object: KubeObject = { apiVersion, kind, metadata: { name: "x" }, spec };
  const made = withDependencyHash(object, () => undefined);
  if (place === undefined) expect(made).toEqual(object);
  else
    expect(valueAt(lookUp(made, place.split(".")), "annotations", "kudo.dev/dependencies-hash")).toMatch(
      /^[0-9a-f]{32}$/,
    );
});

function lookUp(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

function keysOf(value: unknown): string {
  return Object.keys((value ?? {}) as object)
    .sort()
    .join(",");
}
