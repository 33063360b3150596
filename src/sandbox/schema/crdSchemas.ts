import { asList, asObject, asString, isJsonObject, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { FieldCause, ObjectSchema, Refusal } from "../objectPipeline.ts";
import { createFieldTypeCompiler } from "./fieldType.ts";
import { type JsonSchema, OBJECT_META } from "./jsonSchema.ts";
import { resolveBuiltinRef } from "./kubernetesTable.ts";
import type { CompiledSchema } from "./objectSchema.ts";

/** The schemas of a CustomResourceDefinition by version name, or why they are not structural. */
export function compileCrdSchemas(
  crd: KubeObject,
): { readonly kind: "schemas"; readonly byVersion: ReadonlyMap<string, ObjectSchema> } | Refusal {
  const spec = asObject(crd.spec);
  const versions = asList(spec.versions).map(asObject);
  const causes = versions.flatMap((version, index) => structuralCauses(version, index, versions.length));
  if (causes.length > 0) return { kind: "refused", code: 422, reason: "Invalid", message: "", causes };
  const group = asString(spec.group) ?? "";
  const kind = asString(asObject(spec.names).kind) ?? "";
  const byVersion = new Map<string, ObjectSchema>();
  for (const version of versions) {
    const name = asString(version.name) ?? "";
    byVersion.set(name, compileVersion(`${group}/${name}`, kind, crdRootSchema(version)));
  }
  return { kind: "schemas", byVersion };
}

/** The schema of one version of a CRD with the members that every object has. */
export function crdRootSchema(version: JsonObject): JsonSchema {
  const schema = asObject(asObject(version.schema).openAPIV3Schema) as JsonSchema;
  const { metadata: _, ...properties } = schema.properties ?? {};
  return {
    ...schema,
    type: "object",
    properties: {
      ...properties,
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { allOf: [{ $ref: `#/components/schemas/${OBJECT_META}` }] },
    },
  };
}

function compileVersion(apiVersion: string, kind: string, root: JsonSchema): CompiledSchema {
  const type = createFieldTypeCompiler(resolveBuiltinRef)(root);
  return { apiVersion, kind, origin: "custom", root, type, resolveRef: resolveBuiltinRef };
}

function structuralCauses(version: JsonObject, index: number, count: number): readonly FieldCause[] {
  const root = asObject(version.schema).openAPIV3Schema;
  const shown =
    count === 1 ? "spec.validation.openAPIV3Schema" : `spec.versions[${index}].schema.openAPIV3Schema`;
  if (!isJsonObject(root)) {
    const field = `spec.versions[${index}].schema.openAPIV3Schema`;
    return [{ reason: "FieldValueRequired", message: "Required value: schemas are required", field }];
  }
  if (root.type === undefined || root.type === "") return [required(shown, "must not be empty at the root")];
  if (root.type !== "object") {
    const message = `Invalid value: ${JSON.stringify(root.type)}: must be object at the root`;
    return [{ reason: "FieldValueInvalid", message, field: `${shown}.type` }];
  }
  return memberCauses(root as JsonSchema, shown);
}

function memberCauses(schema: JsonSchema, path: string): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  const visit = (member: JsonSchema, at: string, whenEmpty: string): void => {
    const isOpen =
      member["x-kubernetes-int-or-string"] === true ||
      member["x-kubernetes-preserve-unknown-fields"] === true;
    if (!member.type && !isOpen) causes.push(required(at, whenEmpty));
    causes.push(...memberCauses(member, at));
  };
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    visit(member, `${path}.properties[${name}]`, "must not be empty for specified object fields");
  }
  if (schema.items) visit(schema.items, `${path}.items`, "must not be empty for specified array items");
  if (typeof schema.additionalProperties === "object") {
    const whenEmpty = "must not be empty for specified object fields";
    visit(schema.additionalProperties, `${path}.additionalProperties`, whenEmpty);
  }
  return causes;
}

function required(path: string, why: string): FieldCause {
  return { reason: "FieldValueRequired", message: `Required value: ${why}`, field: `${path}.type` };
}
