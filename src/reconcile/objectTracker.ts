import { hash } from "node:crypto";
import type { LiveVersion } from "../apply/applyContext.ts";
import { messageOf } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { watchResources } from "../cluster/watchResources.ts";
import type { Health } from "../health/health.ts";
import { judge } from "../health/judge.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import { ANNOTATION_OWNER, instanceKey, LABEL_HERITAGE, parseOwnerMark } from "../object/ownership.ts";
import { isEarlierVersion } from "../object/resourceVersion.ts";

/** What stays in memory of one object: no manifest, a few hundred bytes. */
interface Tracked {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Of everything but status and bookkeeping. */
  readonly content: string;
  readonly health: Health;
  readonly deleting: boolean;
  /** `namespace/name` of the owning instances, as last seen while the marks were there. */
  readonly owners: readonly string[];
}

/** What a line of a watch meant for the instances that own the object. */
export interface ObjectChange {
  readonly ref: ObjectRef;
  readonly owners: readonly string[];
  /** The object as it is now; `undefined` when the watch lost it: deleted, or our label was removed. */
  readonly object: KubeObject | undefined;
  readonly contentChanged: boolean;
  readonly healthChanged: boolean;
}

/** What the tracker needs from outside. */
export interface ObjectTrackerDeps {
  readonly client: ClusterClient;
  readonly now: () => number;
  readonly onChange: (change: ObjectChange) => void;
  readonly onError: (resource: string, message: string) => void;
}

/** The watch on one kind. */
interface WatchedType {
  synced: boolean;
  readonly whenSynced: Promise<void>;
  readonly ended: Promise<void>;
}

/** Only objects that carry KUDO's label are watched. */
const SELECTOR = `${LABEL_HERITAGE}=kudo`;

/**
 * Watches every kind that instances own, and remembers identity, health and a digest of each object.
 *
 * One watch per kind for the whole cluster; no request per object or instance. What we wrote ourselves is noted at once,
 * so that its echo in the watch is no change.
 */
export class ObjectTracker {
  readonly #deps: ObjectTrackerDeps;
  readonly #objects = new Map<string, Tracked>();
  /** A page of `/status` asks for thousands: making their keys each time would cost more than the answer. */
  readonly #keys = new WeakMap<ObjectRef, string>();
  readonly #types = new Map<string, WatchedType>();

  constructor(deps: ObjectTrackerDeps) {
    this.#deps = deps;
  }

  /**
   * Starts to watch a kind; nothing happens when it is watched already.
   *
   * @returns resolves when everything of the kind that exists has been seen; rejects when the watch ends before
   */
  watch({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">, signal: AbortSignal): Promise<void> {
    const key = `${apiVersion}|${kind}`;
    const known = this.#types.get(key);
    if (known) return known.whenSynced;
    const { whenSynced, ended } = watchResources(
      this.#deps.client,
      { apiVersion, kind },
      { labelSelector: SELECTOR },
      {
        onSynced: () => {
          const type = this.#types.get(key);
          if (type) type.synced = true;
        },
        onEvent: (type, object) => (type === "DELETED" ? this.#lost(object) : this.#saw(object)),
        onError: (error) => this.#deps.onError(kind, messageOf(error)),
      },
      signal,
    );
    this.#types.set(key, { synced: false, whenSynced, ended });
    return whenSynced;
  }

  /** Resolves when every watch is over; they end with the signal that they were started with. */
  async ended(): Promise<void> {
    await Promise.all([...this.#types.values()].map((type) => type.ended));
    this.#objects.clear();
  }

  /** Identity of an object, from memory. */
  live(ref: ObjectRef, drifted: boolean): LiveVersion {
    const tracked = this.#objects.get(refKey(ref));
    if (tracked) return { kind: "seen", uid: tracked.uid, deleting: tracked.deleting, drifted };
    return this.#types.get(`${ref.apiVersion}|${ref.kind}`)?.synced
      ? { kind: "absent" }
      : { kind: "unknown" };
  }

  health(ref: ObjectRef): Health | undefined {
    let key = this.#keys.get(ref);
    if (key === undefined) {
      key = refKey(ref);
      this.#keys.set(ref, key);
    }
    return this.#objects.get(key)?.health;
  }

  /** Notes an answer to a write of ours; `false` when the watch has told of a later write by then. */
  noteWritten(object: KubeObject): boolean {
    const key = refKey(refOf(object));
    const known = this.#objects.get(key);
    if (known && isOlder(object, known)) return object.metadata.resourceVersion === known.resourceVersion;
    this.#objects.set(key, this.#track(object, known));
    return true;
  }

  /** Drops an object that is gone for good. */
  forget(ref: ObjectRef): void {
    this.#objects.delete(refKey(ref));
  }

  #saw(object: KubeObject): void {
    const ref = refOf(object);
    const key = refKey(ref);
    const known = this.#objects.get(key);
    if (known && isOlder(object, known)) return;
    const next = this.#track(object, known);
    this.#objects.set(key, next);
    const contentChanged = known?.content !== next.content || known.uid !== next.uid;
    const healthChanged =
      known?.health.status !== next.health.status ||
      known.health.message !== next.health.message ||
      known.deleting !== next.deleting;
    if (!contentChanged && !healthChanged) return;
    this.#deps.onChange({ ref, owners: next.owners, object, contentChanged, healthChanged });
  }

  #lost(object: KubeObject): void {
    const ref = refOf(object);
    const key = refKey(ref);
    const known = this.#objects.get(key);
    if (known && known.uid !== object.metadata.uid) return; // an earlier life
    this.#objects.delete(key);
    const owners = known?.owners ?? ownersOf(object);
    this.#deps.onChange({ ref, owners, object: undefined, contentChanged: true, healthChanged: true });
  }

  #track(object: KubeObject, known: Tracked | undefined): Tracked {
    const owners = ownersOf(object);
    return {
      uid: object.metadata.uid ?? "",
      resourceVersion: object.metadata.resourceVersion ?? "",
      content: contentOf(object),
      health: judge(object, this.#deps.now()),
      deleting: object.metadata.deletionTimestamp !== undefined,
      owners: owners.length > 0 ? owners : (known?.owners ?? []),
    };
  }
}

/** Instances that the object's marks name. */
export function ownersOf(object: KubeObject): readonly string[] {
  return Object.entries(annotationsOf(object))
    .filter(([key]) => key === ANNOTATION_OWNER || key.startsWith(`${ANNOTATION_OWNER}.`))
    .flatMap(([, value]) => {
      const owner = parseOwnerMark(value);
      return owner ? [instanceKey(owner)] : [];
    });
}

function contentOf({ metadata, status: _, ...rest }: KubeObject): string {
  const { resourceVersion: __, managedFields: ___, generation: ____, ...kept } = metadata;
  return hash("md5", JSON.stringify([rest, kept]), "base64");
}

/**
 * Resource versions of one kind count up, over all lives of a name: a line that was under way while we wrote is older
 * than our answer, be it about the object that we have just recreated.
 */
function isOlder(object: KubeObject, known: Tracked): boolean {
  const next = object.metadata.resourceVersion ?? "";
  return next === known.resourceVersion || isEarlierVersion(next, known.resourceVersion);
}
