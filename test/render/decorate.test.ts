import { expect, test } from "vitest";
import { valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { type Decoration, decorate } from "../../src/render/decorate.ts";
import { RenderError } from "../../src/render/renderError.ts";

const decoration: Decoration = {
  instance: { namespace: "db", name: "galera", uid: "uid-1" },
  operatorName: "galera",
  operatorVersion: "0.2.0",
  plan: "deploy",
  phase: "nodes",
  step: "sts",
  planUid: "run-1",
};
const labels = { heritage: "kudo", "kudo.dev/operator": "galera", "kudo.dev/instance": "galera" };

function object(apiVersion: string, kind: string, rest: Partial<KubeObject> = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: "x" }, ...rest };
}

const TEMPLATE = ["spec", "template", "metadata"] as const;

test.each([
  ["any kind", object("v1", "ConfigMap"), ["metadata", "labels"], labels],
  ["a StatefulSet's pods", object("apps/v1", "StatefulSet"), [...TEMPLATE, "labels"], labels],
  ["a Job's pods", object("batch/v1", "Job"), [...TEMPLATE, "labels"], labels],
  [
    "a CronJob's pods",
    object("batch/v1", "CronJob"),
    ["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
    labels,
  ],
  ["not a CronJob's spec.template", object("batch/v1", "CronJob"), ["spec", "template"], undefined],
  ["not a custom resource's template", object("example.com/v1", "Thing"), ["spec"], undefined],
  [
    "a Deployment's selector stays",
    object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "x" } } } }),
    ["spec", "selector"],
    { matchLabels: { app: "x" } },
  ],
  [
    "pods carry the operator version",
    object("apps/v1", "Deployment"),
    [...TEMPLATE, "annotations"],
    { "kudo.dev/operator-version": "0.2.0" },
  ],
  [
    "existing entries are overwritten",
    object("v1", "Secret", { metadata: { name: "x", labels: { heritage: "me", mine: "1" } } }),
    ["metadata", "labels"],
    { ...labels, mine: "1" },
  ],
  [
    "labels that are no texts are left alone",
    object("v1", "Secret", { metadata: { name: "x", labels: { n: 1 } as never } }),
    ["metadata", "labels"],
    { n: 1 },
  ],
  [
    "the namespace is forced",
    object("v1", "Secret", { metadata: { name: "x", namespace: "other" } }),
    ["metadata", "namespace"],
    "db",
  ],
] as const)("%s", (_name, input, path, expected) => {
  expect(valueAt(decorate(input, true, decoration), ...path)).toEqual(expected);
});

test("volume claims of a StatefulSet are labelled, each of them", () => {
  const claims = [{ metadata: { name: "a" } }, { metadata: { name: "b", labels: { x: "1" } } }];
  const decorated = decorate(
    object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: claims } }),
    true,
    decoration,
  );
  expect(valueAt(decorated, "spec", "volumeClaimTemplates")).toEqual([
    { metadata: { name: "a", labels } },
    { metadata: { name: "b", labels: { x: "1", ...labels } } },
  ]);
});

test("the run is stamped on the object, not on its pods", () => {
  const decorated = decorate(object("apps/v1", "StatefulSet"), true, decoration);
  expect(decorated.metadata.annotations).toEqual({
    "kudo.dev/plan": "deploy",
    "kudo.dev/phase": "nodes",
    "kudo.dev/step": "sts",
    "kudo.dev/last-plan-execution-uid": "run-1",
  });
});

test("a cluster-scoped object has neither namespace nor owner", () => {
  const decorated = decorate(
    object("rbac.authorization.k8s.io/v1", "ClusterRole", { metadata: { name: "x", namespace: "n" } }),
    false,
    decoration,
  );
  expect([decorated.metadata.namespace, decorated.metadata.ownerReferences]).toEqual([undefined, undefined]);
});

test("the instance controls what it made, without blocking its own deletion", () => {
  expect(decorate(object("v1", "ConfigMap"), true, decoration).metadata.ownerReferences).toEqual([
    {
      apiVersion: "kudo.dev/v1beta1",
      kind: "Instance",
      name: "galera",
      uid: "uid-1",
      controller: true,
      blockOwnerDeletion: false,
    },
  ]);
});

test("a child instance is owned, not controlled", () => {
  const [owner] = decorate(object("kudo.dev/v1beta1", "Instance"), true, decoration).metadata
    .ownerReferences as { controller: boolean }[];
  expect(owner?.controller).toBe(false);
});

test("another controller in the template is an error that names it", () => {
  const owned = object("v1", "ConfigMap", {
    metadata: { name: "x", ownerReferences: [{ kind: "Deployment", name: "d", uid: "u", controller: true }] },
  });
  expect(() => decorate(owned, true, decoration)).toThrow(RenderError);
  expect(() => decorate(owned, true, decoration)).toThrow(/Deployment 'd' as controller/);
});

test("the input is not changed", () => {
  const input = object("apps/v1", "StatefulSet", {
    spec: { template: { metadata: { labels: { a: "b" } } } },
  });
  const before = JSON.stringify(input);
  decorate(input, true, decoration);
  expect(JSON.stringify(input)).toBe(before);
});
