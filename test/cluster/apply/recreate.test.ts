import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recoverIntent } from "../../../src/apply/recoverIntent.ts";
import type { ClusterClient } from "../../../src/cluster/clusterClient.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { refOf } from "../../../src/object/objectRef.ts";
import { instanceKey } from "../../../src/object/ownership.ts";
import { connectTestCluster, makeNamespace } from "../testCluster.ts";
import { configMap, deployment, type Pass, TestInstance } from "./testInstance.ts";

const { client, close } = connectTestCluster();
let namespace: string;

beforeAll(async () => {
  namespace = await makeNamespace(client, "recreate");
});
afterAll(close);

const ALLOW = { "lockstep.dev/recreate": "true" };
const FORBID = { "lockstep.dev/recreate": "false" };

function object(type: string, name: string, rest: JsonObject, annotations?: JsonObject): KubeObject {
  const at = type.lastIndexOf("/");
  const metadata = { name, namespace, ...(annotations && { annotations }) } as KubeObject["metadata"];
  return { apiVersion: type.slice(0, at), kind: type.slice(at + 1), metadata, ...rest };
}

function job(name: string, image: string, annotations?: JsonObject): KubeObject {
  const spec = { restartPolicy: "Never", containers: [{ name: "main", image }] };
  return object("batch/v1/Job", name, { spec: { template: { spec } } }, annotations);
}

function roleBinding(name: string, role: string): KubeObject {
  return object("rbac.authorization.k8s.io/v1/RoleBinding", name, {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace }],
  });
}

function statefulSet(name: string, serviceName: string, annotations?: JsonObject): KubeObject {
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "main", image: "example/main:1" }] },
  };
  const spec = { replicas: 0, serviceName, selector: { matchLabels: { app: name } }, template };
  return object("apps/v1/StatefulSet", name, { spec }, annotations);
}

function service(name: string, clusterIP?: string): KubeObject {
  const spec = { selector: { app: "a" }, ports: [{ port: 80 }], ...(clusterIP && { clusterIP }) };
  return object("v1/Service", name, { spec });
}

function frozen(name: string, value: string): KubeObject {
  return { ...configMap(namespace, name, { x: value }), immutable: true };
}

/** One instance per test: their objects must not meet. */
function instanceOf(name: string): TestInstance {
  return new TestInstance(client, { namespace, name });
}

async function uidOf(instance: TestInstance, wanted: KubeObject): Promise<string | undefined> {
  return (await instance.live(wanted))?.metadata.uid;
}

/** Steps until nothing is waited for: controllers need a moment to let go. */
async function settle(instance: TestInstance, objects: readonly KubeObject[]): Promise<readonly Pass[]> {
  const passes = [await instance.step(objects)];
  while (passes.at(-1)?.kind === "waiting") {
    await delay(100);
    passes.push(await instance.step(objects));
  }
  return passes;
}

function messagesOf(pass: Pass): readonly string[] {
  return pass.kind === "failed" ? pass.failures.map(({ message }) => message) : [];
}

interface Change {
  readonly title: string;
  readonly before: () => KubeObject;
  readonly after: () => KubeObject;
  readonly field: string;
}

test.each<Change>([
  {
    title: "another selector of a Deployment",
    before: () => deployment(namespace, "selector"),
    after: () =>
      deployment(namespace, "selector", {
        selector: { matchLabels: { app: "other" } },
        template: {
          metadata: { labels: { app: "other" } },
          spec: { containers: [{ name: "main", image: "example/main:1" }] },
        },
      }),
    field: "spec.selector",
  },
  {
    title: "other data of an immutable ConfigMap",
    before: () => frozen("frozen", "1"),
    after: () => frozen("frozen", "2"),
    field: "data",
  },
  {
    title: "another roleRef of a RoleBinding",
    before: () => roleBinding("binding", "view"),
    after: () => roleBinding("binding", "edit"),
    field: "roleRef",
  },
  {
    title: "a Service that becomes headless",
    before: () => service("headless"),
    after: () => service("headless", "None"),
    field: "spec.clusterIPs[0]",
  },
])("$title recreates it", async ({ before, after, field }) => {
  const instance = instanceOf(before().metadata.name ?? "");
  await instance.step([before()]);
  const first = await uidOf(instance, before());
  const pass = await instance.step([after()]);
  const { kind, metadata } = before();
  expect(pass).toMatchObject({
    kind: "done",
    applied: [{ action: "created" }],
    notes: [{ kind: "recreated", ref: { kind, name: metadata.name }, fields: [field] }],
  });
  const live = await instance.live(after());
  const { metadata: _, ...content } = after();
  expect(live).toMatchObject(content);
  expect(live?.metadata.uid).not.toBe(first);
  expect(instance.index.entries).toMatchObject([{ uid: live?.metadata.uid, adopted: false }]);
  expect(instance.index.intent).toBeUndefined();
  expect(await instance.step([after()])).toMatchObject({ kind: "done", applied: [{ action: "unchanged" }] });
});

