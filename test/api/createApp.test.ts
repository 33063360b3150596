import { expect, test } from "vitest";
import { createApp } from "../../src/api/createApp.ts";
import type { StatusDocument } from "../../src/api/documents.ts";
import { ClusterError } from "../../src/cluster/clusterError.ts";
import { busy, deploy, drift, instances, sampleDeps, source, TOKEN } from "./sampleDeps.ts";

const GALERA = "/api/v1/instances/databases/galera";

test("/status is the whole picture, rows by namespace and name", async () => {
  const { deps } = sampleDeps();
  const answer = await createApp(deps).request("/status");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  const document = (await answer.json()) as StatusDocument;
  expect(document).toMatchObject({
    version: "0.1.0",
    startedAt: "2026-11-21T09:00:00Z",
    ready: true,
    summary: { instances: 5, complete: 2, inProgress: 1, failed: 1, drifted: 1, suspended: 1 },
    sources: [source],
  });
  expect(document.instances.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    "apps/broken",
    "apps/moving",
    "apps/resting",
    "databases/galera",
    "databases/zeta",
  ]);
  expect(document.instances[3]).toEqual(instances[1]);
});

test("/status answers 304 to who has it already", async () => {
  const app = createApp(sampleDeps().deps);
  const first = await app.request("/status");
  const tag = first.headers.get("etag") ?? "";
  const second = await app.request("/status", { headers: { "If-None-Match": `W/"other", ${tag}` } });
  expect([second.status, await second.text()]).toEqual([304, ""]);
  const other = await app.request("/status?limit=1", { headers: { "If-None-Match": tag } });
  expect(other.status).toBe(200);
});

test("/status comes in pieces, which together are the whole", async () => {
  const app = createApp(sampleDeps().deps);
  const names: string[] = [];
  for (let token: string | undefined = "", calls = 0; token !== undefined && calls < 9; calls++) {
    const query = new URLSearchParams({ limit: "2", ...(token && { continue: token }) });
    const document = (await (await app.request(`/status?${query}`)).json()) as StatusDocument;
    expect(document.summary.instances).toBe(5);
    names.push(...document.instances.map(({ name }) => name));
    token = document.continue;
  }
  expect(names).toEqual(["broken", "moving", "resting", "galera", "zeta"]);
});

test("/status of one namespace", async () => {
  const answer = await createApp(sampleDeps().deps).request("/status?namespace=databases");
  expect(await answer.json()).toMatchObject({
    summary: { instances: 2, drifted: 1 },
    instances: [{ name: "galera" }, { name: "zeta" }],
  });
});

test.each<readonly [path: string, expected: unknown]>([
  ["/api/v1/sources", { items: [source] }],
  ["/api/v1/sources/fleet", source],
  ["/api/v1/instances?limit=1", { items: [instances[2]], continue: expect.any(String) }],
  [GALERA, instances[1]],
  [`${GALERA}/plans/deploy`, deploy],
  [`${GALERA}/drift`, drift],
  ["/api/v1/instances/databases/zeta/drift", { ...drift, state: "InSync", objects: [] }],
  ["/api/v1/holds", { items: [expect.objectContaining({ id: "h1" })] }],
])("GET %s", async (path, expected) => {
  const answer = await createApp(sampleDeps().deps).request(path);
  expect([answer.status, await answer.json()]).toEqual([200, expected]);
});

test("plans are listed by name", async () => {
  const answer = await createApp(sampleDeps().deps).request(`${GALERA}/plans`);
  expect(await answer.json()).toMatchObject({ items: [{ name: "backup" }, { name: "deploy" }] });
});

test("manifests never show the values of Secrets", async () => {
  const answer = await createApp(sampleDeps().deps).request(`${GALERA}/manifests`);
  const text = await answer.text();
  expect(text).not.toContain("czNjcmV0");
  expect(JSON.parse(text)).toMatchObject({ objects: [{ manifest: { data: { password: "••• (1)" } } }] });
});

