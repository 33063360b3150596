import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withIntent } from "../../../src/apply/appliedIndex.ts";
import { managedEntries } from "../../../src/apply/managedFields.ts";
import { recoverIntent } from "../../../src/apply/recoverIntent.ts";
import { removeInstance } from "../../../src/apply/removeInstance.ts";
import { validateStep } from "../../../src/apply/validateStep.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { refOf } from "../../../src/object/objectRef.ts";
import { connectTestCluster, kubectl, makeNamespace } from "../testCluster.ts";
import { clusterRole, configMap, crd, deployment, TestInstance } from "./testInstance.ts";

const { client, close } = connectTestCluster();
const folder = mkdtempSync(join(tmpdir(), "apply-"));
let namespace: string;

beforeAll(async () => {
  namespace = await makeNamespace(client, "own");
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await close();
});

async function kubectlApply(object: KubeObject): Promise<void> {
  const file = join(folder, `${randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(object));
  await kubectl("apply", "-f", file);
}

const managers = (live: KubeObject | undefined) =>
  managedEntries(live!).map(({ manager, operation }) => `${manager} ${operation}`);

const uniqueName = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

test.each(["single", "one of two"])(
  "what kubectl made is taken over (%s): removed fields go",
  async (how) => {
    const instance = new TestInstance(client, { namespace });
    const name = uniqueName("taken");
    await kubectlApply(configMap(namespace, name, { stays: "1", goes: "2" }));
    await client.patch(
      refOf(configMap(namespace, name)),
      "merge",
      { data: { other: "controller" } },
      { fieldManager: "controller" },
    );
    const object = configMap(namespace, name, { stays: "1" });
    const pass = await instance.step(
      how === "single" ? [object] : [object, configMap(namespace, `${name}-beside`)],
    );
    expect(pass).toMatchObject({
      kind: "done",
      notes: [{ kind: "takenOver", maker: "kubectl-client-side-apply" }, { kind: "adopted" }],
    });
    const live = await instance.live(object);
    expect(live?.data).toEqual({ stays: "1", other: "controller" });
    expect(Object.keys(live!.metadata.annotations!)).not.toContain(
      "kubectl.kubernetes.io/last-applied-configuration",
    );
    expect(managers(live)).toEqual([`lockstep/${namespace}/demo Apply`, "controller Update"]);
  },
);

test("a taken-over object with other values needs no force where only kubectl had the field, and no pod restarts", async () => {
  const instance = new TestInstance(client, { namespace });
  await kubectlApply(deployment(namespace, "web", { revisionHistoryLimit: 5, minReadySeconds: 3 }));
  const before = await instance.live(deployment(namespace, "web"));
  const pass = await instance.step([deployment(namespace, "web", { revisionHistoryLimit: 4 })]);
  expect(pass.notes.map(({ kind }) => kind)).toEqual(["takenOver", "adopted"]);
  const live = await instance.live(deployment(namespace, "web"));
  expect(live?.metadata.uid).toBe(before?.metadata.uid);
  expect(live?.spec).toMatchObject({ revisionHistoryLimit: 4, template: before!.spec!["template" as never] });
  expect(live?.spec).not.toHaveProperty("minReadySeconds");
});

test("what KUDO made for this instance was ours already: taken over, not adopted", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "from-kudo", { a: "1" });
  const labels = { heritage: "kudo", "kudo.dev/operator": "galera", "kudo.dev/instance": "demo" };
  const annotations = { "kudo.dev/last-applied-configuration": "{}", "kudo.dev/plan": "deploy" };
  await client.create(
    { ...object, data: { a: "1", old: "2" }, metadata: { ...object.metadata, labels, annotations } },
    { fieldManager: "manager" },
  );
  const pass = await instance.step([object]);
  expect(pass).toMatchObject({ kind: "done", notes: [{ kind: "takenOver", maker: "manager" }] });
  expect(instance.index.entries).toMatchObject([{ adopted: false, maker: "manager" }]);
  const live = await instance.live(object);
  expect(live?.data).toEqual({ a: "1" });
  expect(live?.metadata.annotations).not.toHaveProperty(["kudo.dev/last-applied-configuration"]);
});

test.each([
  ["with the same values", { a: "1" }, { a: "1" }],
  ["with other values", { a: "0" }, { a: "1" }],
] as const)(
  "a stranger's object %s is adopted, marked so and never ours to delete",
  async (_name, theirs, ours) => {
    const instance = new TestInstance(client, { namespace });
    const name = uniqueName("strange");
    await client.create(configMap(namespace, name, { ...theirs, own: "x" }), { fieldManager: "somebody" });
    const pass = await instance.step([
      configMap(namespace, name, ours),
      configMap(namespace, `${name}-beside`),
    ]);
    expect(pass.kind).toBe("done");
    expect(pass.notes).toContainEqual(expect.objectContaining({ kind: "adopted", managers: ["somebody"] }));
    expect(instance.index.entries.map(({ adopted }) => adopted)).toEqual([true, false]);
    const removed = await removeInstance(instance.context, instance.index, "delete");
    expect(removed).toMatchObject({ kind: "done", notes: [{ kind: "deleted" }, { kind: "released" }] });
    const live = await instance.live(configMap(namespace, name));
    expect(live?.data).toMatchObject({ own: "x" });
    expect(live?.metadata.annotations ?? {}).not.toHaveProperty(["lockstep.dev/instance"]);
    expect(managers(live)).toEqual(["somebody Update"]);
  },
);

test("an adopted object that kubectl made is given back whole", async () => {
  const instance = new TestInstance(client, { namespace });
  await kubectlApply(deployment(namespace, "lent"));
  const pass = await instance.step([deployment(namespace, "lent", { replicas: 0, paused: true })]);
  expect(pass.notes).toContainEqual(
    expect.objectContaining({ kind: "adopted", managers: ["kubectl-client-side-apply"] }),
  );
  expect(await removeInstance(instance.context, instance.index, "delete")).toMatchObject({ kind: "done" });
  const live = await instance.live(deployment(namespace, "lent"));
  expect(live?.spec).toMatchObject({ paused: true });
  expect(live?.metadata.annotations).not.toHaveProperty(["lockstep.dev/instance"]);
  expect(live?.metadata.labels ?? {}).not.toHaveProperty(["kudo.dev/instance"]);
  expect(managers(live).filter((manager) => manager.startsWith("lockstep"))).toEqual([]);
});

test("an adopted object gets no owner reference, so that it is not collected with the instance", async () => {
  const owner = await client.create(configMap(namespace, "owner"));
  const instance = new TestInstance(client, { namespace, uid: owner.metadata.uid! });
  const owned = (name: string): KubeObject => {
    const object = configMap(namespace, name, { a: "1" });
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid! };
    return { ...object, metadata: { ...object.metadata, ownerReferences: [reference] } };
  };
  await client.create(configMap(namespace, "unowned", { b: "2" }));
  const pass = await instance.step([owned("unowned")]);
  expect("corrections" in pass && [...pass.corrections.values()]).toEqual([
    expect.objectContaining({
      metadata: expect.not.objectContaining({ ownerReferences: expect.anything() }),
    }),
  ]);
  await instance.step([{ ...owned("unowned"), data: { a: "2" } }]);
  const live = await instance.live(owned("unowned"));
  expect(live?.data).toEqual({ a: "2", b: "2" });
  expect(live?.metadata).not.toHaveProperty("ownerReferences");
});

test("lockstep.dev/adopt makes a stranger's object wholly ours", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "offered", { a: "1" });
  await client.create({
    ...object,
    metadata: { ...object.metadata, annotations: { "lockstep.dev/adopt": "true" } },
  });
  expect(await instance.step([object])).toMatchObject({ kind: "done", notes: [] });
  expect(instance.index.entries).toMatchObject([{ adopted: false }]);
  await removeInstance(instance.context, instance.index, "delete");
  expect(await instance.live(object)).toBeUndefined();
});

test.each([
  ["with the same content", { a: "1" }],
  ["with other content", { a: "2" }],
])("an object of another instance is an error that names it (%s)", async (_name, data) => {
  const name = uniqueName("theirs");
  const first = new TestInstance(client, { namespace, name: "first" });
  await first.step([configMap(namespace, name, { a: "1" })]);
  for (const beside of [[], [configMap(namespace, `${name}-beside`)]]) {
    const second = new TestInstance(client, { namespace, name: "second" });
    const pass = await second.step([configMap(namespace, name, data), ...beside]);
    expect(pass).toMatchObject({
      kind: "failed",
      failures: [{ code: "apply.ownedByOther", retryable: false }],
    });
    expect(pass.kind === "failed" && pass.failures[0]?.message).toMatch(
      new RegExp(`belongs to instance ${namespace}/first, instance ${namespace}/second cannot`),
    );
  }
  expect((await first.live(configMap(namespace, name)))?.data).toEqual({ a: "1" });
});

test("what a crash left between intent and index is found to be ours", async () => {
  const instance = new TestInstance(client, { namespace });
  const objects = [configMap(namespace, "crash-a", { x: "1" }), configMap(namespace, "crash-b", { x: "1" })];
  const validation = await validateStep(instance.context, instance.index, instance.desired(objects));
  const writes = validation.kind === "valid" ? validation.writes : [];
  instance.index = withIntent(instance.index, writes, { planUid: instance.planUid });
  await client.apply(writes[0]!.object, { fieldManager: `lockstep/${namespace}/demo` });

  const recovered = await recoverIntent(instance.index, (ref) => client.get(ref));
  const live = await instance.live(objects[0]!);
  expect(recovered.intent).toBeUndefined();
  expect(recovered.entries.map(({ uid, digest }) => [uid, digest])).toEqual([
    [live?.metadata.uid, writes[0]!.digest],
    [undefined, ""],
  ]);
  const pass = await instance.step(objects);
  expect(pass).toMatchObject({
    kind: "done",
    notes: [],
    applied: [{ action: "unchanged" }, { action: "created" }],
  });
  expect(instance.index.entries.map(({ adopted }) => adopted)).toEqual([false, false]);
});

test("a stranger's object that a crash left marked as ours is still known to be a stranger's", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "crash-strange", { x: "1" });
  await client.create({ ...object, data: { x: "1", own: "2" } }, { fieldManager: "somebody" });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const validation = await validateStep(instance.context, instance.index, instance.desired([object]));
  const writes = validation.kind === "valid" ? validation.writes : [];
  instance.index = withIntent(instance.index, writes, { planUid: instance.planUid });
  await client.apply(writes[0]!.object, { fieldManager: `lockstep/${namespace}/demo` });

  const recovered = await recoverIntent(instance.index, (ref) => client.get(ref));
  expect(recovered.entries).toMatchObject([{ adopted: true, digest: writes[0]!.digest }]);
  await instance.step([object]);
  expect(instance.index.entries).toMatchObject([{ adopted: true }]);
});

test("two instances share a ClusterRole; it goes with the last of them", async () => {
  const name = uniqueName("shared");
  const other = await makeNamespace(client, "own");
  const first = new TestInstance(client, { namespace });
  const second = new TestInstance(client, { namespace: other });
  await first.step([clusterRole(name)]);
  const pass = await second.step([clusterRole(name)]);
  expect(pass).toMatchObject({ kind: "done", notes: [{ kind: "shared", owners: [first.identity] }] });

  second.seen.clear();
  expect(await second.step([clusterRole(name)])).toMatchObject({ kind: "done" });
  expect((await first.live(clusterRole(name)))?.metadata.labels).toMatchObject({
    "kudo.dev/instance": "demo",
  });

  const gone = await removeInstance(first.context, first.index, "delete");
  expect(gone).toMatchObject({ kind: "done", notes: [{ kind: "released", owners: [second.identity] }] });
  const left = await second.live(clusterRole(name));
  expect(left?.rules).toEqual(clusterRole(name).rules);
  expect(managers(left)).toEqual([`lockstep/${other}/demo Apply`]);

  expect(await removeInstance(second.context, second.index, "delete")).toMatchObject({ kind: "done" });
  expect(await second.live(clusterRole(name))).toBeUndefined();
});

test("different content of a shared object fails naming both instances", async () => {
  const name = uniqueName("differs");
  const other = await makeNamespace(client, "own");
  const first = new TestInstance(client, { namespace });
  await first.step([clusterRole(name, ["get"])]);
  for (const operator of [
    { name: "galera", version: "0.1.0" },
    { name: "kafka", version: "9.0.0" },
  ]) {
    const second = new TestInstance(client, { namespace: other }, operator);
    const pass = await second.step([clusterRole(name, ["list"])]);
    expect(pass).toMatchObject({
      kind: "failed",
      failures: [{ code: "apply.sharedConflict", retryable: false }],
    });
    expect(pass.kind === "failed" && pass.failures[0]?.message).toContain(
      `instances ${namespace}/demo and ${other}/demo want different content at .rules`,
    );
  }
  await removeInstance(first.context, first.index, "delete");
});

test("of one operator the higher version wins, and the lower one is warned", async () => {
  const name = uniqueName("ranked");
  const other = await makeNamespace(client, "own");
  const low = new TestInstance(client, { namespace }, { name: "galera", version: "0.9.0" });
  const high = new TestInstance(client, { namespace: other }, { name: "galera", version: "0.10.0" });
  await low.step([clusterRole(name, ["get"])]);
  expect(await high.step([clusterRole(name, ["list"])])).toMatchObject({ kind: "done" });
  expect((await high.live(clusterRole(name)))?.rules).toMatchObject([{ verbs: ["list"] }]);

  const again = await low.step([clusterRole(name, ["get", "watch"])]);
  expect(again).toMatchObject({
    kind: "done",
    applied: [{ warnings: [expect.stringContaining("higher version")] }],
  });
  expect((await high.live(clusterRole(name)))?.rules).toMatchObject([{ verbs: ["list"] }]);

  await removeInstance(low.context, low.index, "delete");
  expect((await high.live(clusterRole(name)))?.rules).toMatchObject([{ verbs: ["list"] }]);
  await removeInstance(high.context, high.index, "delete");
  expect(await high.live(clusterRole(name))).toBeUndefined();
});

test("what a higher version brought stays for the others when its instance goes", async () => {
  const name = uniqueName("bequeathed");
  const other = await makeNamespace(client, "own");
  const low = new TestInstance(client, { namespace }, { name: "galera", version: "1.0.0" });
  const high = new TestInstance(client, { namespace: other }, { name: "galera", version: "2.0.0" });
  await low.step([clusterRole(name, ["get"])]);
  await high.step([clusterRole(name, ["list"])]);
  expect(await removeInstance(high.context, high.index, "delete")).toMatchObject({
    notes: [{ kind: "released", owners: [low.identity] }],
  });
  const left = await low.live(clusterRole(name));
  expect(left?.rules).toMatchObject([{ verbs: ["list"] }]);
  expect(managers(left)).toEqual([`lockstep/${namespace}/demo Apply`, "lockstep-released Update"]);

  low.index = { ...low.index, entries: low.index.entries.map((entry) => ({ ...entry, digest: "" })) };
  expect(await low.step([clusterRole(name, ["get"])])).toMatchObject({ kind: "done" });
  expect((await low.live(clusterRole(name)))?.rules).toMatchObject([{ verbs: ["get"] }]);
  await removeInstance(low.context, low.index, "delete");
  expect(await low.live(clusterRole(name))).toBeUndefined();
});

test("two instances share a CustomResourceDefinition, applied again by both", async () => {
  const group = `${uniqueName("g")}.example.com`;
  const other = await makeNamespace(client, "own");
  const first = new TestInstance(client, { namespace });
  const second = new TestInstance(client, { namespace: other });
  await first.step([crd("Widget", group)]);
  expect(await second.step([crd("Widget", group)])).toMatchObject({ kind: "done" });
  await removeInstance(first.context, first.index, "delete");
  expect((await second.live(crd("Widget", group)))?.spec).toMatchObject({ group });
  await removeInstance(second.context, second.index, "delete");
});

test("a stranger's cluster-scoped object outlives all instances that shared it", async () => {
  const name = uniqueName("lent");
  const other = await makeNamespace(client, "own");
  await client.create(clusterRole(name), { fieldManager: "somebody" });
  const first = new TestInstance(client, { namespace });
  const second = new TestInstance(client, { namespace: other });
  expect((await first.step([clusterRole(name)])).notes).toMatchObject([{ kind: "adopted" }]);
  expect(await second.step([clusterRole(name)])).toMatchObject({ kind: "done" });
  await removeInstance(first.context, first.index, "delete");
  await removeInstance(second.context, second.index, "delete");
  const left = await second.live(clusterRole(name));
  expect(left?.rules).toEqual(clusterRole(name).rules);
  expect(managers(left)).toEqual(["somebody Update"]);
  await client.delete(refOf(clusterRole(name)));
});