test("a finished Job with another template runs again, and its old pods go", async () => {
  const instance = instanceOf("job");
  await instance.step([job("work", "example/work:1")]);
  const first = await finished(instance, job("work", "example/work:1"));
  const passes = await settle(instance, [job("work", "example/work:2")]);
  expect(passes.flatMap(({ notes }) => notes)).toMatchObject([
    { kind: "recreated", fields: ["spec.template"] },
  ]);
  expect(passes.at(-1)).toMatchObject({ kind: "done", applied: [{ action: "created" }] });
  const second = await finished(instance, job("work", "example/work:2"));
  expect(second.metadata.uid).not.toBe(first.metadata.uid);
  const images = async (): Promise<readonly unknown[]> => {
    const pods = await client.list(
      { apiVersion: "v1", kind: "Pod" },
      { namespace, labelSelector: "job-name=work" },
    );
    return pods.items.map((pod) => valueAt(asList(valueAt(pod, "spec", "containers"))[0], "image"));
  };
  await expect.poll(images, { timeout: 30_000 }).toEqual(["example/work:2"]);
});

/** The Job once it is complete. */
async function finished(instance: TestInstance, wanted: KubeObject): Promise<KubeObject> {
  let live: KubeObject | undefined;
  const conditions = async (): Promise<readonly unknown[]> => {
    live = await instance.live(wanted);
    return asList(valueAt(live, "status", "conditions")).map(asObject);
  };
  await expect
    .poll(conditions, { timeout: 30_000 })
    .toContainEqual(expect.objectContaining({ type: "Complete", status: "True" }));
  return live as unknown as KubeObject;
}

test("a new version of the operator alone does not run a Job again", async () => {
  const instance = instanceOf("version");
  const ofVersion = (version: string, image: string): KubeObject => {
    const { spec, ...rest } = job("once", image);
    const metadata = { annotations: { "kudo.dev/operator-version": version } };
    return { ...rest, spec: { template: { ...asObject(asObject(spec).template), metadata } } } as KubeObject;
  };
  await instance.step([ofVersion("1.0.0", "example/work:1")]);
  const first = await uidOf(instance, ofVersion("1.0.0", ""));
  const upgraded = ofVersion("2.0.0", "example/work:1");
  expect(await instance.step([upgraded])).toMatchObject({ kind: "done", notes: [] });
  expect(await uidOf(instance, upgraded)).toBe(first);
  expect(await instance.step([upgraded])).toMatchObject({ applied: [{ action: "unchanged" }] });
  const changed = await settle(instance, [ofVersion("2.0.0", "example/work:2")]);
  expect(changed.flatMap(({ notes }) => notes)).toMatchObject([{ kind: "recreated" }]);
  const live = await instance.live(upgraded);
  expect(live?.metadata.uid).not.toBe(first);
  expect(valueAt(live, "spec", "template", "metadata", "annotations")).toMatchObject({
    "kudo.dev/operator-version": "2.0.0",
  });
});

test("a StatefulSet is left alone until its template allows it", async () => {
  const instance = instanceOf("stateful");
  await instance.step([statefulSet("db", "a")]);
  const first = await uidOf(instance, statefulSet("db", "a"));
  const refused = await instance.step([statefulSet("db", "b")]);
  expect(refused).toMatchObject({
    kind: "failed",
    failures: [{ code: "apply.immutable", retryable: false, ref: { name: "db" } }],
  });
  expect(messagesOf(refused)[0]).toMatch(
    /^StatefulSet\/\S+\/db: spec cannot be changed \(updates to statefulset spec .*\); .*lockstep\.dev\/recreate: "true"/,
  );
  expect(await uidOf(instance, statefulSet("db", "a"))).toBe(first);
  const passes = await settle(instance, [statefulSet("db", "b", ALLOW)]);
  expect(passes.at(-1)).toMatchObject({ kind: "done", applied: [{ action: "created" }] });
  const live = await instance.live(statefulSet("db", "b"));
  expect(live).toMatchObject({ spec: { serviceName: "b" } });
  expect(live?.metadata.uid).not.toBe(first);
});

