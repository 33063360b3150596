import type { ClusterClient } from "../cluster/clusterClient.ts";

/** Packages by digest in immutable, compressed Secrets of the installation's namespace (engine.md, 2). */
export class PackageStore {
  readonly #client: ClusterClient;
  readonly #namespace: string;

  constructor(client: ClusterClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** Stores a package's JSON text under its digest. No request when this store has seen the digest before. */
  async save(_digest: string, _text: string, _signal: AbortSignal): Promise<void> {
    throw new Error(`not written yet: ${this.#namespace} ${String(this.#client)}`);
  }

  /** The JSON text, or `undefined` when the digest is not stored. */
  async load(_digest: string, _signal: AbortSignal): Promise<string | undefined> {
    throw new Error("not written yet");
  }

  /** Deletes the packages that nothing names any more. */
  async collect(_named: ReadonlySet<string>, _signal: AbortSignal): Promise<void> {
    throw new Error("not written yet");
  }
}
