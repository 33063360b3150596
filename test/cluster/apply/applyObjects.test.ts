import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClusterClient } from "../../../src/cluster/createClusterClient.ts";
import { loadKubeConfig } from "../../../src/cluster/kubeConfig.ts";
import { createTransport, type RequestRecord } from "../../../src/cluster/transport.ts";
import { refOf } from "../../../src/object/objectRef.ts";
import { fieldManager, ownerMark } from "../../../src/object/ownership.ts";
import { connectTestCluster, kubectl, makeNamespace, testKubeconfig } from "../testCluster.ts";
import { configMap, crd, deployment, TestInstance } from "./testInstance.ts";

const requests: RequestRecord[] = [];
const { client, close } = connectTestCluster({ onRequest: (record) => requests.push(record) });
let namespace: string;

beforeAll(async () => {
  namespace = await makeNamespace(client, "apply");
});
afterAll(close);

const verbs = (): readonly string[] => requests.map(({ verb }) => verb).sort();

test("a new step costs one dry run and one apply for each object, and nothing more", async () => {
  const instance = new TestInstance(client, { namespace });
  const objects = ["a", "b", "c"].map((name) => configMap(namespace, `budget-${name}`, { x: "1" }));
  await client.resource("v1", "ConfigMap");
  requests.length = 0;
  const pass = await instance.step(objects);
  expect(pass).toMatchObject({ kind: "done", notes: [] });
  expect(verbs()).toEqual(["apply", "apply", "apply", "dryRun", "dryRun", "dryRun"]);
  expect(instance.index.intent).toBeUndefined();
  const live = await instance.live(objects[0]!);
  expect(live?.metadata.annotations?.["lockstep.dev/instance"]).toBe(ownerMark(instance.identity));
});

test("a step with a single new object is written without a dry run", async () => {
  const instance = new TestInstance(client, { namespace });
  requests.length = 0;
  const pass = await instance.step([configMap(namespace, "single", { x: "1" })]);
  expect(pass).toMatchObject({ kind: "done", applied: [{ action: "created" }] });
  expect(verbs()).toEqual(["apply"]);
});

test("the same step again asks nothing; a later plan's stamps change nothing", async () => {
  const instance = new TestInstance(client, { namespace });
  const objects = [configMap(namespace, "again-a", { x: "1" }), configMap(namespace, "again-b")];
  await instance.step(objects);
  instance.planUid = randomUUID();
  requests.length = 0;
  const pass = await instance.step(objects);
  expect(pass).toMatchObject({ kind: "done", applied: [{ action: "unchanged" }, { action: "unchanged" }] });
  expect(requests).toEqual([]);
});

test("of a changed step only what differs is written", async () => {
  const instance = new TestInstance(client, { namespace });
  const kept = configMap(namespace, "part-kept");
  await instance.step([kept, configMap(namespace, "part-changed", { x: "1" })]);
  requests.length = 0;
  const pass = await instance.step([kept, configMap(namespace, "part-changed", { x: "2" })]);
  expect(pass).toMatchObject({ applied: [{ action: "configured" }, { action: "unchanged" }] });
  expect(verbs()).toEqual(["apply", "dryRun"]);
});

test("content we wrote before and no watch has seen is not written again", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "unseen", { x: "1" });
  await instance.step([object]);
  const before = await instance.live(object);
  instance.seen.clear();
  instance.planUid = randomUUID();
  const pass = await instance.step([object]);
  expect(pass).toMatchObject({ applied: [{ action: "unchanged" }] });
  expect((await instance.live(object))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
});

test("content that drifted is written again", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "drifted", { x: "1" });
  await instance.step([object]);
  await client.patch(refOf(object), "merge", { data: { x: "9" } });
  instance.sees(refOf(object), (await instance.live(object))!.metadata.uid!, { drifted: true });
  const pass = await instance.step([object]);
  expect(pass).toMatchObject({
    kind: "done",
    applied: [{ action: "configured" }],
    notes: [{ kind: "conflictForced", fields: [".data.x"] }],
  });
  expect((await instance.live(object))?.data).toEqual({ x: "1" });
});

test("all mistakes of a step are told together, and nothing is written", async () => {
  const instance = new TestInstance(client, { namespace });
  const wrong = (name: string, data: unknown) => ({ ...configMap(namespace, name), data }) as never;
  const pass = await instance.step([
    configMap(namespace, "together-good"),
    wrong("together-type", { x: ["a list"] }),
    configMap(namespace, "Together-Name"),
    { apiVersion: "nowhere.example/v1", kind: "Nothing", metadata: { name: "x", namespace } },
    deployment(namespace, "together-invalid", { replicas: -1 }),
  ]);
  expect(pass.kind).toBe("failed");
  const failures = pass.kind === "failed" ? [...pass.failures] : [];
  expect(failures.map(({ ref, code, retryable }) => [ref.name, code, retryable]).sort()).toEqual([
    ["Together-Name", "cluster.invalid", false],
    ["together-invalid", "cluster.invalid", false],
    ["together-type", expect.stringMatching(/^cluster\.(typedPatch|badRequest|invalid)$/), false],
    ["x", "cluster.unknownKind", false],
  ]);
  expect(await client.get(refOf(configMap(namespace, "together-good")))).toBeUndefined();
});

