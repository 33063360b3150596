import { isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type JsonSchema, refOfSchema } from "./jsonSchema.ts";

/**
 * Fills the defaults of a CRD's schema. A null where the schema allows none becomes the default, or goes.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function defaultCustom(schema: JsonSchema, object: KubeObject): KubeObject {
  return fill(schema, object) as KubeObject;
}

function fill(schema: JsonSchema, value: JsonValue): JsonValue {
  if (refOfSchema(schema) !== undefined) return value;
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item) => fill(items, item)) : value;
  }
  return isJsonObject(value) ? fillMembers(schema, value) : value;
}

function fillMembers(schema: JsonSchema, value: JsonObject): JsonObject {
  const { properties = {}, additionalProperties: extra } = schema;
  const filled: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const declared = own ?? (typeof extra === "object" ? extra : undefined);
    if (member === null && own && own.nullable !== true && refOfSchema(own) === undefined) continue;
    filled[name] = declared ? fill(declared, member) : member;
  }
  for (const [name, member] of Object.entries(properties)) {
    if (filled[name] === undefined && member.default !== undefined)
      filled[name] = fill(member, member.default);
  }
  return filled;
}
