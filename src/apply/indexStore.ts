import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { InstanceKey } from "../object/ownership.ts";
import type { AppliedIndex } from "./appliedIndex.ts";

/** Manifests of an applied set by `refKey`. */
export type Manifests = ReadonlyMap<string, KubeObject>;

/**
 * The index Secrets of all instances. Memory holds them compressed; a write is guarded by the resource version last
 * seen, so that a second writer fails with `conflict` instead of winning.
 */
export class IndexStore {
  readonly #client: ClusterClient;

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  /** Reads every index of the cluster (or of one namespace) once, at start. */
  async loadAll(_signal: AbortSignal, _namespace?: string): Promise<void> {
    throw new Error(`not written yet: ${String(this.#client)}`);
  }

  /** Reads one index again, after a conflict or when an instance appears later. */
  async load(_instance: InstanceKey, _signal: AbortSignal): Promise<AppliedIndex | undefined> {
    throw new Error("not written yet");
  }

  /** Keys of all instances that have an index. */
  keys(): readonly InstanceKey[] {
    throw new Error("not written yet");
  }

  /** From memory; `undefined` when the instance has none. */
  get(_instance: InstanceKey): AppliedIndex | undefined {
    throw new Error("not written yet");
  }

  /** Manifests of what the index names; read from the cluster when they are too large to be kept inside. */
  async manifests(_instance: InstanceKey, _signal: AbortSignal): Promise<Manifests> {
    throw new Error("not written yet");
  }

  /**
   * Stores an index with the manifests that changed. One request for a small set.
   *
   * @param changed  merged over those stored; what the index no longer names is dropped
   */
  async write(_index: AppliedIndex, _changed: Manifests, _signal: AbortSignal): Promise<void> {
    throw new Error("not written yet");
  }

  /** Deletes the Secret with its finalizer. Nothing happens when there is none. */
  async remove(_instance: InstanceKey, _signal: AbortSignal): Promise<void> {
    throw new Error("not written yet");
  }
}

/** The manifests that a write of the intent has to store. */
export function manifestsOf(objects: readonly { readonly object: KubeObject }[]): Manifests {
  throw new Error(`not written yet: ${objects.length}`);
}