test("a template can forbid it for any object", async () => {
  const instance = instanceOf("forbidden");
  await instance.step([job("kept", "example/work:1")]);
  const first = await uidOf(instance, job("kept", "example/work:1"));
  const pass = await instance.step([job("kept", "example/work:2", FORBID)]);
  expect(messagesOf(pass)).toEqual([expect.stringContaining('lockstep.dev/recreate: "false" forbids')]);
  expect(await uidOf(instance, job("kept", "example/work:1"))).toBe(first);
});

test("an adopted object is left alone until its template allows it, and is wholly ours then", async () => {
  await client.apply(frozen("adopted", "1"), { fieldManager: "kubectl" });
  const instance = instanceOf("adopted");
  const mine = (value: string, annotations?: JsonObject): KubeObject => {
    const { metadata, ...rest } = frozen("adopted", value);
    return { ...rest, metadata: { ...metadata, ...(annotations && { annotations }) } } as KubeObject;
  };
  expect(await instance.step([mine("1"), configMap(namespace, "beside")])).toMatchObject({ kind: "done" });
  expect(instance.index.entries[0]).toMatchObject({ adopted: true });
  const refused = await instance.step([mine("2")]);
  expect(messagesOf(refused)).toEqual([expect.stringContaining("it was there before this instance")]);
  expect(await instance.live(mine("1"))).toMatchObject({ data: { x: "1" } });
  expect(await instance.step([mine("2", ALLOW)])).toMatchObject({
    kind: "done",
    applied: [{ action: "created", adopted: false }],
  });
  expect(instance.index.entries[0]).toMatchObject({ adopted: false });
});

test("an object of nobody is not recreated while it is being adopted", async () => {
  await client.apply(frozen("stranger", "1"), { fieldManager: "kubectl" });
  const instance = instanceOf("taker");
  const { metadata, ...rest } = frozen("stranger", "2");
  const wanted = { ...rest, metadata: { ...metadata, annotations: ALLOW } } as unknown as KubeObject;
  const pass = await instance.step([wanted, configMap(namespace, "beside-stranger")]);
  expect(pass).toMatchObject({ kind: "failed", failures: [{ code: "cluster.invalid" }] });
  expect(await instance.live(wanted)).toMatchObject({ data: { x: "1" } });
});

test("a typo beside a field that cannot be changed deletes nothing", async () => {
  const instance = instanceOf("typo");
  const good = job("typo", "example/work:1");
  await instance.step([good]);
  const first = await uidOf(instance, good);
  const template = { spec: { restartPolicy: "Nevre", containers: [{ name: "main", image: "other" }] } };
  const pass = await instance.step([{ ...good, spec: { template } } as KubeObject]);
  expect(pass).toMatchObject({ kind: "failed", failures: [{ code: "cluster.invalid", retryable: false }] });
  expect(await uidOf(instance, good)).toBe(first);
});

test("an object that would not be accepted as a new one is left alone", async () => {
  const instance = instanceOf("proof");
  await instance.step([service("proof")]);
  const first = await uidOf(instance, service("proof"));
  const pass = await instance.step([service("proof", "11.0.0.1")]);
  expect(pass).toMatchObject({ kind: "failed", failures: [{ code: "apply.immutable", retryable: false }] });
  expect(messagesOf(pass)[0]).toContain("is not in the valid range");
  expect(await uidOf(instance, service("proof"))).toBe(first);
});

test("a Service whose new address another one has is left alone", async () => {
  const instance = instanceOf("address");
  await instance.step([service("wants"), service("has")]);
  const address = valueAt(await instance.live(service("has")), "spec", "clusterIP") as string;
  const first = await uidOf(instance, service("wants"));
  const pass = await instance.step([service("wants", address), service("has")]);
  expect(messagesOf(pass)).toEqual([expect.stringContaining(`Service/${namespace}/has has its clusterIP`)]);
  expect(await uidOf(instance, service("wants"))).toBe(first);
});

