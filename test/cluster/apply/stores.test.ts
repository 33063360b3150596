import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppliedIndex, emptyIndex, withIntent } from "../../../src/apply/appliedIndex.ts";
import { IndexStore, manifestsOf } from "../../../src/apply/indexStore.ts";
import { PackageStore } from "../../../src/apply/packageStore.ts";
import type { ClusterClient } from "../../../src/cluster/clusterClient.ts";
import type { RequestRecord } from "../../../src/cluster/transport.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { refOf } from "../../../src/object/objectRef.ts";
import { connectTestCluster, makeNamespace } from "../testCluster.ts";
import { configMap } from "./testInstance.ts";

const requests: RequestRecord[] = [];
const { client, close } = connectTestCluster({ onRequest: (record) => requests.push(record) });
const signal = new AbortController().signal;
let namespace: string;

beforeAll(async () => {
  namespace = await makeNamespace(client, "store");
});
afterAll(close);

const identity = (name: string) => ({ namespace, name, uid: randomUUID() });

function intended(index: AppliedIndex, objects: readonly KubeObject[]): AppliedIndex {
  const origin = { plan: "deploy", phase: "main", step: "all", task: "app" };
  const plannedAt = "2026-11-21T10:00:00Z";
  return withIntent(
    index,
    objects.map((object) => ({
      object,
      origin,
      digest: "sha256:1",
      adopted: false,
      warnings: [],
      plannedAt,
    })),
    { planUid: "run-1" },
  );
}

async function secretsOf(kind: string): Promise<readonly string[]> {
  const { items } = await client.list(
    { apiVersion: "v1", kind: "Secret" },
    { namespace, labelSelector: `lockstep.dev/state=${kind}` },
  );
  return items.map(({ metadata }) => metadata.name!);
}

/** About so many bytes that do not compress. */
const drawn = (values: Readonly<Record<string, string>>) => ({ key: "00", values });

const noise = (bytes: number): string => randomBytes(bytes / 2).toString("hex");

test("an index costs one request to write and is read back by another process", async () => {
  const store = new IndexStore(client);
  const objects = [configMap(namespace, "a", { x: "1" }), configMap(namespace, "b")];
  const index = intended(emptyIndex(identity("round")), objects);
  requests.length = 0;
  await store.write(index, manifestsOf(objects.map((object) => ({ object }))), signal);
  await store.write({ ...index, randomRecord: drawn({ seed: "x" }) }, new Map(), signal);
  expect(requests.map(({ verb }) => verb)).toEqual(["create", "update"]);

  const later = new IndexStore(client);
  await later.loadAll(signal, namespace);
  expect(later.get(index.instance)).toEqual({ ...index, randomRecord: drawn({ seed: "x" }) });
  expect([...(await later.manifests(index.instance, signal)).values()]).toEqual(objects);
  expect(later.keys()).toContainEqual({ namespace, name: "round" });
  const secret = await client.get({ apiVersion: "v1", kind: "Secret", namespace, name: "lockstep-round" });
  expect(secret?.metadata).toMatchObject({
    labels: { "lockstep.dev/state": "index" },
    finalizers: ["lockstep.dev/prune"],
  });
  expect(secret?.metadata).not.toHaveProperty("ownerReferences");
});

test("a second writer fails, and then sees what stands there", async () => {
  const index = emptyIndex(identity("two-writers"));
  const [one, two] = [new IndexStore(client), new IndexStore(client)];
  await one.write(index, new Map(), signal);
  await two.loadAll(signal, namespace);
  await one.write({ ...index, randomRecord: drawn({ by: "one" }) }, new Map(), signal);
  await expect(
    two.write({ ...index, randomRecord: drawn({ by: "two" }) }, new Map(), signal),
  ).rejects.toMatchObject({
    code: "cluster.conflict",
  });
  expect(two.get(index.instance)?.randomRecord?.values).toEqual({ by: "one" });
  await two.write({ ...index, randomRecord: drawn({ by: "two" }) }, new Map(), signal);
});

test("a second writer that never saw the index fails as well", async () => {
  const index = emptyIndex(identity("blind"));
  await new IndexStore(client).write({ ...index, randomRecord: drawn({ by: "one" }) }, new Map(), signal);
  const blind = new IndexStore(client);
  await expect(blind.write(index, new Map(), signal)).rejects.toMatchObject({ code: "cluster.conflict" });
  expect(blind.get(index.instance)?.randomRecord?.values).toEqual({ by: "one" });
});

test("a label that somebody puts on the Secret is no second writer", async () => {
  const store = new IndexStore(client);
  const index = emptyIndex(identity("labelled"));
  await store.write(index, new Map(), signal);
  await client.patch({ apiVersion: "v1", kind: "Secret", namespace, name: "lockstep-labelled" }, "merge", {
    metadata: { labels: { team: "x" } },
  });
  await store.write({ ...index, randomRecord: drawn({ a: "1" }) }, new Map(), signal);
  await store.load(index.instance, signal);
  expect(store.get(index.instance)?.randomRecord?.values).toEqual({ a: "1" });
});

test("a Secret that somebody deleted is written anew", async () => {
  const store = new IndexStore(client);
  const index = emptyIndex(identity("deleted"));
  const ref = { apiVersion: "v1", kind: "Secret", namespace, name: "lockstep-deleted" };
  await store.write(index, new Map(), signal);
  await client.patch(ref, "merge", { metadata: { finalizers: null } });
  await client.delete(ref);
  await store.write({ ...index, randomRecord: drawn({ a: "1" }) }, new Map(), signal);
  expect(await client.get(ref)).toBeDefined();
});

