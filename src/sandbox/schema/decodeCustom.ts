import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import { type DecodedBuiltin, decodeBuiltin } from "./decodeBuiltin.ts";
import { type JsonSchema, OBJECT_META, refOfSchema } from "./jsonSchema.ts";
import { resolveBuiltinRef } from "./kubernetesTable.ts";

/**
 * Prunes an object of a custom kind: members that its schema lacks go, unless it preserves them. Metadata is read as
 * for built-in kinds; wrong types elsewhere are left to validation.
 */
export function decodeCustom(schema: JsonSchema, object: JsonObject): DecodedBuiltin {
  const unknown: string[] = [];
  const value = prune(schema, object, "", unknown) as JsonObject;
  if (!isJsonObject(object.metadata) || !schema.properties?.metadata)
    return { value, error: undefined, unknown: unknown.sort() };
  const metadata = decodeMetadata(object.metadata);
  return {
    value: { ...value, metadata: metadata.value },
    error: metadata.error,
    unknown: [...unknown, ...metadata.unknown].sort(),
  };
}

const METADATA: JsonSchema = {
  type: "object",
  properties: { metadata: { allOf: [{ $ref: `#/components/schemas/${OBJECT_META}` }] } },
};

/** Metadata has Go types even where the rest has none: what Go does not write goes. */
export function decodeMetadata(metadata: JsonObject): DecodedBuiltin {
  const decoded = decodeBuiltin(METADATA, { metadata }, resolveBuiltinRef, { fromStore: false });
  // the server reads the metadata of a custom kind by itself, and its messages name the fields so
  const error = decoded.error?.replace("ObjectMeta.metadata.", "ObjectMeta.");
  return { ...decoded, error, value: asObject(decoded.value.metadata) };
}

function prune(schema: JsonSchema, value: JsonValue, path: string, unknown: string[]): JsonValue {
  if (refOfSchema(schema) !== undefined) return value;
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item, index) => prune(items, item, `${path}[${index}]`, unknown)) : value;
  }
  return isJsonObject(value) ? pruneMembers(schema, value, path, unknown) : value;
}

function pruneMembers(schema: JsonSchema, value: JsonObject, path: string, unknown: string[]): JsonObject {
  const { properties = {}, additionalProperties: extra } = schema;
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true;
  const preserves = schema["x-kubernetes-preserve-unknown-fields"] === true || extra === true;
  const kept: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const at = path ? `${path}.${name}` : name;
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const declared = own ?? (typeof extra === "object" ? extra : undefined);
    const isIdentity = isEmbedded && ["apiVersion", "kind", "metadata"].includes(name);
    if (declared) kept[name] = prune(declared, member, at, unknown);
    else if (preserves || isIdentity) kept[name] = member;
    else unknown.push(at);
  }
  return kept;
}
