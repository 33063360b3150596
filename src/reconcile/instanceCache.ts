import type { KubeObject } from "../object/kubeObject.ts";
import { type InstanceKey, instanceKey } from "../object/ownership.ts";
import { isEarlierVersion } from "../object/resourceVersion.ts";
import { type InstanceView, viewInstance } from "./instanceView.ts";

/** One instance as the watch, or an answer to a write of ours, last showed it. */
export interface CachedInstance {
  /** Without managedFields. */
  readonly object: KubeObject;
  readonly view: InstanceView;
}

/** The Instances of the cluster. Holds what lives, forgets what is gone. */
export class InstanceCache {
  readonly #instances = new Map<string, CachedInstance>();

  /** Takes an object that the server sent; an older one than the one known is ignored. */
  observe(object: KubeObject): CachedInstance {
    const key = keyOf(object);
    const known = this.#instances.get(key);
    if (known && known.view.uid === object.metadata.uid && isOlder(object, known.view)) return known;
    const { managedFields: _, ...metadata } = object.metadata;
    const next = { object: { ...object, metadata }, view: viewInstance(object) };
    this.#instances.set(key, next);
    return next;
  }

  /** Forgets an object that was deleted, unless a namesake has taken its place. */
  remove(object: KubeObject): void {
    const key = keyOf(object);
    if (this.#instances.get(key)?.view.uid === object.metadata.uid) this.#instances.delete(key);
  }

  get(key: InstanceKey): CachedInstance | undefined {
    return this.#instances.get(instanceKey(key));
  }

  /** All instances, in no particular order. */
  all(): IterableIterator<CachedInstance> {
    return this.#instances.values();
  }
}

function keyOf({ metadata }: KubeObject): string {
  return instanceKey({ namespace: metadata.namespace ?? "default", name: metadata.name ?? "" });
}

function isOlder({ metadata }: KubeObject, { resourceVersion }: InstanceView): boolean {
  return isEarlierVersion(metadata.resourceVersion ?? "", resourceVersion);
}
