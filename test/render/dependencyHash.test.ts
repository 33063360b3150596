import { expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { type Decoration, decorate } from "../../src/render/decorate.ts";
import { dependenciesOf, withDependencyHash } from "../../src/render/dependencyHash.ts";

const decoration: Decoration = {
  instance: { namespace: "ns", name: "depop", uid: "uid-1" },
  operatorName: "dep-operator",
  operatorVersion: "0.1.0",
  plan: "deploy",
  phase: "main",
  step: "all",
  planUid: "run-1",
};

function deployment(podSpec: KubeObject["spec"]): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d" },
    spec: { template: { spec: podSpec ?? {} } },
  };
}

const mounted = deployment({ volumes: [{ name: "c", configMap: { name: "configdata" } }] });

function configMap(data: Record<string, string>, annotations: Record<string, string> = {}): KubeObject {
  return decorate(
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "configdata", annotations }, data },
    true,
    decoration,
  );
}

function hashOf(object: KubeObject): unknown {
  const spec = object.spec as { template?: { metadata?: { annotations?: Record<string, string> } } };
  return spec.template?.metadata?.annotations?.["kudo.dev/dependencies-hash"];
}

// The golden values of KUDO's own e2e case, package-format 6.4.
test.each([
  [
    "as first deployed",
    { valueA: "FancyValue", valueB: "OtherFancyValue" },
    "6fa812afe527bdb6c9a5fbfcba8193bb",
  ],
  [
    "with one value changed",
    { valueA: "ChangedValue", valueB: "OtherFancyValue" },
    "da9f56a62d3c4af2596bebace008d845",
  ],
  [
    "with both changed",
    { valueA: "ChangedValue", valueB: "SecondChangedValue" },
    "1510654b540619228b477bdd56d44175",
  ],
])("KUDO's hash of a ConfigMap %s", (_name, data, expected) => {
  expect(hashOf(withDependencyHash(mounted, () => configMap(data)))).toBe(expected);
});

test.each([
  [
    "ConfigMaps before Secrets, by name, duplicates kept",
    {
      volumes: [
        { secret: { secretName: "b" } },
        { configMap: { name: "z" } },
        { configMap: { name: "a" } },
        { configMap: { name: "a" } },
      ],
      imagePullSecrets: [{ name: "a" }],
    },
    "ConfigMap/a ConfigMap/a ConfigMap/z Secret/a Secret/b",
  ],
  [
    "not the environment",
    {
      containers: [
        { envFrom: [{ configMapRef: { name: "x" } }], env: [{ valueFrom: { secretKeyRef: { name: "y" } } }] },
      ],
    },
    "",
  ],
  ["not projected volumes", { volumes: [{ projected: { sources: [{ configMap: { name: "x" } }] } }] }, ""],
])("dependencies: %s", (_name, podSpec, expected) => {
  expect(
    dependenciesOf(deployment(podSpec))
      .map(({ kind, name }) => `${kind}/${name}`)
      .join(" "),
  ).toBe(expected);
});

test.each([
  ["without dependencies there is no annotation", deployment({ containers: [] }), undefined],
  ["a dependency that is absent counts as zeroes", mounted, "4ae71336e44bf9bf79d2752e234818a5"],
])("%s", (_name, object, expected) => {
  expect(hashOf(withDependencyHash(object, () => undefined))).toBe(expected);
});

test("an object with the skip annotation counts as absent", () => {
  const skipped = configMap({ a: "1" }, { "kudo.dev/skip-hash-calculation": "true" });
  expect(hashOf(withDependencyHash(mounted, () => skipped))).toBe("4ae71336e44bf9bf79d2752e234818a5");
});

test("a custom resource with an unrelated spec.template keeps it", () => {
  const custom: KubeObject = {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "t" },
    spec: { template: "text" },
  };
  expect(withDependencyHash(custom, () => undefined)).toBe(custom);
});
