import { asList, asObject, asString, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { parseApiVersion } from "../../object/objectRef.ts";
import { crdRootSchema } from "./crdSchemas.ts";
import { definitionName, type GroupVersionKind, type JsonSchema } from "./jsonSchema.ts";
import {
  builtinDefinitionName,
  builtinDefinitions,
  builtinResources,
  kubernetesVersion,
} from "./kubernetesTable.ts";

/** A resource as the document's paths need it. */
interface Served {
  readonly gvk: GroupVersionKind;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly definition: string;
  readonly patchTypes: readonly string[];
}

/** Query parameters that clients look for before they use them. */
const PATCH_PARAMETERS: readonly JsonValue[] = ["dryRun", "fieldManager", "fieldValidation", "force"].map(
  (name) => ({
    name,
    in: "query",
    schema: { type: name === "force" ? "boolean" : "string", uniqueItems: true },
  }),
);

const CUSTOM_PATCH_TYPES: readonly string[] = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
];

/** kubectl sends a strategic patch wherever the document lists it; custom kinds do not take one. */
const BUILTIN_PATCH_TYPES: readonly string[] = [
  ...CUSTOM_PATCH_TYPES,
  "application/strategic-merge-patch+json",
];

/**
 * The OpenAPI 3 document of one group version: its schemas with all that they refer to, and for each resource the
 * paths that clients look at. `undefined` when nothing is served there.
 */
export function openApiDocument(
  group: string,
  version: string,
  crds: readonly KubeObject[],
): JsonValue | undefined {
  const apiVersion = group ? `${group}/${version}` : version;
  const own: Record<string, JsonSchema> = {};
  const served: Served[] = [];
  for (const crd of crds) served.push(...crdResources(crd, group, version, own));
  served.push(...builtinServed(apiVersion));
  if (served.length === 0) return undefined;

  const schemas: Record<string, JsonValue> = {};
  for (const { definition } of served) collect(definition, own, schemas);
  const paths = Object.fromEntries(served.flatMap((resource) => pathsOf(apiVersion, resource)));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: kubernetesVersion },
    paths,
    components: { schemas },
  };
}

function builtinServed(apiVersion: string): readonly Served[] {
  const { group, version } = parseApiVersion(apiVersion);
  return builtinResources
    .filter((resource) => resource.apiVersion === apiVersion)
    .flatMap(({ kind, name, namespaced }) => {
      const definition = builtinDefinitionName(apiVersion, kind);
      return definition === undefined
        ? []
        : [
            {
              gvk: { group, version, kind },
              plural: name,
              namespaced,
              definition,
              patchTypes: BUILTIN_PATCH_TYPES,
            },
          ];
    });
}

function crdResources(
  crd: KubeObject,
  group: string,
  version: string,
  own: Record<string, JsonSchema>,
): readonly Served[] {
  const spec = asObject(crd.spec);
  if (spec.group !== group) return [];
  const names = asObject(spec.names);
  const kind = asString(names.kind) ?? "";
  return asList(spec.versions)
    .map(asObject)
    .filter((candidate) => candidate.name === version && candidate.served !== false)
    .map((candidate) => {
      const gvk = { group, version, kind };
      const definition = `${group.split(".").reverse().join(".")}.${version}.${kind}`;
      own[definition] = { ...crdRootSchema(candidate), "x-kubernetes-group-version-kind": [gvk] };
      return {
        gvk,
        plural: asString(names.plural) ?? "",
        namespaced: spec.scope !== "Cluster",
        definition,
        patchTypes: CUSTOM_PATCH_TYPES,
      };
    });
}

/** Copies a schema and everything it refers to, without the marks that are our own. */
function collect(
  name: string,
  own: Readonly<Record<string, JsonSchema>>,
  into: Record<string, JsonValue>,
): void {
  const schema = own[name] ?? builtinDefinitions[name];
  if (!schema || name in into) return;
  const { "x-zero": _, ...published } = schema;
  into[name] = published as unknown as JsonObject;
  for (const ref of refsIn(published as unknown as JsonValue)) collect(definitionName(ref), own, into);
}

function* refsIn(value: JsonValue | undefined): Generator<string> {
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) yield* refsIn(item);
  else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value as JsonObject)) {
      if (key === "$ref" && typeof member === "string") yield member;
      else yield* refsIn(member);
    }
  }
}

function pathsOf(
  apiVersion: string,
  { gvk, plural, namespaced, definition, patchTypes }: Served,
): readonly [string, JsonValue][] {
  const root = gvk.group ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const schema = { $ref: `#/components/schemas/${definition}` };
  const json = { "application/json": { schema } };
  const kind: JsonValue = { group: gvk.group, version: gvk.version, kind: gvk.kind };
  const operation = (action: string): Readonly<Record<string, JsonValue>> => ({
    responses: { "200": { description: "OK", content: json } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  });
  const patch: JsonValue = {
    ...operation("patch"),
    parameters: PATCH_PARAMETERS,
    requestBody: {
      required: true,
      content: Object.fromEntries(patchTypes.map((type) => [type, { schema }])),
    },
  };
  const post: JsonValue = {
    ...operation("post"),
    parameters: PATCH_PARAMETERS.slice(0, 3),
    requestBody: { content: json },
  };
  const put: JsonValue = {
    ...operation("put"),
    parameters: PATCH_PARAMETERS.slice(0, 3),
    requestBody: { content: json },
  };
  return [
    [collection, { get: operation("list"), post }],
    [`${collection}/{name}`, { get: operation("get"), put, patch }],
  ];
}