test("one object that may not be recreated keeps the others of its step", async () => {
  const instance = instanceOf("together");
  const before = [frozen("together", "1"), statefulSet("together", "a")];
  await instance.step(before);
  const first = await uidOf(instance, before[0] as KubeObject);
  const pass = await instance.step([frozen("together", "2"), statefulSet("together", "b")]);
  expect(pass).toMatchObject({ kind: "failed", failures: [{ ref: { kind: "StatefulSet" } }] });
  expect(await uidOf(instance, before[0] as KubeObject)).toBe(first);
});

test("what a finalizer holds is waited for, deleted once, and created then", async () => {
  const instance = instanceOf("held");
  const held = (value: string): KubeObject => {
    const { metadata, ...rest } = frozen("held", value);
    return { ...rest, metadata: { ...metadata, finalizers: ["example.com/hold"] } } as KubeObject;
  };
  await instance.step([held("1")]);
  const waiting = await instance.step([held("2")]);
  expect(waiting).toMatchObject({
    kind: "waiting",
    reason: expect.stringContaining("held by finalizer example.com/hold"),
    notes: [{ kind: "recreated" }],
  });
  expect(await instance.step([held("2")])).toMatchObject({ kind: "waiting", notes: [] });
  await client.patch(refOf(held("1")), "merge", { metadata: { finalizers: null } });
  expect(await instance.step([held("2")])).toMatchObject({
    kind: "done",
    applied: [{ action: "created" }],
    notes: [],
  });
  expect(await instance.live(held("2"))).toMatchObject({ data: { x: "2" } });
});

test("a process that dies between delete and create leaves nothing undone", async () => {
  const instance = instanceOf("crash");
  await instance.step([frozen("crash", "1")]);
  const dying = new TestInstance(mortal(client), instance.identity);
  dying.index = instance.index;
  expect(await dying.step([frozen("crash", "2")])).toMatchObject({
    kind: "failed",
    notes: [{ kind: "recreated" }],
  });
  expect(await instance.live(frozen("crash", "1"))).toBeUndefined();
  // What the index Secret holds at that moment: the intent, with nothing settled.
  expect(dying.index.intent?.objects).toMatchObject([{ ref: { name: "crash" } }]);
  instance.index = await recoverIntent(dying.index, (ref) => client.get(ref));
  instance.seen.clear();
  expect(await instance.step([frozen("crash", "2")])).toMatchObject({
    kind: "done",
    applied: [{ action: "created" }],
  });
  expect(await instance.live(frozen("crash", "2"))).toMatchObject({ data: { x: "2" } });
  expect(instance.index.intent).toBeUndefined();
});

/** A client whose process dies at its first write after a delete. */
function mortal(alive: ClusterClient): ClusterClient {
  let hasDeleted = false;
  return new Proxy(alive, {
    get(target, verb) {
      const value: unknown = Reflect.get(target, verb);
      if (typeof value !== "function") return value;
      if (verb === "delete") hasDeleted = true;
      if (verb === "apply" && hasDeleted) return () => Promise.reject(new Error("the process died"));
      return value.bind(target);
    },
  });
}

test("an object that others own too is never deleted for one of them", async () => {
  const name = `shared-${namespace}`;
  const binding = (role: string): KubeObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name, annotations: ALLOW },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace }],
  });
  const [one, two] = [instanceOf("one"), instanceOf("two")];
  await one.step([binding("view")]);
  await two.step([binding("view")]);
  const first = await uidOf(one, binding("view"));
  const pass = await one.step([binding("edit")]);
  expect(pass).toMatchObject({ kind: "failed", failures: [{ retryable: false }] });
  const live = await one.live(binding("view"));
  expect(live?.metadata.uid).toBe(first);
  const owners = Object.entries(live?.metadata.annotations ?? {})
    .filter(([key]) => key.startsWith("lockstep.dev/instance."))
    .map(([, value]) => value.slice(0, value.lastIndexOf("/")));
  expect(owners.sort()).toEqual([instanceKey(one.identity), instanceKey(two.identity)].sort());
  await client.delete(refOf(binding("view")));
});
