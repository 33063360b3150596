import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createObjectSchemas } from "../../../src/apply/createObjectSchemas.ts";
import { systemClock } from "../../../src/base/clock.ts";
import type { RequestRecord } from "../../../src/cluster/transport.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { refOf } from "../../../src/object/objectRef.ts";
import { connectTestCluster } from "../testCluster.ts";
import { configMap, crd, deployment, TestInstance } from "./testInstance.ts";

const requests: RequestRecord[] = [];
const { client, close } = connectTestCluster({ onRequest: (record) => requests.push(record) });
const signal = new AbortController().signal;
const schemas = createObjectSchemas(client, systemClock);
const namespace = `shape-${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});
afterAll(close);

const container = (fields: object): KubeObject =>
  deployment(namespace, "shaped", {
    template: {
      metadata: { labels: { app: "shaped" } },
      spec: { containers: [{ name: "main", image: "example/main:1", ...fields }] },
    },
  });
const CONTAINER = ".spec.template.spec.containers[0]";

test.each([
  ["an unknown field", container({ comand: ["x"] }), [`${CONTAINER}.comand: unknown field, left out`]],
  [
    "an earlier duplicate of a variable",
    container({
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
        { name: "A", value: "3" },
      ],
    }),
    [`${CONTAINER}.env[0]: name "A" comes again later, this one is left out`],
  ],
  [
    "an earlier duplicate of a port, whose protocol has a default",
    container({
      ports: [
        { containerPort: 1 },
        { containerPort: 1, protocol: "UDP" },
        { containerPort: 1, protocol: "TCP" },
      ],
    }),
    [`${CONTAINER}.ports[0]: containerPort 1, protocol "TCP" comes again later, this one is left out`],
  ],
])("%s is left out with a warning, and the server takes the rest", async (_name, object, warnings) => {
  const shaped = await schemas.shape(object, signal);
  expect(shaped).toMatchObject({ warnings, errors: [] });
  await expect(client.apply(object, { fieldManager: "test", dryRun: true })).rejects.toMatchObject({
    code: "cluster.typedPatch",
  });
  await client.apply(shaped.object, { fieldManager: "test", dryRun: true });
});

test.each([
  [
    "a number for a string",
    container({ env: [{ name: "A", value: 5 }] }),
    `${CONTAINER}.env[0].value: must be a string, is a number`,
  ],
  [
    "a string for an integer",
    deployment(namespace, "shaped", { replicas: "3" }),
    ".spec.replicas: must be an integer, is a string",
  ],
  ["a mapping for a list", container({ args: { a: 1 } }), `${CONTAINER}.args: must be a list, is a mapping`],
  [
    "a list for a mapping",
    { ...configMap(namespace, "a"), data: ["x"] } as KubeObject,
    ".data: must be a mapping, is a list",
  ],
])("%s is an error at its place", async (_name, object, error) => {
  expect((await schemas.shape(object, signal)).errors).toEqual([error]);
});

test.each([
  ["an integer port by name", container({ livenessProbe: { httpGet: { port: "http" } } })],
  ["quantities as text and as numbers", container({ resources: { limits: { cpu: 1, memory: "1Gi" } } })],
  ["null where a value may stand", container({ args: null })],
  [
    "a time",
    {
      ...configMap(namespace, "a"),
      metadata: { name: "a", creationTimestamp: null },
    } as unknown as KubeObject,
  ],
  ["a definition with a schema in a schema", crd("Thing", "deep.example.com")],
  ["anything in an open place", container({ volumeMounts: [] })],
])("%s is left alone", async (_name, object) => {
  const shaped = await schemas.shape(object, signal);
  expect(shaped).toEqual({ object, warnings: [], errors: [] });
  expect(shaped.object).toBe(object);
});

test("an object of a kind that is not described is left alone", async () => {
  const object = {
    apiVersion: "nowhere.example/v1",
    kind: "Nothing",
    metadata: { name: "x" },
    spec: { a: 1 },
  };
  expect(await schemas.shape(object, signal)).toEqual({ object, warnings: [], errors: [] });
});

test("a document is fetched once for all kinds of its version", async () => {
  const fresh = createObjectSchemas(client, systemClock);
  requests.length = 0;
  await fresh.shape(deployment(namespace, "a"), signal);
  await fresh.shape({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "a" } }, signal);
  expect(requests).toHaveLength(2);
});

test("a changed definition is looked at again before its new field is dropped", async () => {
  const group = `s${randomUUID().slice(0, 8)}.example.com`;
  let now = 0;
  const fresh = createObjectSchemas(client, { ...systemClock, now: () => now });
  const object = {
    apiVersion: `${group}/v1`,
    kind: "Shape",
    metadata: { name: "x" },
    spec: { size: "1", added: "2" },
  };
  await client.create(crd("Shape", group));
  const warnings = async () => {
    now += 60_000;
    return (await fresh.shape(object, signal)).warnings;
  };
  await expect.poll(warnings, { timeout: 20_000 }).toEqual([".spec.added: unknown field, left out"]);
  const added = { properties: { spec: { properties: { added: { type: "string" } } } } };
  const [version] = (crd("Shape", group).spec as { versions: { schema: { openAPIV3Schema: object } }[] })
    .versions;
  const spec = {
    properties: { size: { type: "string" }, added: added.properties.spec.properties.added },
    type: "object",
  };
  const changed = { ...version, schema: { openAPIV3Schema: { type: "object", properties: { spec } } } };
  await client.patch(refOf(crd("Shape", group)), "merge", { spec: { versions: [changed] } } as never);
  await expect.poll(warnings, { timeout: 20_000 }).toEqual([]);
  await client.delete(refOf(crd("Shape", group)));
});

test("a step drops what the server does not know, says where, and refuses wrong types with the rest", async () => {
  const instance = new TestInstance(client, { namespace, schemas });
  const desired = (objects: readonly KubeObject[]) =>
    instance.desired(objects).map((item) => ({ ...item, file: "templates/app.yaml" }));
  const pass = await instance.run(desired([container({ comand: ["x"] })]));
  expect(pass).toMatchObject({
    kind: "done",
    notes: [{ kind: "warning", message: `templates/app.yaml: ${CONTAINER}.comand: unknown field, left out` }],
  });
  expect(instance.index.entries).toMatchObject([{ warnings: [expect.stringContaining("comand")] }]);
  const wrong = await instance.run(desired([container({ args: "x" }), configMap(namespace, "Wrong")]));
  expect(wrong).toMatchObject({
    kind: "failed",
    failures: [{ code: "apply.wrongType", retryable: false }, {}],
  });
});
