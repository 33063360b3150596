import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withoutEntries } from "../../../src/apply/appliedIndex.ts";
import { deleteObjects } from "../../../src/apply/deleteObjects.ts";
import type { DeletionProgress } from "../../../src/apply/deletionProgress.ts";
import { finishRun } from "../../../src/apply/finishRun.ts";
import { prune } from "../../../src/apply/prune.ts";
import { reapply } from "../../../src/apply/reapply.ts";
import { removeInstance } from "../../../src/apply/removeInstance.ts";
import type { RequestRecord } from "../../../src/cluster/transport.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { refKey, refOf } from "../../../src/object/objectRef.ts";
import { connectTestCluster, makeNamespace } from "../testCluster.ts";
import { clusterRole, configMap, crd, deployment, TestInstance } from "./testInstance.ts";

const requests: RequestRecord[] = [];
const { client, close } = connectTestCluster({ onRequest: (record) => requests.push(record) });
let namespace: string;

beforeAll(async () => {
  namespace = await makeNamespace(client, "gone");
});
afterAll(close);

/** Names of what was deleted, in order. */
const deleted = ({ notes }: DeletionProgress) =>
  notes.flatMap((note) => (note.kind === "deleted" ? [note.ref.name] : []));

/** For what controllers do in their own time. */
const SLOWLY = { timeout: 30_000, interval: 50 };

/** A Job that is complete as soon as its controller has seen it. */
function job(name: string): KubeObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: {
      completions: 0,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "example/main:1" }] } },
    },
  };
}

function claim(name: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
}

/** Ends the run as COMPLETE with what its one task rendered last. */
function finish(instance: TestInstance, rendered: readonly KubeObject[]): void {
  instance.index = finishRun(instance.index, {
    plan: "deploy",
    rendered: new Map([["app", rendered.map(refOf)]]),
    addOnly: new Set(),
  });
}

test("what a run no longer renders is deleted in reverse order", async () => {
  const instance = new TestInstance(client, { namespace });
  const names = ["order-1", "order-2", "order-3"];
  const objects = names.map((name) => configMap(namespace, name));
  await instance.step(objects);
  finish(instance, objects.slice(0, 1));
  const progress = await prune(instance.context, instance.index);
  expect(progress).toMatchObject({ kind: "done", notes: [{ kind: "deleted" }, { kind: "deleted" }] });
  expect(deleted(progress)).toEqual(["order-3", "order-2"]);
  instance.index = withoutEntries(instance.index, progress.gone);
  expect(instance.index.entries.map(({ ref }) => ref.name)).toEqual(["order-1"]);
  expect(await instance.live(objects[0]!)).toBeDefined();
});

test("an object that somebody made anew under the same name is not pruned", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "made-anew");
  await instance.step([object]);
  finish(instance, []);
  await client.delete(refOf(object));
  await client.create(object);
  expect(await prune(instance.context, instance.index)).toMatchObject({ kind: "done", notes: [] });
  expect(await instance.live(object)).toBeDefined();
});

test("a finalizer stops the deletion of what came before, and is named", async () => {
  const instance = new TestInstance(client, { namespace });
  const [first, second] = [configMap(namespace, "chain-1"), configMap(namespace, "chain-2")];
  await instance.step([first, second]);
  await client.patch(refOf(second), "merge", { metadata: { finalizers: ["example.com/a"] } });
  finish(instance, []);
  const waiting = await prune(instance.context, instance.index);
  expect(waiting).toMatchObject({
    kind: "waiting",
    gone: [],
    reason: `ConfigMap/${namespace}/chain-2: is being deleted, held by finalizer example.com/a`,
  });
  expect(await instance.live(first)).toBeDefined();
  await client.patch(refOf(second), "merge", { metadata: { finalizers: null } });
  expect(await prune(instance.context, instance.index)).toMatchObject({ kind: "done" });
  expect(await instance.live(first)).toBeUndefined();
});