test("fields of kubectl are taken by force, and the event names it", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = deployment(namespace, "scaled");
  await instance.step([object, configMap(namespace, "scaled-other")]);
  await kubectl("-n", namespace, "scale", "deployment/scaled", "--replicas=1");
  const pass = await instance.step([deployment(namespace, "scaled", { paused: true })]);
  expect(pass).toMatchObject({
    kind: "done",
    notes: [{ kind: "conflictForced", managers: ["kubectl"], fields: [".spec.replicas"] }],
  });
  expect((await instance.live(object))?.spec).toMatchObject({ replicas: 0, paused: true });
});

test("a terminating object is waited for, its finalizers named, and created when it is gone", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "terminating", { x: "1" });
  await client.create({
    ...object,
    metadata: { ...object.metadata, finalizers: ["example.com/a", "example.com/b"] },
  });
  await client.delete(refOf(object));
  const expected = {
    kind: "waiting",
    reason: `ConfigMap/${namespace}/terminating: is being deleted, held by finalizers example.com/a, example.com/b`,
  };
  expect(await instance.step([object])).toMatchObject(expected);
  expect(await instance.step([object, configMap(namespace, "terminating-next")])).toMatchObject(expected);
  await client.patch(refOf(object), "merge", { metadata: { finalizers: null } });
  const pass = await instance.step([object, configMap(namespace, "terminating-next")]);
  expect(pass).toMatchObject({ kind: "done", applied: [{ action: "created" }, { action: "created" }] });
});

test("our own object that somebody is deleting is waited for although its content is as we left it", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "going", { x: "1" });
  await instance.step([object]);
  const live = await client.patch(refOf(object), "merge", { metadata: { finalizers: ["example.com/a"] } });
  await client.delete(refOf(object));
  instance.sees(refOf(object), live.metadata.uid!, { deleting: true });
  expect(await instance.step([object])).toMatchObject({ kind: "waiting" });
  await client.patch(refOf(object), "merge", { metadata: { finalizers: null } });
  const pass = await instance.step([object]);
  expect(pass).toMatchObject({ kind: "done", applied: [{ action: "created" }] });
  expect(instance.index.entries[0]?.uid).not.toBe(live.metadata.uid);
});

test("a namespace that goes away is fatal, one that is missing is worth another attempt", async () => {
  const doomed = await makeNamespace(client, "doomed");
  const ref = { apiVersion: "v1", kind: "Namespace", name: doomed };
  const guard = {
    ...configMap(doomed, "guard"),
    metadata: { name: "guard", namespace: doomed, finalizers: ["example.com/a"] },
  };
  await client.create(guard);
  await client.delete(ref);
  const objects = (space: string) => [configMap(space, "a"), configMap(space, "b")];
  const going = await new TestInstance(client, { namespace: doomed }).step(objects(doomed));
  await client.patch(refOf(guard), "merge", { metadata: { finalizers: null } });
  expect(going).toMatchObject({ failures: [{ code: "cluster.forbidden", retryable: false }, {}] });
  const missing = await new TestInstance(client, { namespace: "nowhere" }).step(objects("nowhere"));
  expect(missing).toMatchObject({ failures: [{ code: "cluster.notFound", retryable: true }, {}] });
});

test("a full quota and a missing right are worth another attempt; the right is named", async () => {
  const full = await makeNamespace(client, "full");
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "none", namespace: full } };
  await client.create({ ...quota, spec: { hard: { "count/configmaps": "0" } } });
  await expect
    .poll(async () => (await client.get(refOf(quota)))?.status, { timeout: 30_000 })
    .toHaveProperty("used");
  const over = await new TestInstance(client, { namespace: full }).step([
    configMap(full, "a"),
    configMap(full, "b"),
  ]);
  expect(over).toMatchObject({
    kind: "failed",
    failures: [{ code: "cluster.forbidden", retryable: true }, {}],
  });
  expect(over.kind === "failed" && over.failures[0]?.message).toContain("exceeded quota: none");
  const nobody = connectTestCluster({ context: "nobody" });
  const refused = await new TestInstance(nobody.client, { namespace }).step([
    configMap(namespace, "refused"),
  ]);
  await nobody.close();
  expect(refused).toMatchObject({
    kind: "failed",
    failures: [{ code: "cluster.forbidden", retryable: true }],
  });
  expect(refused.kind === "failed" && refused.failures[0]?.message).toMatch(
    /cannot patch resource "configmaps".*namespace/,
  );
});

