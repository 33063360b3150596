import { expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { contractWorld, managedEntry, uniqueName, until, untilGone } from "./contractWorld.ts";

/** Kinds that a CustomResourceDefinition makes. */
export function customResourceContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const group = `${uniqueName("g")}.example.com`;
  const apiVersion = `${group}/v1`;
  const crdType = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const crdRef = { ...crdType, name: `widgets.${group}` };

  const widget = (name: string, spec: JsonObject): KubeObject => ({
    apiVersion,
    kind: "Widget",
    metadata: { namespace: world.namespace, name },
    spec,
  });
  const ref = (name: string) => ({ apiVersion, kind: "Widget", namespace: world.namespace, name });

  const condition = (object: KubeObject | undefined, type: string): unknown =>
    asList(valueAt(object, "status", "conditions"))
      .map(asObject)
      .find((item) => item.type === type)?.status;

  test("a definition is established, and its kind is served", async () => {
    expect(await world.client.resource(apiVersion, "Widget")).toBeUndefined();
    await world.client.apply(
      { ...crdType, metadata: { name: crdRef.name }, spec: definition(group) },
      { fieldManager: "m" },
    );
    const crd = await until(
      "the definition is established",
      () => world.client.get(crdRef),
      (object) => condition(object, "Established") === "True",
    );
    expect(condition(crd, "NamesAccepted")).toBe("True");
    const type = await until(
      "the kind is served",
      () => world.client.resource(apiVersion, "Widget"),
      (found) => found !== undefined,
    );
    expect(type).toMatchObject({ plural: "widgets", namespaced: true });
  });

  test("objects get the schema's defaults; what it does not know is dropped", async () => {
    const made = await until(
      "the kind can be written",
      () => world.client.create(widget("defaults", { colour: "red", unknown: 1 })).catch(() => undefined),
      (object) => object !== undefined,
    );
    expect(made?.spec).toEqual({ colour: "red", size: 3 });
    expect(made?.metadata.generation).toBe(1);
  });

  test.each([
    ["a wrong type", { size: "big" }, /spec\.size/],
    ["a value out of bounds", { size: 99 }, /spec\.size.*less than or equal to 10/],
    ["a value that is not in the list", { colour: "pink" }, /spec\.colour: Unsupported value/],
  ] as const)("%s is invalid", async (_name, spec, message) => {
    await expect(world.client.create(widget("invalid", spec))).rejects.toMatchObject({
      reason: "invalid",
      statusCode: 422,
      message: expect.stringMatching(message),
    });
  });

  test("fields of arbitrary content stay", async () => {
    const free = { a: { b: [1, "x", null, true] }, "x.y/z": 0.5 };
    const made = await world.client.create(widget("free", { free }));
    expect(valueAt(made, "spec", "free")).toEqual(free);
  });

  test("status and spec are written apart, and only the spec counts as a generation", async () => {
    const made = await world.client.create({ ...widget("parts", { size: 1 }), status: { phase: "ignored" } });
    expect(made.status).toBeUndefined();
    const withStatus = await world.client.patch(
      ref("parts"),
      "merge",
      { spec: { size: 9 }, status: { phase: "Ready" } },
      { subresource: "status", fieldManager: "reporter" },
    );
    expect(withStatus).toMatchObject({
      spec: { size: 1 },
      status: { phase: "Ready" },
      metadata: { generation: 1 },
    });
    expect(managedEntry(withStatus, "reporter", "Update", "status")).toMatchObject({
      fieldsV1: { "f:status": { "f:phase": {} } },
    });
    const withSpec = await world.client.patch(ref("parts"), "merge", {
      spec: { size: 2 },
      status: { phase: "Lost" },
    });
    expect(withSpec).toMatchObject({
      spec: { size: 2 },
      status: { phase: "Ready" },
      metadata: { generation: 2 },
    });
  });

  test("a stale resourceVersion of a status patch is a conflict", async () => {
    const made = await world.client.create(widget("stale", { size: 1 }));
    const patch = (phase: string) => ({
      metadata: { resourceVersion: made.metadata.resourceVersion ?? "" },
      status: { phase },
    });
    await world.client.patch(ref("stale"), "merge", patch("One"), { subresource: "status" });
    await expect(
      world.client.patch(ref("stale"), "merge", patch("Two"), { subresource: "status" }),
    ).rejects.toMatchObject({ reason: "conflict" });
  });

  test("an apply merges by the schema's list keys, and removes what it leaves out", async () => {
    const parts = (...names: readonly string[]) => ({ parts: names.map((name) => ({ name, weight: 1 })) });
    await world.client.apply(widget("applied", { ...parts("a", "b"), size: 2 }), { fieldManager: "one" });
    await world.client.apply(widget("applied", parts("c")), { fieldManager: "two" });
    const again = await world.client.apply(widget("applied", parts("b")), { fieldManager: "one" });
    const names = asList(valueAt(again, "spec", "parts")).map((part) => asObject(part).name);
    expect(names.toSorted()).toEqual(["b", "c"]);
    expect(valueAt(again, "spec", "size")).toBe(3);
  });

  test("an apply of a wrong type is refused for good", async () => {
    const error = await world.client
      .apply(widget("typed", { parts: "none" }), { fieldManager: "one" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ retryable: false });
  });

  test("a strategic patch is not for custom resources", async () => {
    await world.client.create(widget("strategic", { size: 1 }));
    await expect(world.client.patch(ref("strategic"), "strategic", {})).rejects.toMatchObject({
      reason: "unsupportedMediaType",
    });
  });

  test("watching a resource version from before the definition is gone", async () => {
    const watch = world.client.watch(
      { apiVersion, kind: "Widget" },
      { resourceVersion: "1", signal: AbortSignal.timeout(20_000) },
    );
    const read = async (): Promise<void> => {
      for await (const _ of watch);
    };
    await expect(read()).rejects.toMatchObject({ reason: "gone" });
  });

  test("a definition that goes takes its objects along, and its kind is unknown", async () => {
    await world.client.delete(crdRef);
    await untilGone(world.client, crdRef);
    await until(
      "the kind is served no more",
      () =>
        world.client.list({ apiVersion, kind: "Widget" }).then(
          () => "served",
          (error: { reason: string }) => error.reason,
        ),
      (outcome) => outcome === "unknownKind",
    );
  });
}

function definition(group: string): JsonObject {
  const spec = {
    type: "object",
    properties: {
      size: { type: "integer", default: 3, maximum: 10 },
      colour: { type: "string", enum: ["red", "green"] },
      free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      parts: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: {
          type: "object",
          required: ["name"],
          properties: { name: { type: "string" }, weight: { type: "integer" } },
        },
      },
    },
  };
  const status = { type: "object", properties: { phase: { type: "string" } } };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec, status } } };
  return {
    group,
    scope: "Namespaced",
    names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
    versions: [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }],
  };
}
