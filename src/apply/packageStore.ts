import type { ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { compress, decompress, piecesOf } from "./compressed.ts";
import {
  SECRET_TYPE,
  secretAnnotation,
  secretBytes,
  secretOf,
  secretRef,
  stateSelector,
} from "./stateSecret.ts";

const ANNOTATION_DIGEST = "lockstep.dev/digest";
/** On the first piece: how many there are. */
const ANNOTATION_PIECES = "lockstep.dev/pieces";

/** Packages by digest in immutable, compressed Secrets of the installation's namespace (engine.md, 2). */
export class PackageStore {
  readonly #client: ClusterClient;
  readonly #namespace: string;
  readonly #saved = new Set<string>();
  /** Under way: many instances of one package begin together. */
  readonly #saving = new Map<string, Promise<void>>();

  constructor(client: ClusterClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /**
   * Stores a package's JSON text under its digest. No request when this store has seen the digest before.
   *
   * The first piece is written last, so that a package that can be found is whole.
   *
   * @param text  made only when it is needed
   */
  async save(digest: string, text: () => string, signal: AbortSignal): Promise<void> {
    if (this.#saved.has(digest)) return;
    const underWay = this.#saving.get(digest);
    if (underWay !== undefined) return await underWay;
    const saving = this.#write(digest, text(), signal).finally(() => this.#saving.delete(digest));
    this.#saving.set(digest, saving);
    await saving;
  }

  async #write(digest: string, text: string, signal: AbortSignal): Promise<void> {
    const pieces = piecesOf(compress(text));
    for (const [at, piece] of [...pieces.entries()].reverse()) {
      const secret = secretOf({
        namespace: this.#namespace,
        name: pieceName(digest, at),
        kind: "package",
        annotations: { [ANNOTATION_DIGEST]: digest, [ANNOTATION_PIECES]: String(pieces.length) },
        immutable: true,
        data: { package: piece },
      });
      try {
        await this.#client.create(secret, { signal });
      } catch (error) {
        // Named by its content: what stands there already is the same.
        if (!isClusterError(error, "conflict")) throw error;
      }
    }
    this.#saved.add(digest);
  }

  /** The JSON text, or `undefined` when the digest is not stored whole. */
  async load(digest: string, signal: AbortSignal): Promise<string | undefined> {
    const first = await this.#client.get(secretRef(this.#namespace, pieceName(digest, 0)), { signal });
    if (!first) return undefined;
    const count = Number(secretAnnotation(first, ANNOTATION_PIECES) ?? 1);
    const pieces: Buffer[] = [];
    for (let at = 0; at < count; at++) {
      const secret =
        at === 0
          ? first
          : await this.#client.get(secretRef(this.#namespace, pieceName(digest, at)), { signal });
      const piece = secret && secretBytes(secret, "package");
      if (!piece) return undefined;
      pieces.push(piece);
    }
    this.#saved.add(digest);
    return decompress(Buffer.concat(pieces));
  }

  /**
   * Deletes the packages that nothing names any more.
   *
   * @param named  every digest that an accepted state holds or is about to hold
   */
  async collect(named: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { items } = await this.#client.list(SECRET_TYPE, {
      namespace: this.#namespace,
      labelSelector: stateSelector("package"),
      signal,
    });
    // First pieces sort before the others of their digest: a package half deleted is not found.
    for (const secret of items) {
      const digest = secretAnnotation(secret, ANNOTATION_DIGEST) ?? "";
      if (named.has(digest)) continue;
      this.#saved.delete(digest);
      await this.#client.delete(secretRef(this.#namespace, secret.metadata.name ?? ""), { signal });
    }
  }
}

function pieceName(digest: string, at: number): string {
  const name = `lockstep-package-${digest.replace(/^sha256:/, "").replace(/[^a-z0-9]/g, "-")}`;
  return at === 0 ? name : `${name}-${at}`;
}
