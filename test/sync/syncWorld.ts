import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { watchResources } from "../../src/cluster/watchResources.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { ObjectRef } from "../../src/object/objectRef.ts";
import type { Repository } from "../../src/repository/repositories.ts";
import { KUDO_API_VERSION } from "../../src/sync/crds.ts";
import { installCrds } from "../../src/sync/installCrds.ts";
import { SyncEngine, type SyncEngineOptions } from "../../src/sync/syncEngine.ts";
import type { SyncEvent } from "../../src/sync/syncEvent.ts";
import { MemorySource } from "./fleet.ts";

/** An engine that runs, what it told, and what it wrote. */
export interface RunningEngine {
  readonly engine: SyncEngine;
  readonly events: SyncEvent[];
  /** `verb Kind/name` of each write, in order; cleared by the reader. */
  readonly writes: string[];
  stop(): Promise<void>;
}

/** One cluster for a file, one namespace and any number of engines for a test. */
export function syncWorld(connect: () => Promise<ClusterClient>) {
  let client: ClusterClient;
  let namespace = "";
  let running: RunningEngine[] = [];

  beforeAll(async () => {
    client = await connect();
    await installCrds(client, new AbortController().signal);
  });

  beforeEach(async () => {
    namespace = `sync-${randomUUID().slice(0, 8)}`;
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });

  afterEach(async () => {
    for (const engine of running.splice(0)) await engine.stop();
    await sweep(client, namespace);
  });

  afterAll(() => {
    running = [];
  });

  return {
    get client(): ClusterClient {
      return client;
    },
    get namespace(): string {
      return namespace;
    },
    /** A source of this test alone: its name marks what is pruned. */
    source: (name: string): MemorySource => new MemorySource(`${name}-${namespace}`),
    /** Starts an engine over sources in memory, with the watches that feed it. */
    start(
      sources: readonly MemorySource[],
      options: {
        path?: string;
        mayWrite?: () => boolean;
        packages?: SyncEngineOptions["packages"];
        repositories?: readonly Repository[];
      } = {},
    ): RunningEngine {
      const events: SyncEvent[] = [];
      const writes: string[] = [];
      const { path, mayWrite, packages = NO_PACKAGES, repositories = [] } = options;
      const engine = new SyncEngine({
        client: recording(client, writes),
        namespace,
        sources: sources.map((source) => ({
          source,
          schedule: { kind: "interval", intervalMs: 3_600_000 },
          repositories,
          ...(path !== undefined && { path }),
        })),
        emit: (event) => events.push(event),
        packages,
        ...(mayWrite && { mayWrite }),
        random: () => 0,
      });
      const watching = new AbortController();
      for (const kind of ["Instance", "OperatorVersion"]) {
        watchResources(
          client,
          { apiVersion: KUDO_API_VERSION, kind },
          {},
          { onEvent: (type, object) => engine.observe(type, object) },
          watching.signal,
        ).ended.catch(() => {});
      }
      engine.start();
      const stop = async (): Promise<void> => {
        watching.abort();
        await engine.stop();
        running = running.filter((other) => other.engine !== engine);
      };
      const started = { engine, events, writes, stop };
      running.push(started);
      return started;
    },
    instance: (name: string): Promise<KubeObject | undefined> =>
      client.get(refTo("Instance", namespace, name)),
    get: (kind: string, name: string): Promise<KubeObject | undefined> =>
      client.get(refTo(kind, namespace, name)),
    names: async (kind: string): Promise<readonly string[]> => {
      const { items } = await client.list({ apiVersion: KUDO_API_VERSION, kind }, { namespace });
      return items.map(({ metadata }) => metadata.name ?? "").sort();
    },
  };
}

/** Where no repository is configured nothing is fetched. */
export const NO_PACKAGES: SyncEngineOptions["packages"] = {
  download: (url) => Promise.reject(new Error(`nobody fetches ${url}`)),
};

export function refTo(kind: string, namespace: string, name: string): ObjectRef {
  return { apiVersion: KUDO_API_VERSION, kind, namespace, name };
}

/** Waits until the condition holds; the last value is in the error of a time-out. */
export async function until<T>(read: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`timed out at ${JSON.stringify(value)}`);
    await delay(20);
  }
}

/** Waits until a revision was worked through, and answers that event. */
export async function untilSynced(
  { events }: RunningEngine,
  revision: string,
): Promise<SyncEvent & { kind: "synced" }> {
  const find = (): (SyncEvent & { kind: "synced" }) | undefined =>
    events.find((event) => event.kind === "synced" && event.revision === revision) as never;
  return (await until(find, (event) => event !== undefined)) as SyncEvent & { kind: "synced" };
}

function recording(client: ClusterClient, writes: string[]): ClusterClient {
  return {
    resource: (...args) => client.resource(...args),
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    watch: (...args) => client.watch(...args),
    getJson: (...args) => client.getJson(...args),
    exec: (...args) => client.exec(...args),
    log: (...args) => client.log(...args),
    create: (object, options) => {
      writes.push(`create ${object.kind}/${object.metadata.name}`);
      return client.create(object, options);
    },
    update: (object, options) => {
      writes.push(`update ${object.kind}/${object.metadata.name}`);
      return client.update(object, options);
    },
    apply: (object, options) => {
      writes.push(`apply ${object.kind}/${object.metadata.name}`);
      return client.apply(object, options);
    },
    patch: (ref, ...rest) => {
      writes.push(`patch ${ref.kind}/${ref.name}`);
      return client.patch(ref, ...rest);
    },
    delete: (ref, options) => {
      writes.push(`delete ${ref.kind}/${ref.name}`);
      return client.delete(ref, options);
    },
  };
}

/** Removes the Instances of a test: nobody else runs who would see to their finalizers. */
async function sweep(client: ClusterClient, namespace: string): Promise<void> {
  const { items } = await client.list({ apiVersion: KUDO_API_VERSION, kind: "Instance" }, { namespace });
  for (const { metadata } of items) await release(client, namespace, metadata.name ?? "");
}

/** Plays the reconciler that is through with an instance: takes the finalizers away and deletes it. */
export async function release(client: ClusterClient, namespace: string, name: string): Promise<void> {
  const ref = refTo("Instance", namespace, name);
  await client.delete(ref);
  if (await client.get(ref)) await client.patch(ref, "merge", { metadata: { finalizers: null } });
}
