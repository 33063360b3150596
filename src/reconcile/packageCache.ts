import type { PackageStore } from "../apply/packageStore.ts";
import { canonicalJson } from "../object/json.ts";
import { isKubeObject, type KubeObject } from "../object/kubeObject.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";
import { fromOperatorVersion, toOperatorVersion } from "../package/operatorVersion.ts";
import type { OperatorVersionRef } from "../plan/accepted.ts";
import { type CompiledPackage, compilePackage } from "../render/compiledPackage.ts";

/** What the cluster's OperatorVersion of a name holds. */
export type PublishedPackage =
  | { readonly kind: "found"; readonly digest: string }
  /** It is there and cannot be used. */
  | { readonly kind: "broken"; readonly problem: string };

/** How many packages stay compiled that no OperatorVersion of the cluster holds any more. */
const SPARE = 32;

/**
 * The packages of the cluster, each parsed and compiled once: those of living OperatorVersions, and those that plans
 * started with, which come from their Secrets after a restart or a change of the OperatorVersion.
 */
export class PackageCache {
  readonly #store: PackageStore;
  readonly #published = new Map<string, PublishedPackage>();
  readonly #compiled = new Map<string, CompiledPackage>();

  constructor(store: PackageStore) {
    this.#store = store;
  }

  /** Takes a line of the watch on OperatorVersions. */
  observe(type: "ADDED" | "MODIFIED" | "DELETED", object: KubeObject): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    if (type === "DELETED") {
      this.#published.delete(key);
      this.#trim();
      return;
    }
    const read = fromOperatorVersion(object);
    if ("problem" in read) {
      this.#published.set(key, { kind: "broken", problem: read.problem });
      return;
    }
    this.#published.set(key, { kind: "found", digest: read.pkg.digest });
    if (!this.#compiled.has(read.pkg.digest)) this.#compiled.set(read.pkg.digest, compilePackage(read.pkg));
    this.#trim();
  }

  /** What the OperatorVersion that an instance in `namespace` refers to holds; `undefined` when there is none. */
  published(ref: OperatorVersionRef, namespace: string): PublishedPackage | undefined {
    return this.#published.get(`${ref.namespace ?? namespace}/${ref.name}`);
  }

  /** From memory only. */
  peek(digest: string): CompiledPackage | undefined {
    return this.#compiled.get(digest);
  }

  /** A package by digest, read from its Secrets when no OperatorVersion holds it; `undefined` when it is nowhere. */
  async load(digest: string, signal: AbortSignal): Promise<CompiledPackage | undefined> {
    const known = this.#compiled.get(digest);
    if (known) return known;
    const text = await this.#store.load(digest, signal);
    const stored: unknown = text === undefined ? undefined : JSON.parse(text);
    const read = isKubeObject(stored) ? fromOperatorVersion(stored) : undefined;
    if (!read || "problem" in read) return undefined;
    const compiled = compilePackage(read.pkg);
    this.#compiled.set(digest, compiled);
    this.#trim();
    return compiled;
  }

  /** Makes sure that the package outlives its OperatorVersion; must be over before an index names the digest. */
  async keep(pkg: OperatorPackage, signal: AbortSignal): Promise<void> {
    await this.#store.save(pkg.digest, () => canonicalJson(toOperatorVersion(pkg, "")), signal);
  }

  /** Deletes stored packages that no index names. */
  async collect(named: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    await this.#store.collect(named, signal);
  }

  /** Compiled packages go when neither an OperatorVersion nor a spare place holds them; the oldest first. */
  #trim(): void {
    const held = new Set(
      [...this.#published.values()].flatMap((entry) => (entry.kind === "found" ? [entry.digest] : [])),
    );
    const spare = [...this.#compiled.keys()].filter((digest) => !held.has(digest));
    for (const digest of spare.slice(0, Math.max(0, spare.length - SPARE))) this.#compiled.delete(digest);
  }
}