test.each(["create", "update"] as const)("our own %s whose answer was lost is known again", async (verb) => {
  const index = emptyIndex(identity(`lost-${verb}`));
  let isLost = true;
  const lossy: ClusterClient = {
    ...client,
    create: async (object, options) => lose("create", await client.create(object, options)),
    update: async (object, options) => lose("update", await client.update(object, options)),
  };
  function lose<T>(what: string, answer: T): T {
    if (what !== verb || !isLost) return answer;
    isLost = false;
    throw new Error("connection reset");
  }
  const store = new IndexStore(lossy);
  if (verb === "update") await store.write({ ...index, randomRecord: drawn({ n: "0" }) }, new Map(), signal);
  await expect(store.write({ ...index, randomRecord: drawn({ n: "1" }) }, new Map(), signal)).rejects.toThrow(
    "connection reset",
  );
  await store.write({ ...index, randomRecord: drawn({ n: "2" }) }, new Map(), signal);
  expect(store.get(index.instance)?.randomRecord?.values).toEqual({ n: "2" });
});

test("a large set lies in immutable Secrets beside the index, and only as long as it is named", async () => {
  const store = new IndexStore(client);
  const objects = [1, 2, 3].map((n) => configMap(namespace, `large-${n}`, { x: noise(700_000) }));
  const index = intended(emptyIndex(identity("large")), objects);
  await store.write(index, manifestsOf(objects.map((object) => ({ object }))), signal);
  const before = await secretsOf("manifests");
  expect(before.length).toBeGreaterThan(1);

  const later = new IndexStore(client);
  await later.loadAll(signal, namespace);
  expect([...(await later.manifests(index.instance, signal)).values()]).toEqual(objects);

  const changed = configMap(namespace, "large-1", { x: noise(700_000) });
  await later.write(index, manifestsOf([{ object: changed }]), signal);
  const after = await secretsOf("manifests");
  expect(after.filter((name) => before.includes(name))).not.toEqual(before);
  expect((await later.manifests(index.instance, signal)).get(`|ConfigMap|${namespace}|large-1`)).toEqual(
    changed,
  );

  await later.write({ ...index, entries: index.entries.slice(0, 0) }, new Map(), signal);
  expect(await secretsOf("manifests")).toEqual([]);
});

test("removing an index takes its finalizer and its manifests, and does nothing a second time", async () => {
  const store = new IndexStore(client);
  const objects = [configMap(namespace, "removed", { x: noise(1_400_000) })];
  const index = intended(emptyIndex(identity("removed")), objects);
  await store.write(index, manifestsOf(objects.map((object) => ({ object }))), signal);
  await store.remove(index.instance, signal);
  await store.remove(index.instance, signal);
  expect(store.get(index.instance)).toBeUndefined();
  expect(await secretsOf("manifests")).toEqual([]);
  expect(
    await client.get({ apiVersion: "v1", kind: "Secret", namespace, name: "lockstep-removed" }),
  ).toBeUndefined();
});

test("an index that cannot be read is an error of that instance alone", async () => {
  const broken = identity("broken");
  await client.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "lockstep-broken",
      namespace,
      labels: { "lockstep.dev/state": "index" },
      annotations: { "lockstep.dev/instance": `${namespace}/broken/${broken.uid}` },
    },
    data: { index: Buffer.from("no gzip").toString("base64") },
  });
  const store = new IndexStore(client);
  await store.write(emptyIndex(identity("whole")), new Map(), signal);
  await store.loadAll(signal, namespace);
  expect(() => store.get(broken)).toThrow("cannot be read");
  await expect(store.write(emptyIndex(broken), new Map(), signal)).rejects.toMatchObject({
    code: "apply.indexUnreadable",
  });
  expect(store.get({ namespace, name: "whole" })).toBeDefined();
});

test("a package is stored once, in pieces when it is large, and goes when nothing names it", async () => {
  const store = new PackageStore(client, namespace);
  const small = { digest: `sha256:${"a".repeat(64)}`, text: JSON.stringify({ name: "galera" }) };
  const large = { digest: `sha256:${"b".repeat(64)}`, text: JSON.stringify({ noise: noise(4_000_000) }) };
  requests.length = 0;
  await store.save(small.digest, () => small.text, signal);
  await store.save(small.digest, () => small.text, signal);
  expect(requests.map(({ verb }) => verb)).toEqual(["create"]);
  await new PackageStore(client, namespace).save(small.digest, () => small.text, signal);
  await store.save(large.digest, () => large.text, signal);
  expect(await secretsOf("package")).toHaveLength(4);

  const later = new PackageStore(client, namespace);
  expect(await later.load(small.digest, signal)).toBe(small.text);
  expect(await later.load(large.digest, signal)).toBe(large.text);
  expect(await later.load(`sha256:${"c".repeat(64)}`, signal)).toBeUndefined();

  await later.collect(new Set([small.digest]), signal);
  expect(await secretsOf("package")).toEqual([`lockstep-package-${"a".repeat(64)}`]);
  expect(await later.load(large.digest, signal)).toBeUndefined();
  await later.save(large.digest, () => large.text, signal);
  expect(await later.load(large.digest, signal)).toBe(large.text);
});

test("objects of the index are found by identity, not by version", () => {
  const object = configMap(namespace, "x");
  expect([...manifestsOf([{ object }]).keys()]).toEqual([`|ConfigMap|${refOf(object).namespace}|x`]);
});
