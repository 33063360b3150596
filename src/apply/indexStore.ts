import type { ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { refKey } from "../object/objectRef.ts";
import {
  ANNOTATION_OWNER,
  FINALIZER_PRUNE,
  type InstanceKey,
  indexSecretName,
  instanceKey,
  ownerMark,
  parseOwnerMark,
} from "../object/ownership.ts";
import type { AppliedIndex } from "./appliedIndex.ts";
import {
  type IndexDocument,
  type Manifests,
  packDocument,
  packManifests,
  unpackDocument,
  unpackManifests,
} from "./indexDocument.ts";
import { ManifestParts } from "./manifestParts.ts";
import {
  SECRET_TYPE,
  secretAnnotation,
  secretBytes,
  secretOf,
  secretRef,
  stateSelector,
} from "./stateSecret.ts";

export { type Manifests, manifestsOf } from "./indexDocument.ts";

/** Up to here the manifests lie in the index Secret itself, compressed, in bytes. */
const INSIDE_BYTES = 512 * 1024;

const NOTHING: Manifests = new Map();

/** One index as memory holds it: compressed, as it stands in the cluster. */
interface Held {
  readonly resourceVersion: string;
  readonly document: Buffer;
  readonly manifests?: Buffer;
}

/** The two values of an index Secret. */
type Contents = Pick<Held, "document" | "manifests">;

/**
 * The index Secrets of all instances. Memory holds them compressed; a write is guarded by the resource version last
 * seen, so that a second writer fails with `conflict` instead of winning.
 */
export class IndexStore {
  readonly #client: ClusterClient;
  readonly #parts: ManifestParts;
  readonly #held = new Map<string, Held>();
  /** Writes whose answer never came: found in the cluster later, they are known to be ours. */
  readonly #unanswered = new Map<string, Contents>();

  constructor(client: ClusterClient) {
    this.#client = client;
    this.#parts = new ManifestParts(client);
  }

  /** Reads every index of the cluster (or of one namespace) once, at start. */
  async loadAll(signal: AbortSignal, namespace?: string): Promise<void> {
    await this.#client.list(SECRET_TYPE, {
      signal,
      labelSelector: stateSelector("index"),
      ...(namespace !== undefined && { namespace }),
      onPage: (secrets) => {
        for (const secret of secrets) this.#hold(secret);
      },
    });
  }

  /** Reads one index again, after a conflict or when an instance appears later. */
  async load(instance: InstanceKey, signal: AbortSignal): Promise<AppliedIndex | undefined> {
    const secret = await this.#client.get(refFor(instance), { signal });
    this.#held.delete(instanceKey(instance));
    if (secret) this.#hold(secret);
    return this.get(instance);
  }

  /** All instances that have an index. */
  keys(): readonly InstanceKey[] {
    return [...this.#held.keys()].map((key) => {
      const [namespace = "", name = ""] = key.split("/");
      return { namespace, name };
    });
  }

  /** From memory; `undefined` when the instance has none. @throws IndexError */
  get(instance: InstanceKey): AppliedIndex | undefined {
    return this.#document(instance)?.index;
  }

  /** Manifests of what the index names; read from the cluster when they are too large to be kept inside. @throws IndexError */
  async manifests(instance: InstanceKey, signal: AbortSignal): Promise<Manifests> {
    const held = this.#held.get(instanceKey(instance));
    if (held?.manifests) return unpackManifests(instance, held.manifests);
    const parts = this.#document(instance)?.parts;
    return parts
      ? unpackManifests(instance, await this.#parts.read(instance.namespace, parts, signal))
      : NOTHING;
  }

  /**
   * Stores an index with the manifests that changed: one request for a small set.
   *
   * @param changed  merged over those stored; what the index no longer names is dropped
   * @throws ClusterError `conflict` when somebody else wrote the index: `get` then answers what stands there
   */
  async write(index: AppliedIndex, changed: Manifests, signal: AbortSignal): Promise<void> {
    const { instance } = index;
    const before = this.#document(instance);
    const held = this.#held.get(instanceKey(instance));
    if (held && changed.size === 0 && before && haveSameObjects(before.index, index)) {
      const document = packDocument({ ...before, index });
      return await this.#put(
        index,
        { document, ...(held.manifests && { manifests: held.manifests }) },
        signal,
      );
    }
    const manifests = packManifests(merge(index, await this.manifests(instance, signal), changed));
    const document = packDocument({ version: 1, index });
    if (document.length + manifests.length <= INSIDE_BYTES) {
      await this.#put(index, { document, manifests }, signal);
      if (before?.parts) await this.#parts.keepOnly(instance, [], signal);
      return;
    }
    const parts = await this.#parts.write(instance, manifests, signal);
    await this.#put(index, { document: packDocument({ version: 1, index, parts }) }, signal);
    await this.#parts.keepOnly(instance, parts, signal);
  }

  /** Deletes the Secret with its finalizer. Nothing happens when there is none. */
  async remove(instance: InstanceKey, signal: AbortSignal): Promise<void> {
    if (this.#hasParts(instance)) await this.#parts.keepOnly(instance, [], signal);
    const ref = refFor(instance);
    const left = await this.#client.delete(ref, { signal });
    if (left) {
      const finalizers = (left.metadata.finalizers ?? []).filter((name) => name !== FINALIZER_PRUNE);
      try {
        await this.#client.patch(ref, "merge", { metadata: { finalizers } }, { signal });
      } catch (error) {
        if (!isClusterError(error, "notFound")) throw error;
      }
    }
    this.#held.delete(instanceKey(instance));
    this.#unanswered.delete(instanceKey(instance));
  }

  async #put(index: AppliedIndex, contents: Contents, signal: AbortSignal): Promise<void> {
    const key = instanceKey(index.instance);
    try {
      await this.#send(index, contents, signal);
      this.#unanswered.delete(key);
    } catch (error) {
      const isStale =
        isClusterError(error, "conflict", "notFound") && (await this.#catchUp(index, contents, signal));
      if (isStale === "stored") return;
      if (isStale === "retry") return await this.#send(index, contents, signal);
      if (!isClusterError(error, "conflict")) this.#unanswered.set(key, contents);
      throw error;
    }
  }

  async #send(
    { instance }: AppliedIndex,
    { document, manifests }: Contents,
    signal: AbortSignal,
  ): Promise<void> {
    const held = this.#held.get(instanceKey(instance));
    const secret = secretOf({
      namespace: instance.namespace,
      name: indexSecretName(instance.name),
      kind: "index",
      annotations: { [ANNOTATION_OWNER]: ownerMark(instance) },
      finalizers: [FINALIZER_PRUNE],
      data: { index: document, ...(manifests && { manifests }) },
      ...(held && { resourceVersion: held.resourceVersion }),
    });
    this.#hold(
      held ? await this.#client.update(secret, { signal }) : await this.#client.create(secret, { signal }),
    );
  }

  /**
   * Finds out why a write came too late. Our own write whose answer was lost, and changes of metadata alone, are no
   * second writer.
   */
  async #catchUp(
    { instance }: AppliedIndex,
    wanted: Contents,
    signal: AbortSignal,
  ): Promise<"stored" | "retry" | "lost"> {
    const key = instanceKey(instance);
    const known = this.#held.get(key);
    const unanswered = this.#unanswered.get(key);
    const live = await this.#client.get(refFor(instance), { signal });
    this.#held.delete(key);
    this.#unanswered.delete(key);
    if (!live) return known ? "retry" : "lost";
    this.#hold(live);
    const found = this.#held.get(key);
    if (isSame(found, wanted)) return "stored";
    return isSame(found, known) || isSame(found, unanswered) ? "retry" : "lost";
  }

  #hold(secret: KubeObject): void {
    const instance = parseOwnerMark(secretAnnotation(secret, ANNOTATION_OWNER) ?? "");
    const document = secretBytes(secret, "index");
    if (!instance || !document) return;
    const manifests = secretBytes(secret, "manifests");
    const resourceVersion = secret.metadata.resourceVersion ?? "";
    this.#held.set(instanceKey(instance), { resourceVersion, document, ...(manifests && { manifests }) });
  }

  #document(instance: InstanceKey): IndexDocument | undefined {
    const held = this.#held.get(instanceKey(instance));
    return held && unpackDocument(instance, held.document);
  }

  #hasParts(instance: InstanceKey): boolean {
    const held = this.#held.get(instanceKey(instance));
    return held !== undefined && held.manifests === undefined;
  }
}

function refFor({ namespace, name }: InstanceKey) {
  return secretRef(namespace, indexSecretName(name));
}

function merge(index: AppliedIndex, stored: Manifests, changed: Manifests): Manifests {
  const kept = index.entries.flatMap(({ ref }) => {
    const key = refKey(ref);
    const manifest = changed.get(key) ?? stored.get(key);
    return manifest ? [[key, manifest] as const] : [];
  });
  return new Map(kept);
}

function haveSameObjects(a: AppliedIndex, b: AppliedIndex): boolean {
  const keys = new Set(a.entries.map((entry) => refKey(entry.ref)));
  return keys.size === b.entries.length && b.entries.every((entry) => keys.has(refKey(entry.ref)));
}

function isSame(a: Contents | undefined, b: Contents | undefined): boolean {
  if (!a || !b || !a.document.equals(b.document)) return false;
  return a.manifests && b.manifests ? a.manifests.equals(b.manifests) : a.manifests === b.manifests;
}
