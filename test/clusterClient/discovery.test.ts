import { expect, test } from "vitest";
import { ClusterError } from "../../src/cluster/clusterError.ts";
import { createDiscovery } from "../../src/cluster/discovery.ts";
import type { JsonValue } from "../../src/object/json.ts";

const core = {
  kind: "APIGroupDiscoveryList",
  items: [
    {
      metadata: {},
      versions: [
        {
          version: "v1",
          resources: [
            { resource: "pods", responseKind: { kind: "Pod" }, scope: "Namespaced", verbs: ["get", "list"] },
            { resource: "nodes", responseKind: { kind: "Node" }, scope: "Cluster", verbs: ["get"] },
          ],
        },
      ],
    },
  ],
};
const apps = {
  kind: "APIGroupDiscoveryList",
  items: [
    {
      metadata: { name: "apps" },
      versions: [
        {
          version: "v1",
          resources: [{ resource: "deployments", responseKind: { kind: "Deployment" }, scope: "Namespaced" }],
        },
      ],
    },
  ],
};
const galera = {
  kind: "APIResourceList",
  resources: [
    { name: "galeras/status", kind: "Galera", namespaced: true },
    { name: "galeras", kind: "Galera", namespaced: true, verbs: ["get"] },
  ],
};
const legacyCore = { kind: "APIVersions", versions: ["v1"] };
const legacyPods = { kind: "APIResourceList", resources: [{ name: "pods", kind: "Pod", namespaced: true }] };

/** A discovery over documents that may change, and the paths it asked for. */
function over(documents: Record<string, JsonValue>) {
  const asked: string[] = [];
  let now = 0;
  const read = async (path: string): Promise<JsonValue> => {
    asked.push(path);
    const document = documents[path];
    if (document) return document;
    throw new ClusterError("not found", { reason: "notFound", verb: "get", subject: path });
  };
  const discovery = createDiscovery(read, { now: () => now, sleep: async () => {} });
  return {
    asked,
    discovery,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("learns everything with two requests", async () => {
  const { discovery, asked } = over({ "/api": core, "/apis": apps });
  expect(await discovery.find("v1", "Pod")).toEqual({
    apiVersion: "v1",
    kind: "Pod",
    plural: "pods",
    namespaced: true,
    verbs: ["get", "list"],
  });
  expect(await discovery.find("v1", "Node")).toMatchObject({ plural: "nodes", namespaced: false });
  expect(await discovery.find("apps/v1", "Deployment")).toMatchObject({ plural: "deployments" });
  expect(asked).toEqual(["/api", "/apis"]);
});

test("asks an older server for each group and version", async () => {
  const { discovery, asked } = over({
    "/api": legacyCore,
    "/apis": { kind: "APIGroupList" },
    "/api/v1": legacyPods,
  });
  expect(await discovery.find("v1", "Pod")).toMatchObject({ plural: "pods" });
  await discovery.find("v1", "Pod");
  expect(asked).toEqual(["/api", "/apis", "/api/v1"]);
});

test("finds a kind that came later, and leaves its subresources out", async () => {
  const documents: Record<string, JsonValue> = { "/api": core, "/apis": apps };
  const { discovery, pass } = over(documents);
  expect(await discovery.find("kudo.dev/v1", "Galera")).toBeUndefined();
  documents["/apis/kudo.dev/v1"] = galera;
  pass(5000);
  expect(await discovery.find("kudo.dev/v1", "Galera")).toMatchObject({ plural: "galeras", verbs: ["get"] });
});

test("asks for a missing kind less and less often", async () => {
  const { discovery, asked, pass } = over({ "/api": core, "/apis": apps });
  for (let i = 0; i < 5; i++) await discovery.find("v1", "Pot");
  expect(asked).toEqual(["/api", "/apis", "/api/v1"]);
  for (let i = 0; i < 600; i++) {
    pass(100);
    await discovery.find("v1", "Pot");
  }
  expect(asked.length).toBeLessThan(22);
});

test("joins those who ask at the same time", async () => {
  const { discovery, asked } = over({ "/api": core, "/apis": apps, "/apis/kudo.dev/v1": galera });
  const found = await Promise.all(Array.from({ length: 10 }, () => discovery.find("kudo.dev/v1", "Galera")));
  expect(found.every((type) => type?.plural === "galeras")).toBe(true);
  expect(asked).toEqual(["/api", "/apis", "/apis/kudo.dev/v1"]);
});

test("asks again for what the server did not know any more", async () => {
  const documents: Record<string, JsonValue> = { "/api": core, "/apis": apps, "/apis/kudo.dev/v1": galera };
  const { discovery } = over(documents);
  await discovery.find("kudo.dev/v1", "Galera");
  delete documents["/apis/kudo.dev/v1"];
  discovery.forget("kudo.dev/v1");
  expect(await discovery.find("kudo.dev/v1", "Galera")).toBeUndefined();
});

test("a failure is not kept: the next one asks anew", async () => {
  const documents: Record<string, JsonValue> = {};
  const { discovery } = over(documents);
  await expect(discovery.find("v1", "Pod")).rejects.toThrow("not found");
  Object.assign(documents, { "/api": core, "/apis": apps });
  expect(await discovery.find("v1", "Pod")).toBeDefined();
});

test("one who gives up does not take the others along", async () => {
  const { discovery } = over({ "/api": core, "/apis": apps });
  const aborter = new AbortController();
  const first = discovery.find("v1", "Pod", aborter.signal);
  const second = discovery.find("v1", "Pod");
  aborter.abort();
  await expect(first).rejects.toMatchObject({ name: "AbortError" });
  expect(await second).toBeDefined();
});
