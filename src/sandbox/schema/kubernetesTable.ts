import { definitionName, type JsonSchema } from "./jsonSchema.ts";
import table from "./kubernetes.json" with { type: "json" };

/** A resource as Kubernetes' own discovery lists it. */
export interface BuiltinResource {
  readonly apiVersion: string;
  /** Plural, as in URLs. */
  readonly name: string;
  readonly singularName: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources: readonly {
    readonly name: string;
    readonly kind: string;
    /** Of the subresource's own kind, when it differs from the parent's (`autoscaling/v1` of a Scale). */
    readonly apiVersion?: string;
    readonly verbs: readonly string[];
  }[];
}

interface KubernetesTable {
  readonly version: string;
  readonly resources: readonly BuiltinResource[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

const TABLE = table as unknown as KubernetesTable;

/** Version of the Kubernetes that the table was taken from, `v1.36.3`. */
export const kubernetesVersion: string = TABLE.version;

/** Everything that Kubernetes serves by default in its stable versions. */
export const builtinResources: readonly BuiltinResource[] = TABLE.resources;

/** All schemas by their name in the OpenAPI document. */
export const builtinDefinitions: Readonly<Record<string, JsonSchema>> = TABLE.definitions;

const BY_KIND: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE.definitions).flatMap(([name, schema]) =>
    (schema["x-kubernetes-group-version-kind"] ?? []).map(
      ({ group, version, kind }) => [`${group ? `${group}/` : ""}${version} ${kind}`, name] as const,
    ),
  ),
);

/** The schema that a `$ref` in the table means. */
export function resolveBuiltinRef(ref: string): JsonSchema | undefined {
  return TABLE.definitions[definitionName(ref)];
}

/** Name in the OpenAPI document of a built-in kind's schema. */
export function builtinDefinitionName(apiVersion: string, kind: string): string | undefined {
  return BY_KIND.get(`${apiVersion} ${kind}`);
}
