import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { type JsonObject, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { ObjectRef } from "../../src/object/objectRef.ts";

/** What a contract test has: a client, and a namespace of its own file. Both are there from `beforeAll` on. */
export interface ContractWorld {
  readonly client: ClusterClient;
  readonly namespace: string;
}

/** Connects before the tests of a file and gives them a namespace, which goes afterwards. */
export function contractWorld(connect: () => Promise<ClusterClient>): ContractWorld {
  let client: ClusterClient | undefined;
  const namespace = uniqueName("contract");
  beforeAll(async () => {
    client = await connect();
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });
  afterAll(async () => {
    await client?.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
  });
  return {
    namespace,
    get client() {
      if (!client) throw new Error("the client is there once the tests run");
      return client;
    },
  };
}

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** How long anything may take that the cluster does by itself. */
const WITHIN_MS = 30_000;

/** Reads again and again until the value is as wanted; answers it. */
export async function until<T>(
  what: string,
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${WITHIN_MS} ms; last: ${JSON.stringify(value)}`);
    await delay(50);
  }
}

/** Resolves when the object is not there any more. */
export async function untilGone(client: ClusterClient, ref: ObjectRef): Promise<void> {
  await until(
    `${ref.kind}/${ref.name} goes`,
    () => client.get(ref),
    (object) => object === undefined,
  );
}

/** A ConfigMap; without data it has not even the empty map, which another manager's apply would conflict with. */
export function configMap(
  namespace: string,
  name: string,
  data: JsonObject = {},
  metadata: JsonObject = {},
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadata, namespace, name },
    ...(Object.keys(data).length > 0 && { data }),
  };
}

/** Containers of a pod that only waits. */
export const CONTAINERS = [{ name: "main", image: "registry.example/main:1" }];

/** A Deployment with as many replicas; more of its spec may be given. */
export function deployment(
  namespace: string,
  name: string,
  replicas: number,
  spec: JsonObject = {},
): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: CONTAINERS } },
      ...spec,
    },
  };
}

/** The entry of managedFields that a manager has, by operation and subresource. */
export function managedEntry(
  object: KubeObject | undefined,
  manager: string,
  operation: "Apply" | "Update",
  subresource?: string,
): JsonObject | undefined {
  const entries = valueAt(object, "metadata", "managedFields") as readonly JsonObject[] | undefined;
  return entries?.find(
    (entry) =>
      entry.manager === manager && entry.operation === operation && entry.subresource === subresource,
  );
}
