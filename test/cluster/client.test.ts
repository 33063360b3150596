import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { loadKubeConfig } from "../../src/cluster/kubeConfig.ts";
import { acquireLease } from "../../src/cluster/lease.ts";
import { createTransport } from "../../src/cluster/transport.ts";
import { watchResources } from "../../src/cluster/watchResources.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { configMap, deployment, managedEntry, uniqueName, until } from "../contract/contractWorld.ts";
import { connectTestCluster, kubectl, makeNamespace, testKubeconfig } from "./testCluster.ts";

let client: ClusterClient;
let namespace = "";
let close = async (): Promise<void> => {};

beforeAll(async () => {
  const connected = connectTestCluster();
  ({ client, close } = connected);
  namespace = await makeNamespace(client);
});
afterAll(async () => {
  await client.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
  await close();
});

test("who may not is told which verb on which resource, and that is retryable", async () => {
  const nobody = connectTestCluster({ context: "nobody" });
  const attempt = nobody.client.apply(configMap(namespace, "x", { a: "1" }), { fieldManager: "m" });
  await expect(attempt).rejects.toMatchObject({
    reason: "forbidden",
    statusCode: 403,
    retryable: true,
    message: `ConfigMap/${namespace}/x: apply: configmaps "x" is forbidden: User "nobody" cannot patch resource "configmaps" in API group "" in the namespace "${namespace}"`,
  });
  await nobody.close();
});

test("a token that is none is unauthorized", async () => {
  const access = loadKubeConfig({ kubeconfig: testKubeconfig(), environment: {} });
  const transport = createTransport({
    access: { ...access, authentication: { kind: "token", token: "none" } },
  });
  const refused = createClusterClient(transport).list({ apiVersion: "v1", kind: "ConfigMap" });
  await expect(refused).rejects.toMatchObject({ reason: "unauthorized" });
  await transport.close();
});

test("a server whose certificate we do not know is not talked to, and the hint says why", async () => {
  const { certificateAuthority: _, ...access } = loadKubeConfig({
    kubeconfig: testKubeconfig(),
    environment: {},
  });
  const transport = createTransport({ access });
  await expect(createClusterClient(transport).getJson("/version")).rejects.toMatchObject({
    reason: "unreachable",
    hint: expect.stringContaining("certificate-authority"),
  });
  await transport.close();
});

test("kubectl scale leaves kubectl with the subresource scale and no time", async () => {
  await client.apply(deployment(namespace, "scaled", 1), { fieldManager: "lockstep/test" });
  await kubectl("scale", "deployment/scaled", "-n", namespace, "--replicas=2");
  const live = await client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "scaled" });
  const entry = managedEntry(live, "kubectl", "Update", "scale");
  expect(entry).toMatchObject({ fieldsV1: { "f:spec": { "f:replicas": {} } } });
  expect(entry?.time).toBeUndefined();
});

test("a watch hears everything once, and sends nothing while nothing happens", async () => {
  const requests: string[] = [];
  const connected = connectTestCluster({ onRequest: ({ verb }) => requests.push(verb) });
  const heard: string[] = [];
  const aborter = new AbortController();
  const early = await client.create(configMap(namespace, "early", {}, { labels: { heard: "yes" } }));
  const watch = watchResources(
    connected.client,
    { apiVersion: "v1", kind: "ConfigMap" },
    { namespace, labelSelector: "heard=yes" },
    { onEvent: (type, object) => heard.push(`${type} ${object.metadata.name}`) },
    aborter.signal,
  );
  await watch.whenSynced;
  const late = await client.create(configMap(namespace, "late", {}, { labels: { heard: "yes" } }));
  await client.patch(refOf(early), "merge", { metadata: { labels: { heard: null } } });
  await client.delete(refOf(late));
  await until(
    "all is heard",
    async () => heard.length,
    (count) => count === 4,
  );
  await delay(500);
  aborter.abort();
  await watch.ended;
  await connected.close();
  expect(heard).toEqual(["ADDED early", "ADDED late", "DELETED early", "DELETED late"]);
  expect(requests).toEqual(["get", "get", "list", "watch"]);
});

test("a lease is held by one, handed on by its release, and renewed with one request", async () => {
  const lease = { namespace, name: "lease", durationMs: 3000, renewMs: 500 };
  const signal = AbortSignal.timeout(30_000);
  const requests: string[] = [];
  const connected = connectTestCluster({ onRequest: ({ verb, kind }) => requests.push(`${verb} ${kind}`) });
  const first = await acquireLease(connected.client, { ...lease, holder: "first" }, signal);
  const waitedFor: string[] = [];
  const waiting = acquireLease(
    client,
    { ...lease, holder: "second", onWaiting: (holder) => waitedFor.push(holder) },
    signal,
  );
  await until(
    "the second waits",
    async () => waitedFor.length,
    (count) => count > 0,
  );
  requests.length = 0;
  await delay(1200);
  expect(new Set(requests)).toEqual(new Set(["update Lease"]));
  expect(first.validForMs()).toBeGreaterThan(2000);
  await first.release();
  const second = await waiting;
  expect(waitedFor).toEqual(["first"]);
  expect(
    await client.get({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace, name: "lease" }),
  ).toMatchObject({ spec: { holderIdentity: "second", leaseTransitions: 1 } });
  await second.release();
  await connected.close();
});

test("a watch gets bookmarks, and can be resumed from one", { timeout: 120_000 }, async () => {
  const quiet = uniqueName("quiet");
  const { resourceVersion } = await client.list({ apiVersion: "v1", kind: "ConfigMap" });
  const options = { labelSelector: `only=${quiet}`, signal: AbortSignal.timeout(110_000) };
  let bookmark = "";
  for await (const event of client.watch(
    { apiVersion: "v1", kind: "ConfigMap" },
    { ...options, resourceVersion },
  )) {
    if (event.type === "BOOKMARK") bookmark = event.resourceVersion;
    if (bookmark) break;
  }
  expect(bookmark).toMatch(/^\d+$/);
  await client.create(configMap(namespace, "after-bookmark", {}, { labels: { only: quiet } }));
  for await (const event of client.watch(
    { apiVersion: "v1", kind: "ConfigMap" },
    { ...options, resourceVersion: bookmark },
  )) {
    expect(event).toMatchObject({ type: "ADDED", object: { metadata: { name: "after-bookmark" } } });
    break;
  }
});
