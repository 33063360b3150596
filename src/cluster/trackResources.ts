import type { KubeObject } from "../object/kubeObject.ts";

/** A kind of objects. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What became of an object since it was last heard of. */
export type ResourceEventType = "ADDED" | "MODIFIED" | "DELETED";

/** Knows of each object of a kind the last resource version, and nothing else. */
export interface TrackedResources {
  /** Takes an event of a watch; answers its resource version. */
  take(type: ResourceEventType, object: KubeObject): string;
  /** Takes a list in pages; `finish` says that it was whole, and reports what is not in it as DELETED. */
  sweep(): { take(items: readonly KubeObject[]): void; finish(): void };
  /** Set when the receiver of events threw. */
  readonly broken: { readonly error: unknown } | undefined;
}

/** Turns lists and watch events into one event per real change: what was heard before is not said again. */
export function trackResources(
  { apiVersion, kind }: KindRef,
  onEvent: (type: ResourceEventType, object: KubeObject) => void,
): TrackedResources {
  const versions = new Map<string, string>();
  let broken: TrackedResources["broken"];

  const report = (type: ResourceEventType, object: KubeObject): void => {
    try {
      onEvent(type, object);
    } catch (error) {
      broken ??= { error };
      throw error;
    }
  };

  const see = (key: string, object: KubeObject): void => {
    const version = object.metadata.resourceVersion ?? "";
    const known = versions.get(key);
    if (known === version) return;
    versions.set(key, version);
    report(known === undefined ? "ADDED" : "MODIFIED", object);
  };

  return {
    get broken() {
      return broken;
    },
    take(type, object) {
      const key = keyOf(object);
      if (type !== "DELETED") see(key, object);
      else if (versions.delete(key)) report("DELETED", object);
      return object.metadata.resourceVersion ?? "";
    },
    sweep() {
      const missing = new Set(versions.keys());
      return {
        take(items) {
          for (const item of items) {
            const key = keyOf(item);
            missing.delete(key);
            see(key, item);
          }
        },
        finish() {
          for (const key of missing) {
            versions.delete(key);
            report("DELETED", { apiVersion, kind, metadata: metadataOf(key) });
          }
        },
      };
    },
  };
}

/** `namespace/name`, `/name` for what has no namespace. */
function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function metadataOf(key: string): KubeObject["metadata"] {
  const slash = key.indexOf("/");
  const name = key.slice(slash + 1);
  return slash === 0 ? { name } : { namespace: key.slice(0, slash), name };
}
