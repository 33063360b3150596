import { expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../src/object/json.ts";
import type { ObjectRef } from "../../src/object/objectRef.ts";
import { CONTAINERS, configMap, contractWorld, deployment, managedEntry } from "./contractWorld.ts";

const mine = { fieldManager: "lockstep/test" };
const other = { fieldManager: "other" };

/** Server-side apply. */
export function applyContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const ref = (name: string, kind = "ConfigMap", apiVersion = "v1"): ObjectRef => ({
    apiVersion,
    kind,
    namespace: world.namespace,
    name,
  });

  test("creates, and records what the manager owns", async () => {
    const made = await world.client.apply(configMap(world.namespace, "new", { a: "1" }), mine);
    expect(made).toMatchObject({ data: { a: "1" }, metadata: { uid: expect.any(String) } });
    expect(managedEntry(made, "lockstep/test", "Apply")).toMatchObject({
      apiVersion: "v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { "f:a": {} } },
    });
  });

  test("the same again changes nothing, not even the resourceVersion", async () => {
    const object = configMap(world.namespace, "again", { a: "1" }, { labels: { x: "y" } });
    const first = await world.client.apply(object, mine);
    const second = await world.client.apply(object, mine);
    expect(second).toEqual(first);
  });

  test("what it leaves out goes", async () => {
    const labels = { x: "y" };
    await world.client.apply(configMap(world.namespace, "less", { a: "1", b: "2" }, { labels }), mine);
    const less = await world.client.apply(configMap(world.namespace, "less", { b: "2" }), mine);
    expect([less.data, less.metadata.labels]).toEqual([{ b: "2" }, undefined]);
  });

  test("what another manager set stays", async () => {
    await world.client.apply(configMap(world.namespace, "shared", { a: "1" }), mine);
    await world.client.apply(configMap(world.namespace, "shared", { b: "2" }), other);
    const again = await world.client.apply(configMap(world.namespace, "shared", { a: "3" }), mine);
    expect(again.data).toEqual({ a: "3", b: "2" });
  });

  test("equal values have two owners, and stay until both let go", async () => {
    await world.client.apply(configMap(world.namespace, "both", { a: "1", keep: "x" }), mine);
    await world.client.apply(configMap(world.namespace, "both", { a: "1" }), other);
    const one = await world.client.apply(configMap(world.namespace, "both", { keep: "x" }), mine);
    expect(one.data).toEqual({ a: "1", keep: "x" });
    const none = await world.client.apply(configMap(world.namespace, "both"), other);
    expect(none.data).toEqual({ keep: "x" });
  });

  test("another value is a conflict that names manager and field, and changes nothing", async () => {
    await world.client.apply(configMap(world.namespace, "conflict", { a: "1", b: "1" }), other);
    const error = await world.client
      .apply(configMap(world.namespace, "conflict", { a: "2", b: "2" }), mine)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      reason: "fieldConflict",
      statusCode: 409,
      causes: [
        { reason: "FieldManagerConflict", field: ".data.a", message: 'conflict with "other"' },
        { reason: "FieldManagerConflict", field: ".data.b", message: 'conflict with "other"' },
      ],
    });
    expect(await world.client.get(ref("conflict"))).toMatchObject({ data: { a: "1", b: "1" } });
  });

  test("a conflict with an update says for which version", async () => {
    await world.client.create(configMap(world.namespace, "conflict-update", { a: "1" }), {
      fieldManager: "editor",
    });
    await expect(
      world.client.apply(configMap(world.namespace, "conflict-update", { a: "2" }), mine),
    ).rejects.toMatchObject({
      reason: "fieldConflict",
      causes: [
        { field: ".data.a", message: expect.stringMatching(/^conflict with "editor" using v1( at .*)?$/) },
      ],
    });
  });

  test("force takes the field away from the other", async () => {
    await world.client.apply(configMap(world.namespace, "force", { a: "1" }), other);
    const forced = await world.client.apply(configMap(world.namespace, "force", { a: "2" }), {
      ...mine,
      force: true,
    });
    expect(forced.data).toEqual({ a: "2" });
    expect(managedEntry(forced, "other", "Apply")).toBeUndefined();
  });

  test("an update takes a field out of the applier's entry", async () => {
    await world.client.apply(configMap(world.namespace, "taken", { a: "1", b: "1" }), mine);
    const patched = await world.client.patch(
      ref("taken"),
      "merge",
      { data: { a: "2" } },
      { fieldManager: "editor" },
    );
    expect(managedEntry(patched, "lockstep/test", "Apply")?.fieldsV1).toEqual({ "f:data": { "f:b": {} } });
    expect(managedEntry(patched, "editor", "Update")?.fieldsV1).toEqual({ "f:data": { "f:a": {} } });
  });

  test("a field that others removed comes back without conflict", async () => {
    await world.client.apply(configMap(world.namespace, "removed", { a: "1", b: "1" }), mine);
    await world.client.patch(ref("removed"), "merge", { data: { a: null } }, { fieldManager: "editor" });
    const again = await world.client.apply(configMap(world.namespace, "removed", { a: "1", b: "1" }), mine);
    expect(again.data).toEqual({ a: "1", b: "1" });
  });

  test("a dry run answers what would be stored, and stores nothing", async () => {
    const dryNew = await world.client.apply(configMap(world.namespace, "dry-new"), { ...mine, dryRun: true });
    expect(dryNew.metadata.name).toBe("dry-new");
    expect(await world.client.get(ref("dry-new"))).toBeUndefined();
    const first = await world.client.apply(configMap(world.namespace, "dry", { a: "1" }), mine);
    const dry = await world.client.apply(configMap(world.namespace, "dry", { a: "2" }), {
      ...mine,
      dryRun: true,
    });
    expect(dry.data).toEqual({ a: "2" });
    expect(dry.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(await world.client.get(ref("dry"))).toEqual(first);
  });

  test.each([
    ["a value of the wrong type", { replicas: "three" }, /\.spec\.replicas/],
    ["an unknown field", { replicsa: 3 }, /\.spec\.replicsa: field not declared in schema/],
    [
      "a duplicate key in a list",
      { template: { spec: { containers: [...CONTAINERS, ...CONTAINERS] } } },
      /duplicate entries for key \[name="main"\]/,
    ],
  ] as const)("%s is a typedPatch error", async (_name, spec, message) => {
    const object = { ...deployment(world.namespace, "typed", 0), spec };
    await expect(world.client.apply(object, mine)).rejects.toMatchObject({
      reason: "typedPatch",
      statusCode: 500,
      retryable: false,
      message: expect.stringMatching(message),
    });
  });

  test("an object that fails validation is invalid", async () => {
    const object = { ...deployment(world.namespace, "invalid", 0), spec: { replicas: -1 } };
    await expect(world.client.apply(object, mine)).rejects.toMatchObject({
      reason: "invalid",
      statusCode: 422,
    });
  });

  test("a field manager of 128 bytes is taken, one more is invalid", async () => {
    const object = configMap(world.namespace, "manager");
    await world.client.apply(object, { fieldManager: "m".repeat(128) });
    await expect(world.client.apply(object, { fieldManager: "m".repeat(129) })).rejects.toMatchObject({
      reason: "invalid",
    });
  });

  test("managedFields in what is applied are a bad request", async () => {
    const managedFields = [
      { manager: "x", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} },
    ];
    const object = configMap(world.namespace, "managed", {}, { managedFields });
    await expect(world.client.apply(object, mine)).rejects.toMatchObject({ reason: "badRequest" });
  });

  test("a stale resourceVersion is a conflict, another uid is invalid", async () => {
    const first = await world.client.apply(configMap(world.namespace, "guarded", { a: "1" }), mine);
    await world.client.apply(configMap(world.namespace, "guarded", { a: "2" }), mine);
    const guarded = (guard: JsonObject) => configMap(world.namespace, "guarded", { a: "3" }, guard);
    const { resourceVersion } = first.metadata;
    await expect(world.client.apply(guarded({ resourceVersion }), mine)).rejects.toMatchObject({
      reason: "conflict",
    });
    const uid = "11111111-2222-3333-4444-555555555555";
    await expect(world.client.apply(guarded({ uid }), mine)).rejects.toMatchObject({ reason: "invalid" });
  });

  test("lists with keys are merged item by item", async () => {
    const withEnv = (...env: readonly { name: string; value: string }[]) =>
      deployment(world.namespace, "keyed", 0, {
        template: {
          metadata: { labels: { app: "keyed" } },
          spec: { containers: [{ ...CONTAINERS[0], env }] },
        },
      });
    await world.client.apply(withEnv({ name: "A", value: "1" }, { name: "B", value: "2" }), mine);
    const env = [{ name: "C", value: "3" }];
    await world.client.apply(
      {
        ...deployment(world.namespace, "keyed", 0),
        spec: { template: { spec: { containers: [{ name: "main", env }] } } },
      },
      other,
    );
    const again = await world.client.apply(withEnv({ name: "B", value: "9" }), mine);
    const containers = asList(valueAt(again, "spec", "template", "spec", "containers"));
    expect(asList(asObject(containers[0]).env)).toEqual(
      expect.arrayContaining([
        { name: "B", value: "9" },
        { name: "C", value: "3" },
      ]),
    );
    expect(asList(asObject(containers[0]).env)).toHaveLength(2);
  });

  test("ports are keyed by number and protocol; a missing protocol is TCP", async () => {
    const service = (ports: readonly object[]) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: world.namespace, name: "ports" },
      spec: { selector: { a: "b" }, ports: ports as never },
    });
    await world.client.apply(
      service([
        { name: "a", port: 80 },
        { name: "b", port: 81, protocol: "UDP" },
      ]),
      mine,
    );
    const again = await world.client.apply(service([{ name: "a", port: 80, targetPort: 8080 }]), mine);
    expect(valueAt(again, "spec", "ports")).toEqual([
      { name: "a", port: 80, protocol: "TCP", targetPort: 8080 },
    ]);
  });

  test("lists that are sets are united, atomic lists replaced", async () => {
    const withFinalizer = (finalizer: string) =>
      configMap(world.namespace, "sets", {}, { finalizers: [finalizer] });
    await world.client.apply(withFinalizer("example.com/a"), mine);
    const both = await world.client.apply(withFinalizer("example.com/b"), other);
    expect(both.metadata.finalizers?.toSorted()).toEqual(["example.com/a", "example.com/b"]);
    await world.client.patch(ref("sets"), "merge", { metadata: { finalizers: null } });

    const withArgs = (...args: readonly string[]) =>
      deployment(world.namespace, "atomic", 0, {
        template: {
          metadata: { labels: { app: "atomic" } },
          spec: { containers: [{ ...CONTAINERS[0], args }] },
        },
      });
    await world.client.apply(withArgs("a", "b"), mine);
    const again = await world.client.apply(withArgs("c"), mine);
    const containers = asList(valueAt(again, "spec", "template", "spec", "containers"));
    expect(asObject(containers[0]).args).toEqual(["c"]);
  });

  test("quantities and numbers written another way are no change", async () => {
    const limits = (cpu: string, memory: string) =>
      deployment(world.namespace, "quantities", 0, {
        template: {
          metadata: { labels: { app: "quantities" } },
          spec: { containers: [{ ...CONTAINERS[0], resources: { limits: { cpu, memory } } }] },
        },
      });
    const first = await world.client.apply(limits("1000m", "1024Mi"), mine);
    const second = await world.client.apply(limits("1", "1Gi"), mine);
    expect(second.metadata.generation).toBe(first.metadata.generation);
  });

  test("a scaled workload names kubectl and the subresource, without a time", async () => {
    await world.client.apply(deployment(world.namespace, "scaled", 1), mine);
    const target = ref("scaled", "Deployment", "apps/v1");
    const scale = await world.client.patch(
      target,
      "merge",
      { spec: { replicas: 2 } },
      {
        fieldManager: "kubectl",
        subresource: "scale",
      },
    );
    expect(scale).toMatchObject({ apiVersion: "autoscaling/v1", kind: "Scale", spec: { replicas: 2 } });
    const live = await world.client.get(target);
    expect(live).toMatchObject({ spec: { replicas: 2 } });
    const entry = managedEntry(live, "kubectl", "Update", "scale");
    expect(entry).toMatchObject({ apiVersion: "apps/v1", fieldsV1: { "f:spec": { "f:replicas": {} } } });
    expect(entry?.time).toBeUndefined();
    expect(
      valueAt(managedEntry(live, "lockstep/test", "Apply"), "fieldsV1", "f:spec", "f:replicas"),
    ).toBeUndefined();
    await expect(world.client.apply(deployment(world.namespace, "scaled", 1), mine)).rejects.toMatchObject({
      reason: "fieldConflict",
      causes: [
        {
          field: ".spec.replicas",
          message: expect.stringMatching(/^conflict with "kubectl" with subresource "scale" using apps\/v1/),
        },
      ],
    });
  });

  test("take-over: a client-side entry turned into ours lets the next apply remove what it leaves out", async () => {
    const lastApplied = { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } };
    const made = await world.client.create(
      configMap(world.namespace, "takeover", { a: "1", b: "2" }, lastApplied),
      {
        fieldManager: "kubectl-client-side-apply",
      },
    );
    const entry = managedEntry(made, "kubectl-client-side-apply", "Update");
    const managedFields = [{ ...entry, manager: mine.fieldManager, operation: "Apply" }];
    await world.client.patch(ref("takeover"), "json", [
      { op: "replace", path: "/metadata/resourceVersion", value: made.metadata.resourceVersion ?? "" },
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      { op: "remove", path: "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration" },
    ]);
    const applied = await world.client.apply(configMap(world.namespace, "takeover", { b: "3" }), mine);
    expect(applied.data).toEqual({ b: "3" });
    expect(managedEntry(applied, "kubectl-client-side-apply", "Update")).toBeUndefined();
  });
}
