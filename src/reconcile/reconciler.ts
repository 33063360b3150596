import type { AppliedIndex } from "../apply/appliedIndex.ts";
import { AppError, isAbort, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import type { ResourceEventType } from "../cluster/trackResources.ts";
import { watchResources } from "../cluster/watchResources.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type InstanceKey, instanceKey } from "../object/ownership.ts";
import { NO_RANDOM } from "../package/randomRecord.ts";
import { isRunning } from "../plan/planStatus.ts";
import { childState } from "./childState.ts";
import { type InstanceMemory, newMemory } from "./instanceMemory.ts";
import type { InstanceView } from "./instanceView.ts";
import { maskRandom } from "./maskRandom.ts";
import type { ObjectChange } from "./objectTracker.ts";
import { PassError } from "./passError.ts";
import type { Family, ReconcileDeps } from "./reconcileDeps.ts";
import { reconcileInstance } from "./reconcileInstance.ts";
import { WorkQueue, type WorkResult } from "./workQueue.ts";

/** Takes a line of a watch. */
export type ObserveObject = (type: ResourceEventType, object: KubeObject) => void;

/** What the loop needs besides what a pass needs. */
export interface ReconcilerDeps extends Omit<ReconcileDeps, "lifetime" | "family"> {
  readonly log: Logger;
  readonly random: () => number;
  /** Instances worked on at once. */
  readonly workers: number;
  /** Called for each line of the watch on Instances, with the object as the server sent it. */
  readonly onInstance?: ObserveObject;
  /** The same for the watch on OperatorVersions. */
  readonly onOperatorVersion?: ObserveObject;
}

/** How often packages that nothing names any more are cleared away, in milliseconds. */
const COLLECT_MS = 60 * 60_000;

/**
 * The loop: watches Instances and OperatorVersions, and takes one instance at a time through a pass, several instances
 * at once. At rest it sends nothing.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps;
  readonly #memories = new Map<string, InstanceMemory>();
  readonly #queue: WorkQueue;
  readonly #stop = new AbortController();
  readonly #family: Family = {
    memory: (key) => this.memory(key),
    touch: (key) => this.touch(key),
  };
  #ended: Promise<unknown> = Promise.resolve();
  #synced = false;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
    const backoff = { baseMs: 500, maxMs: 60_000 };
    this.#queue = new WorkQueue({ workers: deps.workers, backoff, random: deps.random }, (key, signal) =>
      this.#work(key, signal),
    );
  }

  /** Starts over from what the cluster says: others may have written since. */
  async refresh(): Promise<void> {
    await this.#deps.indexes.loadAll(this.#stop.signal);
    for (const memory of this.#memories.values()) forgetBeliefs(memory);
    for (const { view } of this.#deps.instances.all()) this.touch(view);
  }

  /** Keys that wait for a worker. */
  get queueDepth(): number {
    return this.#queue.depth;
  }

  /** True once everything that exists has been seen. */
  get isSynced(): boolean {
    return this.#synced;
  }

  /** Reads the indexes, starts the watches and, when they have seen everything, the workers. */
  async start(): Promise<void> {
    const { client, indexes, packages, instances } = this.#deps;
    const { signal } = this.#stop;
    await indexes.loadAll(signal);
    const apiVersion = "kudo.dev/v1beta1";
    const onError = (resource: string) => (error: unknown) =>
      this.#deps.emit({ kind: "watchFailed", resource, message: messageOf(error) });
    const versions = watchResources(
      client,
      { apiVersion, kind: "OperatorVersion" },
      {},
      {
        onEvent: (type, object) => {
          packages.observe(type, object);
          this.#deps.onOperatorVersion?.(type, object);
          this.#touchUsersOf(object);
        },
        onError: onError("OperatorVersion"),
      },
      signal,
    );
    await versions.whenSynced;
    const living = watchResources(
      client,
      { apiVersion, kind: "Instance" },
      {},
      {
        onEvent: (type, object) => this.#instanceChanged(type, object),
        onError: onError("Instance"),
      },
      signal,
    );
    await living.whenSynced;
    for (const key of indexes.keys()) {
      if (!instances.get(key))
        this.#deps.log.warn({ instance: instanceKey(key) }, "an applied set without its instance");
    }
    this.#synced = true;
    this.#queue.start();
    this.#ended = Promise.all([versions.ended, living.ended, this.#collectPackages(signal)]);
  }

  /** Ends what runs; resolves when it is over. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#queue.stop();
    await this.#ended;
    await this.#deps.drift.stop();
    await this.#deps.tracker.ended();
    for (const memory of this.#memories.values()) {
      for (const request of memory.reapply) request.reject(new Error("the service is stopping"));
    }
  }

  /** What the process knows of an instance. */
  memory(key: InstanceKey): InstanceMemory | undefined {
    return this.#memories.get(instanceKey(key));
  }

  /** The applied set of an instance, with what rides on its next write. */
  indexOf(key: InstanceKey): AppliedIndex | undefined {
    return this.#memories.get(instanceKey(key))?.index ?? this.#deps.indexes.get(key);
  }

  /** Looks at an instance soon. */
  touch(key: InstanceKey): void {
    this.#queue.add(instanceKey(key));
  }

  /** True while the accepted plan of an instance is not terminal. */
  isBusy(key: InstanceKey): boolean {
    const cached = this.#deps.instances.get(key);
    const memory = this.#memories.get(instanceKey(key));
    if (!cached) return true;
    const accepted = this.indexOf(key)?.accepted;
    const status = accepted && (memory?.planStatus ?? cached.view.planStatus)[accepted.plan];
    return cached.view.deleting || (status !== undefined && isRunning(status.status));
  }

  /** Applies the stored set of an instance again, on its worker. @throws PassError while a plan runs */
  reapply(key: InstanceKey): Promise<{ readonly applied: number }> {
    return new Promise((resolve, reject) => {
      this.#memoryOf(instanceKey(key)).reapply.push({ resolve, reject });
      this.touch(key);
    });
  }

  /** Takes what the tracker saw: an instance that waits for health has its turn, drift is looked into. */
  objectChanged(change: ObjectChange): void {
    this.#deps.drift.objectChanged(change);
    if (change.healthChanged || change.object === undefined)
      for (const owner of change.owners) this.#queue.addFirst(owner);
  }

  #instanceChanged(type: ResourceEventType, object: KubeObject): void {
    const { instances, drift } = this.#deps;
    const key = { namespace: object.metadata.namespace ?? "default", name: object.metadata.name ?? "" };
    if (type === "DELETED") {
      instances.remove(object);
      if (!instances.get(key)) {
        this.#forget(key);
        this.#queue.forget(instanceKey(key));
        drift.forget(key);
      }
    } else {
      const before = instances.get(key);
      const { view } = instances.observe(object);
      if (before && before.view.uid !== view.uid) this.#forget(key); // the watch missed the end of the first
      if (before?.view.resourceVersion !== view.resourceVersion) this.#queue.add(instanceKey(key));
    }
    this.#deps.onInstance?.(type, object);
  }

  #touchUsersOf({ metadata }: KubeObject): void {
    for (const { view } of this.#deps.instances.all()) {
      const { name, namespace = view.namespace } = view.operatorVersion;
      if (name === metadata.name && namespace === metadata.namespace) this.touch(view);
    }
  }

  async #work(key: string, signal: AbortSignal): Promise<WorkResult> {
    const [namespace = "", name = ""] = key.split("/");
    const cached = this.#deps.instances.get({ namespace, name });
    if (!cached) return { kind: "done" };
    const memory = this.#memoryOf(key);
    try {
      const result = await reconcileInstance({
        deps: { ...this.#deps, family: this.#family, lifetime: this.#stop.signal },
        view: cached.view,
        memory,
        signal,
      });
      memory.failures = result.kind === "retry" ? memory.failures + 1 : 0;
      return result;
    } catch (error) {
      return await this.#failed(memory, cached.view, error);
    } finally {
      this.#tellParent(cached.view, memory);
    }
  }

  /** A parent waits for its children: it has its turn when the pass over one of them brought something new. */
  #tellParent({ namespace, name, parent }: InstanceView, memory: InstanceMemory): void {
    if (!parent) return;
    const { instances, packages } = this.#deps;
    const now = childState({ instances, packages, family: this.#family }, { namespace, name });
    // The end of a plan that came and went in one pass is news, too.
    const state = JSON.stringify([memory.decided?.generation, memory.index?.accepted?.planUid, now]);
    if (state === memory.toldParent) return;
    memory.toldParent = state;
    if (this.#deps.instances.get(parent)) this.#queue.addFirst(instanceKey(parent));
  }

  /** A pass that failed as a whole. What memory believes may be wrong now, so the next one starts from the cluster. */
  async #failed(memory: InstanceMemory, instance: InstanceKey, error: unknown): Promise<WorkResult> {
    if (isAbort(error) || this.#stop.signal.aborted) return { kind: "done" };
    const isStale = isClusterError(error, "conflict");
    const message = maskRandom(memory.index)(messageOf(error));
    memory.failures++;
    memory.message = message;
    if (isStale) {
      forgetBeliefs(memory);
      await this.#deps.indexes.load(instance, this.#stop.signal).catch(() => undefined); // tried again with the pass
    }
    if (!isStale || memory.failures > 3) {
      const { namespace, name } = instance;
      const code = error instanceof AppError ? error.code : "unexpected";
      this.#deps.emit({ kind: "passFailed", instance: { namespace, name }, code, message });
      if (!(error instanceof AppError))
        this.#deps.log.error({ instance: instanceKey(instance), error }, "a pass failed unexpectedly");
    }
    return { kind: "retry" };
  }

  async #collectPackages(signal: AbortSignal): Promise<void> {
    const { clock, indexes, packages } = this.#deps;
    while (!signal.aborted) {
      await clock.sleep(COLLECT_MS, signal).catch(() => {}); // the signal ends the loop
      if (signal.aborted) return;
      const named = indexes.keys().flatMap((key) => indexes.get(key)?.accepted?.packageDigest ?? []);
      await packages.collect(new Set(named), signal).catch(() => {}); // the next turn tries again
    }
  }

  /** Whoever waits for the instance is told that it is gone. */
  #forget(key: InstanceKey): void {
    const name = instanceKey(key);
    for (const { reject } of this.#memories.get(name)?.reapply ?? [])
      reject(new PassError(`instance ${name} was deleted`, { code: "instance.busy" }));
    this.#memories.delete(name);
  }

  #memoryOf(key: string): InstanceMemory {
    const known = this.#memories.get(key) ?? newMemory();
    this.#memories.set(key, known);
    return known;
  }
}

/** What memory holds ahead of the cluster, or believes of it, goes; the next pass reads it again. */
function forgetBeliefs(memory: InstanceMemory): void {
  memory.index = undefined;
  memory.acceptedUnsaved = false;
  memory.planStatus = undefined;
  memory.recovered = false;
  memory.decided = undefined;
  memory.random = NO_RANDOM;
  memory.steps.clear();
}
