import type { KubeObject } from "../../object/kubeObject.ts";
import type { ObjectPipeline } from "../objectPipeline.ts";
import { builtinTypes } from "./builtinTypes.ts";
import type { ResourceType } from "./resourceType.ts";

/**
 * The kinds that are served now: those built in, and those of established CustomResourceDefinitions.
 *
 * Group versions keep their order of preference; those of CRDs follow the built-in ones.
 */
export class TypeRegistry {
  readonly #byPlural = new Map<string, ResourceType>();
  readonly #byKind = new Map<string, ResourceType>();
  readonly #byStorage = new Map<string, ResourceType>();
  readonly #groups = new Map<string, Map<string, Set<ResourceType>>>();

  constructor(pipeline: ObjectPipeline) {
    for (const type of builtinTypes(pipeline)) this.add(type);
  }

  add(type: ResourceType): void {
    this.#byPlural.set(`${type.apiVersion}/${type.plural}`, type);
    this.#byKind.set(`${type.apiVersion}|${type.kind}`, type);
    if (type.isStored || !this.#byStorage.has(type.storageKey)) this.#byStorage.set(type.storageKey, type);
    const versions = this.#groups.get(type.group) ?? new Map<string, Set<ResourceType>>();
    const types = versions.get(type.version) ?? new Set();
    types.add(type);
    versions.set(type.version, types);
    this.#groups.set(type.group, versions);
  }

  remove(type: ResourceType): void {
    this.#byPlural.delete(`${type.apiVersion}/${type.plural}`);
    this.#byKind.delete(`${type.apiVersion}|${type.kind}`);
    if (this.#byStorage.get(type.storageKey) === type) this.#byStorage.delete(type.storageKey);
    const versions = this.#groups.get(type.group);
    const types = versions?.get(type.version);
    types?.delete(type);
    if (types?.size === 0) versions?.delete(type.version);
    if (versions?.size === 0) this.#groups.delete(type.group);
  }

  byPlural(apiVersion: string, plural: string): ResourceType | undefined {
    return this.#byPlural.get(`${apiVersion}/${plural}`);
  }

  byKind(apiVersion: string, kind: string): ResourceType | undefined {
    return this.#byKind.get(`${apiVersion}|${kind}`);
  }

  /** What is kept under a storage key, in the version in which it is kept when that is served. */
  byStorageKey(storageKey: string): ResourceType | undefined {
    return this.#byStorage.get(storageKey);
  }

  /** Types of a stored object; fails for one whose kind is not served. */
  typeOf({ apiVersion, kind }: KubeObject): ResourceType {
    const type = this.byKind(apiVersion, kind);
    if (!type) throw new TypeError(`${apiVersion} ${kind} is not served`);
    return type;
  }

  /** Groups in order, the core group first; versions of each in order of preference. */
  groups(): readonly { readonly group: string; readonly versions: readonly string[] }[] {
    return [...this.#groups].map(([group, versions]) => ({
      group,
      versions: [...versions.keys()].sort(
        // Kubernetes' order: v2 before v1, v1 before v1beta1.
        (a, b) => comparePreference(a, b),
      ),
    }));
  }

  types(group: string, version: string): readonly ResourceType[] {
    return [...(this.#groups.get(group)?.get(version) ?? [])];
  }

  /** One type per storage key: every kind of object there is, once. */
  storedTypes(): readonly ResourceType[] {
    return [...this.#byStorage.values()];
  }
}

/** Orders versions as Kubernetes prefers them: stable before beta before alpha, higher first. */
function comparePreference(a: string, b: string): number {
  const rank = (version: string): readonly [number, number, number] => {
    const parsed = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!parsed) return [3, 0, 0];
    const stage = parsed[2] === undefined ? 0 : parsed[2] === "beta" ? 1 : 2;
    return [stage, -Number(parsed[1]), -Number(parsed[3] ?? 0)];
  };
  const [x, y] = [rank(a), rank(b)];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2] || (a < b ? -1 : 1);
}