test("a custom resource in the step of its definition is dry-run once the kind is served", async () => {
  const instance = new TestInstance(client, { namespace });
  const group = `g${randomUUID().slice(0, 8)}.example.com`;
  const resource = (size: unknown) =>
    ({
      apiVersion: `${group}/v1`,
      kind: "Gadget",
      metadata: { name: "one", namespace },
      spec: { size },
    }) as never;
  const objects = (size: unknown) => [
    resource(size),
    crd("Gadget", group),
    configMap(namespace, `beside-${group}`),
  ];
  const settle = async (size: unknown) => {
    for (;;) {
      const pass = await instance.step(objects(size));
      const isSettling = pass.kind === "failed" && pass.failures.every(({ retryable }) => retryable);
      if (pass.kind !== "waiting" && !isSettling) return pass;
    }
  };
  const bad = await settle(5);
  expect(bad).toMatchObject({ kind: "failed", failures: [{ ref: { kind: "Gadget" }, retryable: false }] });
  const good = await settle("small");
  expect(good).toMatchObject({ kind: "done" });
  expect(
    await client.get({ apiVersion: `${group}/v1`, kind: "Gadget", namespace, name: "one" }),
  ).toBeDefined();
  await client.delete(refOf(crd("Gadget", group)));
});

test("objects whose namespace comes in the same step are dry-run once it is there", async () => {
  const own = `own-${randomUUID().slice(0, 8)}`;
  const instance = new TestInstance(client, { namespace: own });
  const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: own } };
  const pass = await instance.step([configMap(own, "inside"), configMap(own, "inside-2"), space]);
  expect(pass).toMatchObject({ kind: "done", applied: [{}, { action: "created" }, { action: "created" }] });
  await client.delete(refOf(space));
});

test("a key that leaves stringData leaves the Secret", async () => {
  const instance = new TestInstance(client, { namespace });
  const secret = (stringData: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "moved", namespace },
    stringData,
  });
  await instance.step([secret({ a: "1", b: "ü" })]);
  const pass = await instance.step([secret({ a: "1" })]);
  expect(pass).toMatchObject({ kind: "done", applied: [{ action: "configured" }] });
  expect((await instance.live(secret({})))?.data).toEqual({ a: Buffer.from("1").toString("base64") });
});

test("a manager name at the limit is accepted", async () => {
  const instance = new TestInstance(client, { namespace, name: "n".repeat(200) });
  expect(Buffer.byteLength(fieldManager(instance.identity))).toBe(128);
  const object = configMap(namespace, "long-manager");
  const pass = await instance.step([
    { ...object, metadata: { ...object.metadata, labels: { "kudo.dev/instance": "short" } } },
  ]);
  expect(pass).toMatchObject({ kind: "done" });
});

/** A client of the cluster whose kubeconfig has been changed. */
function connectWith(change: (text: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, change(readFileSync(testKubeconfig(), "utf8")));
  const transport = createTransport({
    access: loadKubeConfig({ kubeconfig, context: "admin", environment: {} }),
  });
  const stop = async (): Promise<void> => {
    await transport.close();
    rmSync(folder, { recursive: true });
  };
  return { client: createClusterClient(transport), close: stop };
}

test.each([
  ["400", { metadata: { managedFields: [{ manager: "x" }] } }, "cluster.badRequest", false],
  ["413", { data: { x: "x".repeat(4_000_000) } }, "cluster.tooLarge", false],
  ["422", { data: { "not a key": "1" } }, "cluster.invalid", false],
  ["500 for a wrong type", { data: { x: ["1"] } }, "cluster.typedPatch", false],
] as const)("%s from the server is fatal", async (_name, content, code, retryable) => {
  const instance = new TestInstance(client, { namespace });
  const base = configMap(namespace, "refused");
  const object = {
    ...base,
    ...content,
    metadata: { ...base.metadata, ...("metadata" in content && content.metadata) },
  };
  const [desired] = instance.desired([base]);
  const pass = await instance.run([{ ...desired!, object: object as never }]);
  expect(pass).toMatchObject({ kind: "failed", failures: [{ code, retryable }] });
});

test.each([
  [
    "a token that is not known",
    (text: string) => text.replace(/(token"?: ?"?)[\w-]+/g, "$1wrong"),
    "cluster.unauthorized",
  ],
  [
    "a server that is not there",
    (text: string) => text.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:9"),
    "cluster.unreachable",
  ],
])("%s is worth another attempt", async (_name, change, code) => {
  const other = connectWith(change);
  const pass = await new TestInstance(other.client, { namespace }).step([configMap(namespace, "unheard")]);
  await other.close();
  expect(pass).toMatchObject({ kind: "failed", failures: [{ code, retryable: true }] });
});
