import { afterEach, expect, test } from "vitest";
import type { ClusterClient, WatchEvent } from "../../src/cluster/clusterClient.ts";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { createTransport } from "../../src/cluster/transport.ts";
import { answer, type FakeApiServer, fakeApiServer, type Responder, status } from "./fakeApiServer.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const DISCOVERY = {
  kind: "APIGroupDiscoveryList",
  items: [
    {
      metadata: {},
      versions: [
        {
          version: "v1",
          resources: [
            { resource: "configmaps", responseKind: { kind: "ConfigMap" }, scope: "Namespaced" },
            { resource: "nodes", responseKind: { kind: "Node" }, scope: "Cluster" },
          ],
        },
      ],
    },
  ],
};

/** A client of a server that answers discovery itself and leaves the rest to the test. */
async function connect(
  respond: Responder,
): Promise<{ client: ClusterClient; asked: () => FakeApiServer["seen"] }> {
  const isDiscovery = (url: string): boolean => /^\/apis?(\/v1)?$/.test(url);
  const server = await fakeApiServer((request, response, count) =>
    isDiscovery(request.url) ? answer(response, 200, DISCOVERY) : respond(request, response, count),
  );
  const transport = createTransport({ access: server.access });
  cleanups.push(
    () => server.close(),
    () => transport.close(),
  );
  return {
    client: createClusterClient(transport, { random: () => 0 }),
    asked: () => server.seen.filter(({ url }) => !isDiscovery(url)),
  };
}

const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "c", namespace: "n" },
  data: { a: "b" },
};
const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "n", name: "c" };
const PATH = "/api/v1/namespaces/n/configmaps";

test.each<[string, (client: ClusterClient) => Promise<unknown>, string, string, string | undefined, unknown]>(
  [
    ["get", (c) => c.get(ref), "GET", `${PATH}/c`, undefined, ""],
    [
      "create",
      (c) => c.create(configMap, { fieldManager: "m" }),
      "POST",
      `${PATH}?fieldManager=m`,
      "application/json",
      configMap,
    ],
    ["update", (c) => c.update(configMap), "PUT", `${PATH}/c`, "application/json", configMap],
    [
      "apply",
      (c) => c.apply(configMap, { fieldManager: "lockstep/n/i" }),
      "PATCH",
      `${PATH}/c?fieldManager=lockstep%2Fn%2Fi`,
      "application/apply-patch+yaml",
      configMap,
    ],
    [
      "forced dry run",
      (c) => c.apply(configMap, { fieldManager: "m", force: true, dryRun: true }),
      "PATCH",
      `${PATH}/c?fieldManager=m&force=true&dryRun=All`,
      "application/apply-patch+yaml",
      configMap,
    ],
    [
      "json patch",
      (c) => c.patch(ref, "json", [{ op: "remove", path: "/data" }]),
      "PATCH",
      `${PATH}/c`,
      "application/json-patch+json",
      [{ op: "remove", path: "/data" }],
    ],
    [
      "merge patch of the status",
      (c) => c.patch(ref, "merge", { status: {} }, { subresource: "status" }),
      "PATCH",
      `${PATH}/c/status`,
      "application/merge-patch+json",
      { status: {} },
    ],
    [
      "strategic patch",
      (c) => c.patch(ref, "strategic", {}, { fieldManager: "m", dryRun: true }),
      "PATCH",
      `${PATH}/c?fieldManager=m&dryRun=All`,
      "application/strategic-merge-patch+json",
      {},
    ],
    [
      "delete",
      (c) => c.delete(ref, { uid: "u", propagation: "Foreground" }),
      "DELETE",
      `${PATH}/c`,
      "application/json",
      {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Foreground",
        preconditions: { uid: "u" },
      },
    ],
  ],
)("%s is one request", async (_name, call, method, url, contentType, body) => {
  const { client, asked } = await connect((_, response) => answer(response, 200, configMap));
  expect(await call(client)).toEqual(configMap);
  expect(asked()).toHaveLength(1);
  const [request] = asked();
  expect(request).toMatchObject({ method, url });
  expect(request?.headers["content-type"]).toBe(contentType);
  expect(request?.body === "" ? "" : JSON.parse(request?.body ?? "")).toEqual(body);
});

test.each([
  ["get", (c: ClusterClient) => c.get(ref)],
  ["delete", (c: ClusterClient) => c.delete(ref)],
])("%s of what is not there answers nothing", async (_name, call) => {
  const { client } = await connect((_, response) =>
    answer(response, 404, status(404, 'configmaps "c" not found')),
  );
  expect(await call(client)).toBeUndefined();
});

test("a deletion answered by a Status answers the identity", async () => {
  const { client } = await connect((_, response) =>
    answer(response, 200, { kind: "Status", status: "Success", details: { uid: "u" } }),
  );
  expect(await client.delete(ref)).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "n", uid: "u" },
  });
});

