import { backoffMs } from "../base/backoff.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { isAbort, messageOf } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { refOf } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";
import type { Repository } from "../repository/repositories.ts";
import type { PollSchedule } from "../source/pollLoop.ts";
import type { Source } from "../source/source.ts";
import { KUDO_API_VERSION } from "./crds.ts";
import type { Hold } from "./hold.ts";
import type { PackageOrigins } from "./packageResolver.ts";
import { type ObjectEventType, PublishedObjects } from "./publishedObjects.ts";
import { SourceRecords } from "./sourceRecord.ts";
import type { SourceStatus } from "./sourceStatus.ts";
import { SourceSync } from "./sourceSync.ts";
import type { SyncDeps } from "./syncDeps.ts";
import type { EmitSyncEvent } from "./syncEvent.ts";

/** A source and which folder of it counts. */
export interface SyncedSource {
  readonly source: Source;
  /** From the root of the repository. Default: all of it. */
  readonly path?: string;
  readonly schedule: PollSchedule;
  /** Of packages, looked through in this order. Default: none. */
  readonly repositories?: readonly Repository[];
}

/** What all sources share. */
export interface SyncEngineOptions {
  readonly client: ClusterClient;
  /** Of the installation, where the Lease is; must exist. */
  readonly namespace: string;
  readonly sources: readonly SyncedSource[];
  readonly emit: EmitSyncEvent;
  /** Fetches from repositories of packages. */
  readonly packages: PackageOrigins["reader"];
  /** False while another process may be the writer: then Git is polled and nothing is written. Default: always true. */
  readonly mayWrite?: () => boolean;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

const KINDS = ["Instance", "OperatorVersion", "Operator"] as const;
const RETRY = { baseMs: 500, maxMs: 30_000 };

/** All sources: from Git to the custom resources. */
export class SyncEngine {
  readonly #options: SyncEngineOptions;
  readonly #deps: SyncDeps;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  readonly #sources: ReadonlyMap<string, SourceSync>;
  readonly #primed = Promise.withResolvers<void>();
  /** Uids that went while the first lists were on their way. */
  #gone: Set<string> | undefined = new Set();
  #priming: Promise<void> | undefined;

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#deps = {
      client: options.client,
      published: new PublishedObjects(),
      emit: options.emit,
      clock: options.clock ?? systemClock,
      mayWrite: options.mayWrite ?? (() => true),
    };
    const records = new SourceRecords(options.client, options.namespace);
    this.#primed.promise.catch(() => {}); // each source waits for it by itself
    this.#sources = new Map(
      options.sources.map(({ source, path = ".", schedule, repositories = [] }) => [
        source.name,
        new SourceSync({
          source,
          path,
          schedule,
          packages: { reader: options.packages, repositories },
          records,
          deps: this.#deps,
          others: {
            declares: (key) => this.#others(source.name).some((other) => other.declares(key)),
            wants: (key) => this.#others(source.name).some((other) => other.wants(key)),
            isUndecided: (name) => this.#sources.get(name)?.isDecided === false,
          },
          onNewRevision: () => {
            for (const other of this.#others(source.name)) other.reconsider();
          },
          primed: this.#primed.promise,
          random: this.#random,
        }),
      ]),
    );
  }

  /** Begins to poll; writes once the custom resources of the cluster are known. */
  start(): void {
    this.#priming ??= this.#prime();
    for (const source of this.#sources.values()) source.start();
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#priming, ...[...this.#sources.values()].map((source) => source.stop())]);
  }

  /**
   * Takes a line of a watch on Instances or OperatorVersions, managedFields included. What somebody else changed or
   * deleted of what Git declares is written again.
   */
  observe(type: ObjectEventType, object: KubeObject): void {
    if (type === "DELETED" && object.metadata.uid) this.#gone?.add(object.metadata.uid);
    const ref = refOf(object);
    const before = this.#deps.published.get(ref)?.uses;
    this.#deps.published.observe(type, object);
    const moved = before !== undefined && before.name !== this.#deps.published.get(ref)?.uses.name;
    for (const source of this.#sources.values()) source.observed(type, ref, moved);
  }

  /** Polls a source now; false when there is none of that name. */
  poke(name: string): boolean {
    this.#sources.get(name)?.poke();
    return this.#sources.has(name);
  }

  /** In the order of the configuration. */
  statuses(): readonly SourceStatus[] {
    return [...this.#sources.values()].map(({ status }) => status);
  }

  status(name: string): SourceStatus | undefined {
    return this.#sources.get(name)?.status;
  }

  holds(): readonly Hold[] {
    return [...this.#sources.values()].flatMap(({ hold }) => hold ?? []);
  }

  /**
   * Deletes the instances that a hold names.
   *
   * @returns those whose deletion began; `undefined` when no hold has that id (any more)
   * @throws ClusterError, SyncError notLeader
   */
  async confirm(id: string): Promise<readonly InstanceIdentity[] | undefined> {
    const source = [...this.#sources.values()].find(({ hold }) => hold?.id === id);
    return await source?.confirm(id);
  }

  #others(name: string): readonly SourceSync[] {
    return [...this.#sources.values()].filter((source) => source.name !== name);
  }

  async #prime(): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, emit } = this.#deps;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        for (const kind of KINDS) await this.#list(kind, signal);
        this.#gone = undefined;
        this.#primed.resolve();
        return;
      } catch (error) {
        if (signal.aborted) return;
        for (const source of this.#sources.keys())
          emit({ kind: "syncFailed", source, revision: "", code: "sync.list", message: messageOf(error) });
        await clock.sleep(backoffMs(attempt, this.#random(), RETRY), signal).catch((reason: unknown) => {
          if (!isAbort(reason)) throw reason;
        });
      }
    }
  }

  async #list(kind: string, signal: AbortSignal): Promise<void> {
    const take = (items: readonly KubeObject[]): void => {
      for (const item of items) {
        if (this.#gone?.has(item.metadata.uid ?? "")) continue;
        this.#deps.published.observe("ADDED", { ...item, apiVersion: KUDO_API_VERSION, kind });
      }
    };
    const { items } = await this.#options.client.list(
      { apiVersion: KUDO_API_VERSION, kind },
      { onPage: take, signal },
    );
    take(items);
  }
}
