import { createHash } from "node:crypto";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { ClusterError, isClusterError } from "../cluster/clusterError.ts";
import { type InstanceKey, shortHash } from "../object/ownership.ts";
import { piecesOf } from "./compressed.ts";
import { SECRET_TYPE, secretBytes, secretOf, secretRef, stateSelector } from "./stateSecret.ts";

/** Label that tells whose manifests a Secret holds, by a hash of the instance's name. */
const LABEL_SET = "lockstep.dev/set";

/**
 * Manifests that are too large for their index: immutable Secrets beside it, named by digest and written before the
 * index names them.
 */
export class ManifestParts {
  readonly #client: ClusterClient;

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  /** Stores the bytes; answers the names of the Secrets in order. */
  async write(instance: InstanceKey, bytes: Buffer, signal: AbortSignal): Promise<readonly string[]> {
    const names: string[] = [];
    for (const piece of piecesOf(bytes)) {
      const name = `lockstep-manifests-${createHash("sha256").update(piece).digest("hex").slice(0, 40)}-${shortHash(instance.name)}`;
      await this.#create(instance, name, piece, signal);
      names.push(name);
    }
    return names;
  }

  /** The bytes of the named Secrets, in order. */
  async read(namespace: string, names: readonly string[], signal: AbortSignal): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (const name of names) {
      const secret = await this.#client.get(secretRef(namespace, name), { signal });
      const piece = secret && secretBytes(secret, "manifests");
      if (!piece) {
        throw new ClusterError("manifests of the applied set are missing", {
          reason: "notFound",
          verb: "get",
          subject: `Secret/${namespace}/${name}`,
        });
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Deletes the instance's Secrets that are not among the names: superseded ones, and those a crash left behind. */
  async keepOnly(instance: InstanceKey, names: readonly string[], signal: AbortSignal): Promise<void> {
    const { items } = await this.#client.list(SECRET_TYPE, {
      namespace: instance.namespace,
      labelSelector: stateSelector("manifests", { [LABEL_SET]: shortHash(instance.name) }),
      signal,
    });
    for (const { metadata } of items) {
      const name = metadata.name ?? "";
      if (!names.includes(name)) await this.#client.delete(secretRef(instance.namespace, name), { signal });
    }
  }

  async #create(instance: InstanceKey, name: string, piece: Buffer, signal: AbortSignal): Promise<void> {
    const secret = secretOf({
      namespace: instance.namespace,
      name,
      kind: "manifests",
      labels: { [LABEL_SET]: shortHash(instance.name) },
      immutable: true,
      data: { manifests: piece },
    });
    try {
      await this.#client.create(secret, { signal });
    } catch (error) {
      // Named by its content: what stands there already is the same.
      if (!isClusterError(error, "conflict")) throw error;
    }
  }
}