test.each([
  ["/api/v1/sources/none", "source.notFound"],
  ["/api/v1/instances/a/none", "instance.notFound"],
  ["/api/v1/instances/a/none/plans", "instance.notFound"],
  [`${GALERA}/plans/none`, "plan.notFound"],
  ["/api/v1/instances/a/none/drift", "instance.notFound"],
  [`${GALERA}/manifests?revision=unknown`, "instance.notFound"],
  ["/api/v2", "route.notFound"],
])("GET %s is a problem with the code %s", async (path, code) => {
  const answer = await createApp(sampleDeps().deps).request(path);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({ status: 404, title: "Not Found", code });
});

test.each([
  ["/status?limit=0", "request.invalid"],
  ["/status?limit=many", "request.invalid"],
  ["/status?continue=nonsense", "request.continue"],
])("GET %s is a problem with the code %s", async (path, code) => {
  const answer = await createApp(sampleDeps().deps).request(path);
  expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ code })]);
});

const WRITES: readonly (readonly [path: string, status: number, body: unknown, call: readonly string[]])[] = [
  ["/api/v1/sources/fleet/sync", 202, { source: "fleet" }, ["sync", "fleet"]],
  [`${GALERA}/reconcile`, 200, { applied: 3 }, ["reconcile", "databases/galera"]],
  [
    `${GALERA}/plans/backup`,
    202,
    { plan: "backup", uid: "plan-9" },
    ["trigger", "databases/galera", "backup"],
  ],
  [`${GALERA}/suspend`, 200, { suspended: true }, ["suspend", "databases/galera"]],
  [`${GALERA}/resume`, 200, { suspended: false }, ["resume", "databases/galera"]],
  ["/api/v1/holds/h1/confirm", 200, { id: "h1" }, ["confirm", "h1"]],
];

test.each(WRITES)("POST %s", async (path, status, body, call) => {
  const { deps, calls } = sampleDeps();
  const answer = await post(deps, path);
  expect([answer.status, await answer.json()]).toEqual([status, body]);
  expect(calls).toEqual([call]);
});

test.each(WRITES)("POST %s without the token is refused", async (path) => {
  const { deps, calls } = sampleDeps();
  const app = createApp(deps);
  const without = await app.request(path, { method: "POST" });
  expect([without.status, without.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="lockstep"']);
  expect(await without.json()).toMatchObject({ code: "auth.missing" });
  const wrong = await app.request(path, { method: "POST", headers: { Authorization: "Bearer wrong" } });
  expect([wrong.status, await wrong.json()]).toEqual([401, expect.objectContaining({ code: "auth.wrong" })]);
  expect(calls).toEqual([]);
});

test.each(WRITES)("POST %s is refused to everybody while no token is configured", async (path) => {
  const { deps, calls } = sampleDeps({ deps: { access: { read: "open", token: async () => undefined } } });
  const answer = await post(deps, path);
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    code: "auth.notConfigured",
    hint: expect.stringContaining("--token-file"),
  });
  expect(calls).toEqual([]);
});

test("reads need the token too where that is configured, probes never do", async () => {
  const { deps } = sampleDeps({ deps: { access: { read: "token", token: async () => TOKEN } } });
  const app = createApp(deps);
  const statuses = async (headers: Record<string, string>) =>
    Promise.all(
      ["/livez", "/readyz", "/status", "/metrics", "/"].map(
        async (path) => (await app.request(path, { headers })).status,
      ),
    );
  expect(await statuses({})).toEqual([200, 200, 401, 401, 401]);
  expect(await statuses({ Authorization: `Bearer ${TOKEN}` })).toEqual([200, 200, 200, 200, 200]);
});

