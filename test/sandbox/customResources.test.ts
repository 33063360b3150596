import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";
import { condition, sandboxForTests } from "./sandboxFixture.ts";

const { call, create, get, merge, remove, until, watch } = sandboxForTests();
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

function definition(plural: string, version: JsonObject = {}): JsonObject {
  const kind = plural[0]?.toUpperCase() + plural.slice(1, -1);
  return {
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural, kind },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: { type: "object", properties: { size: { type: "integer", default: 3, maximum: 9 } } },
                status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
              },
            },
          },
          ...version,
        },
      ],
    },
  };
}

describe("a definition", () => {
  test("is served at once and says so", async () => {
    expect((await create(CRDS, definition("gadgets"))).code).toBe(201);
    expect((await get("/apis/example.com/v1/namespaces/default/gadgets")).body).toMatchObject({
      kind: "GadgetList",
      items: [],
    });
    const { body } = await until(
      `${CRDS}/gadgets.example.com`,
      ({ body: crd }) => condition(crd, "Established")?.status === "True",
    );
    expect(body.spec.names).toMatchObject({ singular: "gadget", listKind: "GadgetList" });
    expect(body.status).toMatchObject({ acceptedNames: { kind: "Gadget" }, storedVersions: ["v1"] });
  });

  test.each([
    ["another name", { metadata: { name: "x.example.com" } }, /must be spec.names.plural\+"."\+spec.group/],
    ["no storage version", { versions: { storage: false } }, /exactly one version marked as storage version/],
    ["no schema", { versions: { schema: {} } }, /schemas are required/],
  ])("with %s is refused", async (_name, change: JsonObject, message) => {
    const base = definition("broken", (change.versions as JsonObject) ?? {});
    const { code, body } = await create(CRDS, {
      ...base,
      ...("metadata" in change ? { metadata: change.metadata as JsonObject } : {}),
    });
    expect(code).toBe(422);
    expect(body.message).toMatch(message);
  });

  test("that goes ends the watches of its objects", async () => {
    await create(CRDS, definition("watchers"));
    const running = watch("/apis/example.com/v1/namespaces/default/watchers", 20);
    await create("/apis/example.com/v1/namespaces/default/watchers", { metadata: { name: "last" } });
    await remove(`${CRDS}/watchers.example.com`);
    expect((await running).map(({ type }) => type)).toEqual(["ADDED", "DELETED"]);
  });

  test("takes its objects along", async () => {
    await create(CRDS, definition("leavers"));
    const path = "/apis/example.com/v1/namespaces/default/leavers";
    await create(path, { metadata: { name: "free" } });
    await create(path, { metadata: { name: "held", finalizers: ["example.com/hold"] } });
    await remove(`${CRDS}/leavers.example.com`);
    await until(`${path}/free`, ({ code }) => code === 404);
    await until(
      `${CRDS}/leavers.example.com`,
      ({ body }) => condition(body, "Terminating")?.status === "True",
    );
    await merge(`${path}/held`, { metadata: { finalizers: null } });
    await until(`${CRDS}/leavers.example.com`, ({ code }) => code === 404);
    expect((await get(path)).code).toBe(404);
  });
});

describe("a custom object", () => {
  const path = "/apis/example.com/v1/namespaces/default/widgets";
  const made = create(
    CRDS,
    definition("widgets", {
      subresources: {
        status: {},
        scale: {
          specReplicasPath: ".spec.size",
          statusReplicasPath: ".status.size",
          labelSelectorPath: ".status.selector",
        },
      },
      additionalPrinterColumns: [
        { name: "Size", type: "integer", jsonPath: ".spec.size" },
        { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
      ],
    }),
  );

  test("gets defaults, loses what is unknown, and counts its generations", async () => {
    await made;
    const { body } = await create(path, {
      metadata: { name: "one" },
      spec: { unheard: 1 },
      status: { size: 9 },
    });
    expect(body).toMatchObject({ apiVersion: "example.com/v1", kind: "Widget", metadata: { generation: 1 } });
    expect(body.spec).toEqual({ size: 3 });
    expect(body.status).toBeUndefined();
    const status = await merge(`${path}/one/status`, { status: { size: 2 }, spec: { size: 5 } });
    expect(status.body).toMatchObject({
      metadata: { generation: 1 },
      spec: { size: 3 },
      status: { size: 2 },
    });
    expect((await merge(`${path}/one`, { spec: { size: 4 } })).body.metadata.generation).toBe(2);
    expect((await merge(`${path}/one`, { spec: { size: 10 } })).code).toBe(422);
  });

  test("can be scaled by the paths of its definition", async () => {
    await made;
    await create(path, { metadata: { name: "scaled" }, spec: {} });
    await merge(`${path}/scaled/status`, { status: { size: 1, selector: "a=b" } });
    expect((await get(`${path}/scaled/scale`)).body).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 1, selector: "a=b" },
    });
    await merge(`${path}/scaled/scale`, { spec: { replicas: 6 } });
    expect((await get(`${path}/scaled`)).body.spec.size).toBe(6);
  });

  test("must carry a version in an update", async () => {
    await made;
    await create(path, { metadata: { name: "versioned" } });
    const { code, body } = await call("PUT", `${path}/versioned`, {
      body: { metadata: { name: "versioned" } },
    });
    expect(code).toBe(422);
    expect(body.message).toContain("metadata.resourceVersion: Invalid value: 0");
  });

  test("may have a finalizer without a domain, as KUDO's", async () => {
    await made;
    const metadata = { name: "finalized", finalizers: ["kudo.dev.instance.cleanup"] };
    expect((await create(path, { metadata })).code).toBe(201);
  });

  test("prints its declared columns", async () => {
    await made;
    await create(path, { metadata: { name: "printed", labels: { printed: "yes" } }, spec: {} });
    await merge(`${path}/printed/status`, {
      status: {
        conditions: [
          { type: "Other", status: "No" },
          { type: "Ready", status: "True" },
        ],
      },
    });
    const { body } = await call("GET", `${path}?labelSelector=printed`, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
    });
    expect(body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      "Name",
      "Size",
      "Ready",
      "Age",
    ]);
    expect(body.rows[0].cells.slice(0, 3)).toEqual(["printed", 3, "True"]);
  });
});
