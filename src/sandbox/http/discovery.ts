import type { JsonObject } from "../../object/json.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import type { TypeRegistry } from "../registry/typeRegistry.ts";

/** What `/version` says. */
export const VERSION: JsonObject = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "go1.26.0",
  compiler: "gc",
  platform: "linux/amd64",
};

const SCALE = { group: "autoscaling", version: "v1", kind: "Scale" };

/** Kinds of subresources that are not the kind itself; verbs of those that only take a POST. */
const SUBRESOURCE_KINDS: Readonly<Record<string, JsonObject>> = {
  scale: SCALE,
  eviction: { group: "policy", version: "v1", kind: "Eviction" },
};
const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  eviction: ["create"],
  log: ["get"],
  finalize: ["update"],
};

/** `/api` (core group alone) or `/apis` (all others) in the aggregated form. */
export function aggregatedDiscovery(registry: TypeRegistry, core: boolean): JsonObject {
  const groups = registry.groups().filter(({ group }) => (group === "") === core);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versions.map((version) => ({
        version,
        freshness: "Current",
        resources: registry.types(group, version).map(discoveredResource),
      })),
    })),
  };
}

function discoveredResource(type: ResourceType): JsonObject {
  return {
    resource: type.plural,
    responseKind: { group: type.group, version: type.version, kind: type.kind },
    scope: type.namespaced ? "Namespaced" : "Cluster",
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    ...(type.subresources.length > 0
      ? {
          subresources: type.subresources.map((name) => ({
            subresource: name,
            responseKind: SUBRESOURCE_KINDS[name] ?? {
              group: type.group,
              version: type.version,
              kind: type.kind,
            },
            verbs: SUBRESOURCE_VERBS[name] ?? ["get", "patch", "update"],
          })),
        }
      : {}),
  };
}

/** `/api` as it was before aggregation. */
export function coreVersions(host: string): JsonObject {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: host }],
  };
}

/** `/apis` as it was before aggregation. */
export function groupList(registry: TypeRegistry): JsonObject {
  const groups = registry
    .groups()
    .filter(({ group }) => group !== "")
    .map(({ group, versions }) => groupBody(group, versions));
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

/** `/apis/<group>`; `undefined` when it is not served. */
export function groupDocument(registry: TypeRegistry, group: string): JsonObject | undefined {
  const found = registry.groups().find((candidate) => candidate.group === group);
  return found ? { kind: "APIGroup", apiVersion: "v1", ...groupBody(group, found.versions) } : undefined;
}

function groupBody(group: string, versions: readonly string[]): JsonObject {
  const named = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: named, preferredVersion: named[0] ?? {} };
}

/** `/api/v1` and `/apis/<group>/<version>`; `undefined` when it is not served. */
export function resourceList(registry: TypeRegistry, group: string, version: string): JsonObject | undefined {
  const types = registry.types(group, version);
  if (types.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: types.flatMap((type) => [
      listedResource(type),
      ...type.subresources.map((name) => listedPart(type, name)),
    ]),
  };
}

function listedResource(type: ResourceType): JsonObject {
  return {
    name: type.plural,
    singularName: type.singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: type.verbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
  };
}

function listedPart(type: ResourceType, name: string): JsonObject {
  const kind = SUBRESOURCE_KINDS[name];
  return {
    name: `${type.plural}/${name}`,
    singularName: "",
    namespaced: type.namespaced,
    ...(kind ? { group: kind.group, version: kind.version } : {}),
    kind: kind?.kind ?? type.kind,
    verbs: SUBRESOURCE_VERBS[name] ?? ["get", "patch", "update"],
  };
}