test.each<readonly [name: string, error: Error, status: number, code: string]>([
  ["an instance that is busy", busy, 409, "instance.busy"],
  [
    "a cluster that does not answer",
    new ClusterError("no answer", { reason: "unreachable", verb: "patch", subject: "x" }),
    503,
    "cluster.unreachable",
  ],
  [
    "a cluster that refuses",
    new ClusterError("no", { reason: "forbidden", verb: "patch", subject: "x" }),
    502,
    "cluster.forbidden",
  ],
  [
    "an instance that went away meanwhile",
    new ClusterError("gone", { reason: "notFound", verb: "patch", subject: "x" }),
    404,
    "cluster.notFound",
  ],
])("%s", async (_name, error, status, code) => {
  const { deps, errors } = sampleDeps({ actions: { reconcile: () => Promise.reject(error) } });
  const answer = await post(deps, `${GALERA}/reconcile`);
  expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ status, code })]);
  expect(errors).toEqual([]);
});

test("what nobody expected is logged and says nothing of itself", async () => {
  const error = new Error("password is s3cret");
  const { deps, errors } = sampleDeps({ actions: { reconcile: () => Promise.reject(error) } });
  const answer = await post(deps, `${GALERA}/reconcile`);
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("s3cret");
  expect(errors).toEqual([error]);
});

test("a long body is refused", async () => {
  const { deps } = sampleDeps();
  const body = "x".repeat(70_000);
  const answer = await createApp(deps).request("/api/v1/sources/fleet/sync", {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Length": String(body.length) },
    body,
  });
  expect([answer.status, await answer.json()]).toEqual([
    413,
    expect.objectContaining({ code: "request.tooLarge" }),
  ]);
});

test("probes and metrics", async () => {
  const app = createApp(sampleDeps().deps);
  expect(await (await app.request("/livez")).text()).toBe("ok\n");
  expect((await app.request("/readyz")).status).toBe(200);
  expect(await (await app.request("/metrics")).text()).toContain("lockstep_queue_depth 0");
  const starting = createApp(sampleDeps({ deps: { notReady: () => "waits for the lease" } }).deps);
  const answer = await starting.request("/readyz");
  expect([answer.status, await answer.text()]).toEqual([503, "not ready: waits for the lease\n"]);
});

test("/openapi.json describes every route, and which of them need the token", async () => {
  const answer = await createApp(sampleDeps().deps).request("/openapi.json");
  const { openapi, paths, components } = (await answer.json()) as {
    openapi: string;
    paths: Record<string, Record<string, { security?: unknown }>>;
    components: { schemas: Record<string, unknown>; securitySchemes: unknown };
  };
  expect(openapi).toBe("3.1.0");
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => `${method} ${path}${security ? " (token)" : ""}`),
  );
  expect(routes.sort()).toEqual([
    "get /api/v1/holds",
    "get /api/v1/instances",
    "get /api/v1/instances/{namespace}/{name}",
    "get /api/v1/instances/{namespace}/{name}/drift",
    "get /api/v1/instances/{namespace}/{name}/manifests",
    "get /api/v1/instances/{namespace}/{name}/plans",
    "get /api/v1/instances/{namespace}/{name}/plans/{plan}",
    "get /api/v1/sources",
    "get /api/v1/sources/{source}",
    "get /status",
    "post /api/v1/holds/{id}/confirm (token)",
    "post /api/v1/instances/{namespace}/{name}/plans/{plan} (token)",
    "post /api/v1/instances/{namespace}/{name}/reconcile (token)",
    "post /api/v1/instances/{namespace}/{name}/resume (token)",
    "post /api/v1/instances/{namespace}/{name}/suspend (token)",
    "post /api/v1/sources/{source}/sync (token)",
  ]);
  expect(components.securitySchemes).toEqual({ token: { type: "http", scheme: "bearer" } });
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(["Status", "Plan", "Drift", "Problem"]),
  );
});

async function post(deps: ReturnType<typeof sampleDeps>["deps"], path: string): Promise<Response> {
  return createApp(deps).request(path, { method: "POST", headers: { Authorization: `Bearer ${TOKEN}` } });
}