test("claims, definitions with objects and namespaces are held until a person confirms", async () => {
  const group = `h${randomUUID().slice(0, 8)}.example.com`;
  const space = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `held-${randomUUID().slice(0, 8)}` },
  };
  const instance = new TestInstance(client, { namespace });
  const definition = crd("Gizmo", group);
  const volume = claim("held");
  await instance.step([space, definition, volume, configMap(namespace, "not-held")]);
  const one = { apiVersion: `${group}/v1`, kind: "Gizmo", metadata: { name: "one", namespace }, spec: {} };
  await expect
    .poll(async () => {
      try {
        return (await client.create(one)).kind;
      } catch {
        return undefined; // the kind is not served yet
      }
    }, SLOWLY)
    .toBe("Gizmo");
  finish(instance, []);

  const held = await prune(instance.context, instance.index);
  expect(held.kind).toBe("held");
  expect(held.held.map(({ ref, reason }) => [ref.kind, reason])).toEqual([
    ["PersistentVolumeClaim", "its data would be lost"],
    ["Namespace", "everything in the namespace would go with it"],
    ["CustomResourceDefinition", "1 object of its kind would go with it"],
  ]);
  expect(held.gone.map(({ name }) => name)).toEqual(["not-held"]);
  expect(await instance.live(volume)).toBeDefined();

  const confirmed = new Set(held.held.map(({ ref }) => refKey(ref)));
  await expect
    .poll(async () => (await prune(instance.context, instance.index, confirmed)).kind, SLOWLY)
    .toBe("done");
  expect(await instance.live(definition)).toBeUndefined();
});

test("a definition without objects goes by itself", async () => {
  const instance = new TestInstance(client, { namespace });
  const definition = crd("Empty", `e${randomUUID().slice(0, 8)}.example.com`);
  await instance.step([definition]);
  finish(instance, []);
  await expect.poll(async () => (await prune(instance.context, instance.index)).kind, SLOWLY).toBe("done");
});

test("a Delete task deletes in the foreground and is done when the object is gone", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = deployment(namespace, "foreground");
  await instance.step([object]);
  const unknown = { apiVersion: "nowhere.example/v1", kind: "Nothing", namespace, name: "x" };
  const never = refOf(configMap(namespace, "never-there"));
  const first = await deleteObjects(instance.context, instance.index, [refOf(object), unknown, never]);
  expect(first).toMatchObject({
    kind: "waiting",
    reason: expect.stringContaining("held by finalizer foregroundDeletion"),
    gone: [unknown, never],
  });
  await expect
    .poll(async () => (await deleteObjects(instance.context, instance.index, [refOf(object)])).kind, SLOWLY)
    .toBe("done");
  expect(await instance.live(object)).toBeUndefined();
});

test("a Delete task is done when the object has another uid by now", async () => {
  const instance = new TestInstance(client, { namespace });
  const object = configMap(namespace, "another-life");
  await instance.step([object]);
  await client.delete(refOf(object));
  await client.create(object);
  const progress = await deleteObjects(instance.context, instance.index, [refOf(object)]);
  expect(progress).toMatchObject({ kind: "done", gone: [refOf(object)] });
  expect(await instance.live(object)).toBeDefined();
});

test("a Delete task does not touch an object of another instance", async () => {
  const first = new TestInstance(client, { namespace, name: "first" });
  const object = configMap(namespace, "not-yours");
  await first.step([object]);
  const second = new TestInstance(client, { namespace, name: "second" });
  const progress = await deleteObjects(second.context, second.index, [refOf(object)]);
  expect(progress).toMatchObject({ kind: "failed", failures: [{ code: "apply.ownedByOther" }] });
});

test("an instance that goes takes all it owned, and nothing else", async () => {
  const instance = new TestInstance(client, { namespace });
  const objects = [
    claim("goes"),
    clusterRole(`gone-${randomUUID()}`),
    configMap(namespace, "goes"),
    deployment(namespace, "goes"),
  ];
  await client.create(configMap(namespace, "stays"));
  await instance.step(objects);
  await expect
    .poll(async () => (await removeInstance(instance.context, instance.index, "delete")).kind, SLOWLY)
    .toBe("done");
  expect(await Promise.all(objects.map((object) => instance.live(object)))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(await client.get(refOf(configMap(namespace, "stays")))).toBeDefined();
});

test("a namespace that an instance brought needs a person's word even when the instance goes", async () => {
  const instance = new TestInstance(client, { namespace });
  const space = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `kept-${randomUUID().slice(0, 8)}` },
  };
  await instance.step([space]);
  const held = await removeInstance(instance.context, instance.index, "delete");
  expect(held).toMatchObject({ kind: "held", held: [{ ref: { kind: "Namespace" } }] });
  const confirmed = new Set([refKey(refOf(space))]);
  await expect
    .poll(
      async () => (await removeInstance(instance.context, instance.index, "delete", confirmed)).kind,
      SLOWLY,
    )
    .toBe("done");
});

