import { asList, asObject, asString } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { withMetadata } from "../draft.ts";
import { Collection, type StoreEvent } from "./collection.ts";

/** Where an object is kept. */
export interface StoredAt {
  readonly storageKey: string;
  readonly namespace: string;
  readonly name: string;
}

/** A change, with the collection it happened in. */
export type StoreListener = (storageKey: string, event: StoreEvent) => void;

/**
 * All objects of the cluster, one counter of versions over them, and the index from owners to dependents.
 *
 * Knows nothing of rules: callers check before they write. Objects in it are never changed, only replaced.
 */
export class ObjectStore {
  #version = 1;
  #collections = new Map<string, Collection>();
  #historyLimit: number;
  #byUid = new Map<string, StoredAt>();
  #dependents = new Map<string, Set<string>>();
  /** Uids of objects without owners, by storage key. */
  #unowned = new Map<string, Set<string>>();
  #listeners = new Set<StoreListener>();

  constructor({ historyLimit }: { readonly historyLimit: number }) {
    this.#historyLimit = historyLimit;
  }

  /** Version of the latest write. */
  get version(): number {
    return this.#version;
  }

  collection(storageKey: string): Collection {
    let found = this.#collections.get(storageKey);
    if (!found) {
      found = new Collection(0, this.#historyLimit);
      this.#collections.set(storageKey, found);
    }
    return found;
  }

  /** Begins a collection now: versions from before are too old for it. No effect on one that exists. */
  open(storageKey: string): void {
    if (this.#collections.has(storageKey)) return;
    this.#collections.set(storageKey, new Collection(this.#version, this.#historyLimit));
  }

  get(storageKey: string, namespace: string, name: string): KubeObject | undefined {
    return this.#collections.get(storageKey)?.get(namespace, name);
  }

  /** Where the object with this uid lives now. */
  locate(uid: string): StoredAt | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects that name this uid as an owner. */
  dependentsOf(uid: string): readonly StoredAt[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#byUid.get(dependent) ?? []);
  }

  /** Objects of a kind in a namespace that name no owner. */
  unowned(storageKey: string, namespace: string): readonly KubeObject[] {
    return [...(this.#unowned.get(storageKey) ?? [])].flatMap((uid) => {
      const place = this.#byUid.get(uid);
      return place?.namespace === namespace ? (this.get(storageKey, namespace, place.name) ?? []) : [];
    });
  }

  create(storageKey: string, object: KubeObject): KubeObject {
    return this.#write(storageKey, "ADDED", object);
  }

  update(storageKey: string, object: KubeObject, previous: KubeObject): KubeObject {
    return this.#write(storageKey, "MODIFIED", object, previous);
  }

  /** @returns the last state, with the version of the deletion */
  delete(storageKey: string, object: KubeObject): KubeObject {
    return this.#write(storageKey, "DELETED", object, object);
  }

  /** Forgets a collection that is empty and no longer served; its watches end. */
  drop(storageKey: string): void {
    const collection = this.#collections.get(storageKey);
    if (collection?.size !== 0) return;
    collection.close();
    this.#collections.delete(storageKey);
  }

  /** Hears of every write of the cluster, in the same turn. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(
    storageKey: string,
    type: StoreEvent["type"],
    object: KubeObject,
    previous?: KubeObject,
  ): KubeObject {
    const version = ++this.#version;
    const stored = withMetadata(object, { resourceVersion: String(version) });
    this.#index(storageKey, type, stored, previous);
    const event: StoreEvent = { type, version, object: stored, ...(previous ? { previous } : {}) };
    this.collection(storageKey).record(event);
    for (const listener of [...this.#listeners]) listener(storageKey, event);
    return stored;
  }

  #index(storageKey: string, type: StoreEvent["type"], object: KubeObject, previous?: KubeObject): void {
    const { uid = "", namespace = "", name = "" } = object.metadata;
    if (previous && previous.metadata.ownerReferences !== object.metadata.ownerReferences) {
      this.#unlink(uid, previous);
    }
    const owners = ownerUids(object);
    this.#noteUnowned(storageKey, uid, type !== "DELETED" && owners.length === 0);
    if (type === "DELETED") {
      this.#unlink(uid, object);
      this.#byUid.delete(uid);
      return;
    }
    this.#byUid.set(uid, { storageKey, namespace, name });
    for (const owner of owners) {
      const dependents = this.#dependents.get(owner) ?? new Set();
      dependents.add(uid);
      this.#dependents.set(owner, dependents);
    }
  }

  #noteUnowned(storageKey: string, uid: string, isUnowned: boolean): void {
    const uids = this.#unowned.get(storageKey) ?? new Set();
    if (isUnowned) uids.add(uid);
    else uids.delete(uid);
    if (uids.size === 0) this.#unowned.delete(storageKey);
    else this.#unowned.set(storageKey, uids);
  }

  #unlink(uid: string, object: KubeObject): void {
    for (const owner of ownerUids(object)) {
      const dependents = this.#dependents.get(owner);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner);
    }
  }
}

/** Uids of the owners that an object names. */
function ownerUids(object: KubeObject): readonly string[] {
  return asList(object.metadata.ownerReferences).flatMap((owner) => asString(asObject(owner).uid) ?? []);
}
