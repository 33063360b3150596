import { expect, test } from "vitest";
import { mapConcurrently } from "../../src/base/concurrency.ts";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asList, asObject, type JsonValue, valueAt } from "../../src/object/json.ts";
import { type ObjectRef, refOf } from "../../src/object/objectRef.ts";
import { CONTAINERS, configMap, contractWorld, deployment, managedEntry } from "./contractWorld.ts";

/** Create, read, list, update and patch. */
export function objectContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const ref = (name: string, kind = "ConfigMap", apiVersion = "v1"): ObjectRef => ({
    apiVersion,
    kind,
    namespace: world.namespace,
    name,
  });

  test("a created object has uid, resourceVersion and creationTimestamp, and its maker in managedFields", async () => {
    const made = await world.client.create(configMap(world.namespace, "made", { a: "1" }), {
      fieldManager: "maker",
    });
    expect(made).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      data: { a: "1" },
      metadata: {
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: expect.stringMatching(/^[1-9]\d*$/),
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    });
    expect(managedEntry(made, "maker", "Update")).toMatchObject({
      apiVersion: "v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { ".": {}, "f:a": {} } },
      time: expect.any(String),
    });
    expect(await world.client.get(refOf(made))).toEqual(made);
  });

  test("creating it twice is a conflict", async () => {
    await world.client.create(configMap(world.namespace, "twice"));
    await expect(world.client.create(configMap(world.namespace, "twice"))).rejects.toMatchObject({
      reason: "conflict",
      statusCode: 409,
      message: expect.stringContaining('configmaps "twice" already exists'),
    });
  });

  test("what is not there is read as nothing", async () => {
    expect(await world.client.get(ref("none"))).toBeUndefined();
    expect(await world.client.get({ ...ref("none"), namespace: "no-such-namespace" })).toBeUndefined();
  });

  test("creating in a namespace that is not there is notFound", async () => {
    await expect(world.client.create(configMap("no-such-namespace", "x"))).rejects.toMatchObject({
      reason: "notFound",
      message: expect.stringContaining('namespaces "no-such-namespace" not found'),
    });
  });

  test.each([
    ["a name that is none", configMap("", "Upper_Case"), /metadata.name: Invalid value/],
    ["a key that is none", configMap("", "bad-key", { "a/b": "1" }), /data\[a\/b\]: Invalid value/],
    [
      "a missing required field",
      { ...deployment("", "no-selector", 1), spec: {} },
      /spec.selector: Required value/,
    ],
  ] as const)("%s is invalid, with the field among the causes", async (_name, object, message) => {
    const mine = { ...object, metadata: { ...object.metadata, namespace: world.namespace } };
    const error = await world.client.create(mine).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      reason: "invalid",
      statusCode: 422,
      message: expect.stringMatching(message),
    });
    expect((error as { causes: unknown[] }).causes.length).toBeGreaterThan(0);
  });

  test.each([
    ["equality", "tier=front", ["l1", "l2"]],
    ["inequality", "group=lists,tier!=front", ["l3"]],
    ["a set", "tier in (back,other),group=lists", ["l3"]],
    ["not in a set", "tier notin (back),group=lists", ["l1", "l2"]],
    ["existence", "group=lists,extra", ["l2"]],
    ["absence", "group=lists,!extra", ["l1", "l3"]],
  ] as const)("a list selects by %s of labels", async (_name, labelSelector, names) => {
    const labels = { l1: { tier: "front" }, l2: { tier: "front", extra: "x" }, l3: { tier: "back" } };
    for (const [name, own] of Object.entries(labels)) {
      await world.client.apply(configMap(world.namespace, name, {}, { labels: { ...own, group: "lists" } }), {
        fieldManager: "test",
      });
    }
    const { items, resourceVersion } = await world.client.list(ref(""), {
      namespace: world.namespace,
      labelSelector,
    });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
    expect(items[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
    expect(resourceVersion).toMatch(/^[1-9]\d*$/);
  });

  test("a list selects by the fields every kind has, in all namespaces", async () => {
    await world.client.create(configMap(world.namespace, "by-field"));
    const fieldSelector = `metadata.name=by-field,metadata.namespace=${world.namespace}`;
    const { items } = await world.client.list(ref(""), { fieldSelector });
    expect(items.map(({ metadata }) => metadata.namespace)).toEqual([world.namespace]);
  });

  test("a long list comes in pages and whole", async () => {
    const count = 520;
    await mapConcurrently(Array.from({ length: count }), 8, (_, index) =>
      world.client.create(configMap(world.namespace, `page-${index}`, {}, { labels: { paged: "yes" } })),
    );
    const pages: number[] = [];
    const options = { namespace: world.namespace, labelSelector: "paged=yes" };
    await world.client.list(ref(""), { ...options, onPage: (page) => pages.push(page.length) });
    expect(pages.reduce((sum, size) => sum + size, 0)).toBe(count);
    expect(pages.length).toBeGreaterThan(1);
    const names = (await world.client.list(ref(""), options)).items.map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(count);
  });

  test("an update with a stale resourceVersion is a conflict, and changes nothing", async () => {
    const first = await world.client.create(configMap(world.namespace, "stale", { a: "1" }));
    const second = await world.client.update({ ...first, data: { a: "2" } });
    expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    await expect(world.client.update({ ...first, data: { a: "3" } })).rejects.toMatchObject({
      reason: "conflict",
      message: expect.stringContaining("the object has been modified"),
    });
    expect(await world.client.get(refOf(first))).toMatchObject({ data: { a: "2" } });
  });

  test("an update that changes nothing keeps the resourceVersion", async () => {
    const first = await world.client.create(configMap(world.namespace, "same", { a: "1" }));
    const second = await world.client.update(first);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test("an update of what is not there is notFound", async () => {
    await expect(world.client.update(configMap(world.namespace, "none"))).rejects.toMatchObject({
      reason: "notFound",
    });
  });

  test("a merge patch sets, and removes with null", async () => {
    const made = await world.client.create(configMap(world.namespace, "merge", { a: "1", b: "2" }));
    const patched = await world.client.patch(refOf(made), "merge", { data: { a: null, c: "3" } });
    expect(patched.data).toEqual({ b: "2", c: "3" });
  });

  test("a merge patch with a stale resourceVersion is a conflict", async () => {
    const made = await world.client.create(configMap(world.namespace, "merge-stale", { a: "1" }));
    const patch: JsonValue = {
      metadata: { resourceVersion: made.metadata.resourceVersion },
      data: { a: "2" },
    };
    await world.client.patch(refOf(made), "merge", patch);
    await expect(
      world.client.patch(refOf(made), "merge", { ...patch, data: { a: "3" } }),
    ).rejects.toMatchObject({ reason: "conflict" });
  });

  test("a strategic patch merges lists by their key", async () => {
    const made = await world.client.create(deployment(world.namespace, "strategic", 0));
    const containers = [{ name: "side", image: "registry.example/side:1" }];
    const patched = await world.client.patch(refOf(made), "strategic", {
      spec: { template: { spec: { containers } } },
    });
    const names = asList(valueAt(patched, "spec", "template", "spec", "containers")).map(
      (c) => asObject(c).name,
    );
    expect(names.sort()).toEqual(["main", "side"]);
  });

  test("a strategic patch can delete from a list by key", async () => {
    const containers = [...CONTAINERS, { name: "side", image: "registry.example/side:1" }];
    const labels = { app: "strategic-delete" };
    const template = { metadata: { labels }, spec: { containers } };
    const made = await world.client.create(deployment(world.namespace, "strategic-delete", 0, { template }));
    const patched = await world.client.patch(refOf(made), "strategic", {
      spec: { template: { spec: { containers: [{ name: "side", $patch: "delete" }] } } },
    });
    expect(asList(valueAt(patched, "spec", "template", "spec", "containers"))).toHaveLength(1);
  });

  test("a JSON patch works in order; a test that fails is invalid", async () => {
    const made = await world.client.create(configMap(world.namespace, "json", { a: "1" }));
    const patched = await world.client.patch(refOf(made), "json", [
      { op: "add", path: "/data/b", value: "2" },
      { op: "move", from: "/data/a", path: "/data/c" },
    ]);
    expect(patched.data).toEqual({ b: "2", c: "1" });
    await expect(
      world.client.patch(refOf(made), "json", [{ op: "test", path: "/data/b", value: "9" }]),
    ).rejects.toMatchObject({ reason: "invalid" });
  });

  test("a JSON patch that replaces the resourceVersion with a stale one is a conflict", async () => {
    const made = await world.client.create(configMap(world.namespace, "json-stale", { a: "1" }));
    await world.client.patch(refOf(made), "merge", { data: { a: "2" } });
    const guard = {
      op: "replace",
      path: "/metadata/resourceVersion",
      value: made.metadata.resourceVersion ?? "",
    };
    await expect(
      world.client.patch(refOf(made), "json", [guard, { op: "remove", path: "/data/a" }]),
    ).rejects.toMatchObject({ reason: "conflict" });
  });

  test("a patch of what is not there is notFound, a JSON patch that is none is a bad request", async () => {
    await expect(world.client.patch(ref("none"), "merge", {})).rejects.toMatchObject({ reason: "notFound" });
    await world.client.create(configMap(world.namespace, "bad-patch"));
    await expect(world.client.patch(ref("bad-patch"), "json", { not: "a list" })).rejects.toMatchObject({
      reason: "badRequest",
    });
  });

  test("a dry run answers what would be, and stores nothing", async () => {
    const made = await world.client.create(configMap(world.namespace, "dry", { a: "1" }));
    const dry = await world.client.patch(refOf(made), "merge", { data: { a: "2" } }, { dryRun: true });
    expect(dry.data).toEqual({ a: "2" });
    expect(await world.client.get(refOf(made))).toEqual(made);
  });

  test("fields get their defaults", async () => {
    const made = await world.client.create(deployment(world.namespace, "defaults", 0));
    expect(made.spec).toMatchObject({
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        spec: { restartPolicy: "Always", dnsPolicy: "ClusterFirst", terminationGracePeriodSeconds: 30 },
      },
    });
    expect(made.metadata.generation).toBe(1);
  });

  test("a Service gets an address, and its ports a protocol and a target", async () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: world.namespace, name: "service" },
      spec: { selector: { app: "x" }, ports: [{ port: 80 }] },
    };
    const made = await world.client.create(service);
    expect(made.spec).toMatchObject({
      type: "ClusterIP",
      clusterIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
    });
  });

  test("stringData of a Secret becomes data", async () => {
    const made = await world.client.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: world.namespace, name: "secret" },
      stringData: { password: "pw" },
    });
    expect(made).toMatchObject({ type: "Opaque", data: { password: Buffer.from("pw").toString("base64") } });
    expect(made.stringData).toBeUndefined();
  });

  test("the generation counts changes of the spec alone", async () => {
    const { generation } = (await world.client.create(deployment(world.namespace, "generation", 0))).metadata;
    const target = ref("generation", "Deployment", "apps/v1");
    const labelled = await world.client.patch(target, "merge", { metadata: { labels: { a: "b" } } });
    expect(labelled.metadata.generation).toBe(generation);
    const changed = await world.client.patch(target, "merge", { spec: { paused: true } });
    expect(changed.metadata.generation).toBe((generation ?? 0) + 1);
  });

  test.each([
    ["a Service's address", "v1", "Service", { ports: [{ port: 80 }] }, { clusterIP: "10.0.200.200" }],
    [
      "a StatefulSet's serviceName",
      "apps/v1",
      "StatefulSet",
      {
        serviceName: "one",
        replicas: 0,
        selector: { matchLabels: { a: "b" } },
        template: { metadata: { labels: { a: "b" } }, spec: { containers: CONTAINERS } },
      },
      { serviceName: "two" },
    ],
    [
      "a Deployment's selector",
      "apps/v1",
      "Deployment",
      {
        replicas: 0,
        selector: { matchLabels: { a: "b" } },
        template: { metadata: { labels: { a: "b", c: "d" } }, spec: { containers: CONTAINERS } },
      },
      { selector: { matchLabels: { c: "d" } } },
    ],
    [
      "a Job's template",
      "batch/v1",
      "Job",
      { suspend: true, template: { spec: { restartPolicy: "Never", containers: CONTAINERS } } },
      { template: { spec: { restartPolicy: "OnFailure" } } },
    ],
  ] as const)("%s cannot change", async (_name, apiVersion, kind, spec, change) => {
    const name = `fixed-${kind.toLowerCase()}`;
    await world.client.create({ apiVersion, kind, metadata: { namespace: world.namespace, name }, spec });
    await expect(
      world.client.patch(ref(name, kind, apiVersion), "merge", { spec: change }),
    ).rejects.toMatchObject({
      reason: "invalid",
      statusCode: 422,
    });
  });

  test("an immutable ConfigMap stays as it is", async () => {
    const made = await world.client.create({
      ...configMap(world.namespace, "immutable", { a: "1" }),
      immutable: true,
    });
    await expect(world.client.patch(refOf(made), "merge", { data: { a: "2" } })).rejects.toMatchObject({
      reason: "invalid",
      message: expect.stringContaining("immutable"),
    });
  });
}