test("an orphaned instance leaves its objects as they are, without mark and owner", async () => {
  const owner = await client.create(configMap(namespace, "orphan-owner"));
  const instance = new TestInstance(client, { namespace, uid: owner.metadata.uid! });
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "orphan-owner", uid: owner.metadata.uid! };
  const plain = deployment(namespace, "orphan");
  const object = { ...plain, metadata: { ...plain.metadata, ownerReferences: [reference] } };
  const role = clusterRole(`orphan-${randomUUID()}`);
  await instance.step([role, object]);
  expect((await instance.live(object))?.metadata.ownerReferences).toHaveLength(1);
  requests.length = 0;
  expect(await removeInstance(instance.context, instance.index, "orphan")).toMatchObject({ kind: "done" });
  expect(requests.filter(({ verb }) => verb === "delete")).toEqual([]);
  const live = await instance.live(object);
  expect(live?.metadata).not.toHaveProperty("ownerReferences");
  expect(live?.spec).toMatchObject({ replicas: 0 });
  for (const left of [live, await instance.live(role)]) {
    const marks = Object.keys(left!.metadata.annotations ?? {}).filter((key) =>
      key.startsWith("lockstep.dev/"),
    );
    expect(marks).toEqual([]);
  }
  await client.delete(refOf(role));
});

test("in a namespace that goes away only cluster-scoped objects are deleted", async () => {
  const doomed = await makeNamespace(client, "doomed");
  const instance = new TestInstance(client, { namespace: doomed });
  const role = clusterRole(`doomed-${randomUUID()}`);
  await instance.step([role, configMap(doomed, "a"), configMap(doomed, "b")]);
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: doomed });
  const progress = await removeInstance(instance.context, instance.index, "namespace");
  expect(progress.kind).toBe("done");
  expect(progress.gone).toHaveLength(3);
  expect(deleted(progress)).toEqual([role.metadata.name]);
});

test("the stored set is applied again: drift goes, what is missing comes back, finished Jobs stay", async () => {
  const instance = new TestInstance(client, { namespace });
  const objects = [
    configMap(namespace, "set-drift", { a: "1" }),
    configMap(namespace, "set-gone"),
    configMap(namespace, "set-kept"),
  ];
  const jobs = [job("set-done"), job("set-lost")];
  await instance.step([...objects, ...jobs]);
  await client.patch(refOf(objects[0]!), "merge", { data: { a: "2" } }, { fieldManager: "somebody" });
  await client.delete(refOf(objects[1]!));
  await client.delete(refOf(jobs[1]!), { propagation: "Background" });
  const isDone = async () => JSON.stringify((await instance.live(jobs[0]!))?.status).includes("Complete");
  await expect.poll(isDone, SLOWLY).toBe(true);
  const relabelled = { metadata: { labels: { "kudo.dev/operator": "somebody" } } };
  await client.patch(refOf(jobs[0]!), "merge", relabelled);

  const progress = await reapply(instance.context, instance.index, instance.manifests);
  expect(progress).toMatchObject({
    kind: "done",
    notes: [{ kind: "conflictForced", managers: ["somebody"] }],
  });
  expect(progress.applied.map(({ ref, action }) => [ref.name, action]).sort()).toEqual([
    ["set-drift", "configured"],
    ["set-gone", "created"],
    ["set-kept", "unchanged"],
  ]);
  expect((await instance.live(objects[0]!))?.data).toEqual({ a: "1" });
  expect((await instance.live(jobs[0]!))?.metadata).toMatchObject(relabelled.metadata);
  expect(await instance.live(jobs[1]!)).toBeUndefined();
});
