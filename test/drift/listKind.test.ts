import { expect, test } from "vitest";
import { listKindOf } from "../../src/drift/listKind.ts";
import { definitionName, type JsonSchema, refOfSchema } from "../../src/sandbox/schema/jsonSchema.ts";
import {
  builtinDefinitionName,
  builtinDefinitions,
  builtinResources,
} from "../../src/sandbox/schema/kubernetesTable.ts";

/** Keyed lists that no operator package declares: they count as atomic, and a dry run sorts the rest out. */
const LEFT_OUT: readonly string[] = [
  "CSINode spec.drivers name",
  "ComponentStatus conditions type",
  "CustomResourceDefinition spec.versions.schema.openAPIV3Schema.x-kubernetes-validations rule",
];

test("keyed lists are those of Kubernetes' own OpenAPI document", () => {
  const differing = new Set<string>();
  for (const { apiVersion, kind } of builtinResources) {
    const root = builtinDefinitionName(apiVersion, kind);
    if (root === undefined) continue;
    visitLists(builtinDefinitions[root], [], [root], (path, keys) => {
      const list = listKindOf(apiVersion, kind, path);
      const ours = list.kind === "map" ? list.keys.map((key) => key.name).join() : "";
      if (ours !== keys.join()) differing.add(`${kind} ${path.join(".")} ${keys.join()}`);
    });
  }
  expect([...differing].sort()).toEqual(LEFT_OUT);
});

test("a custom resource's lists have no keys that we know", () => {
  expect(listKindOf("example.com/v1", "Cluster", ["spec", "containers"])).toEqual({ kind: "atomic" });
  expect(listKindOf("example.com/v1", "Cluster", ["metadata", "ownerReferences"]).kind).toBe("map");
});

/** Calls back with the path of every list and its keys; `status` and the metadata of templates are left out. */
function visitLists(
  schema: JsonSchema | undefined,
  path: readonly string[],
  seen: readonly string[],
  visit: (path: readonly string[], keys: readonly string[]) => void,
): void {
  if (!schema || path.includes("status") || path.at(-1) === "managedFields") return;
  if (path.length > 1 && path.at(-1) === "metadata") return;
  const ref = refOfSchema(schema);
  if (ref !== undefined) {
    const name = definitionName(ref);
    if (!seen.includes(name)) visitLists(builtinDefinitions[name], path, [...seen, name], visit);
    return;
  }
  if (schema.type === "array") {
    visit(
      path,
      schema["x-kubernetes-list-type"] === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : [],
    );
    visitLists(schema.items as JsonSchema | undefined, path, seen, visit);
  }
  for (const [name, member] of Object.entries(schema.properties ?? {}))
    visitLists(member, [...path, name], seen, visit);
}