/** A server with 1100 objects in pages. */
const paged: Responder = ({ url }, response) => {
  const start = Number(new URL(url, "http://x").searchParams.get("continue") ?? 0);
  const items = Array.from({ length: Math.min(500, 1100 - start) }, (_, index) => ({
    metadata: { name: `c-${start + index}` },
  }));
  const next = start + items.length < 1100 ? { continue: String(start + items.length) } : {};
  answer(response, 200, { items, metadata: { resourceVersion: "42", ...next } });
};

test("a list is read in pages, and its items get their type", async () => {
  const { client, asked } = await connect(paged);
  const { items, resourceVersion } = await client.list(ref, { namespace: "n", labelSelector: "a=b" });
  expect(items).toHaveLength(1100);
  expect(items[700]).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c-700" } });
  expect(resourceVersion).toBe("42");
  expect(asked().map(({ url }) => url)).toEqual([
    `${PATH}?labelSelector=a%3Db&limit=500`,
    `${PATH}?labelSelector=a%3Db&limit=500&continue=500`,
    `${PATH}?labelSelector=a%3Db&limit=500&continue=1000`,
  ]);
});

test("a list can be taken page by page", async () => {
  const { client } = await connect(paged);
  const sizes: number[] = [];
  const { items } = await client.list(ref, { onPage: (page) => sizes.push(page.length) });
  expect([sizes, items]).toEqual([[500, 500, 100], []]);
});

test("the namespace of a cluster-scoped kind is not in its path", async () => {
  const { client, asked } = await connect((_, response) => answer(response, 200, configMap));
  await client.get({ ...ref, kind: "Node" });
  expect(asked()[0]?.url).toBe("/api/v1/nodes/c");
});

test.each([
  [
    "an unknown kind",
    { ...ref, kind: "Cnofig" },
    "unknownKind",
    "the cluster does not serve kind Cnofig of v1",
  ],
  ["a name that makes no path", { ...ref, name: "a/b" }, "invalid", "cannot be a name"],
  [
    "a namespaced object without namespace",
    { apiVersion: "v1", kind: "ConfigMap", name: "c" },
    "invalid",
    "the namespace is missing",
  ],
])("%s is refused without asking for it", async (_name, target, reason, message) => {
  const { client, asked } = await connect((_, response) => answer(response, 200, {}));
  await expect(client.get(target)).rejects.toMatchObject({
    reason,
    message: expect.stringContaining(message),
  });
  expect(asked()).toEqual([]);
});

test("a refusal keeps the causes", async () => {
  const cause = { reason: "FieldManagerConflict", message: 'conflict with "kubectl"', field: ".data.a" };
  const { client } = await connect((_, response) =>
    answer(response, 409, status(409, "no", { causes: [cause] })),
  );
  await expect(client.apply(configMap, { fieldManager: "m" })).rejects.toMatchObject({
    reason: "fieldConflict",
    causes: [cause],
    subject: "ConfigMap/n/c",
  });
});

async function collect(events: AsyncIterable<WatchEvent>): Promise<WatchEvent[]> {
  const all: WatchEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test("a watch asks for bookmarks from its resource version and ends with the server", async () => {
  const { client, asked } = await connect((_, response) => {
    response.write(`${JSON.stringify({ type: "ADDED", object: configMap })}\n`);
    response.end(`${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "8" } } })}\n`);
  });
  expect(await collect(client.watch(ref, { resourceVersion: "7", namespace: "n" }))).toEqual([
    { type: "ADDED", object: configMap },
    { type: "BOOKMARK", resourceVersion: "8" },
  ]);
  expect(asked()[0]?.url).toBe(
    `${PATH}?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=7`,
  );
});

const LINE = `${JSON.stringify({ type: "ADDED", object: configMap })}\n`;

test.each<[string, Responder, string]>([
  ["refused", (_, response) => answer(response, 410, status(410, "too old")), "gone"],
  [
    "cut",
    (_, response) => {
      response.write(LINE);
      setTimeout(() => response.destroy(), 20);
    },
    "unreachable",
  ],
])("a watch that is %s says so", async (_name, respond, reason) => {
  const { client } = await connect(respond);
  await expect(collect(client.watch(ref, { resourceVersion: "7" }))).rejects.toMatchObject({ reason });
});

test("a watch ends with its signal", async () => {
  const { client } = await connect((_, response) => response.write(LINE));
  const aborter = new AbortController();
  const watching = collect(client.watch(ref, { resourceVersion: "7", signal: aborter.signal }));
  setTimeout(() => aborter.abort(), 20);
  await expect(watching).rejects.toMatchObject({ name: "AbortError" });
});
