import {
  canonicalJson,
  deepEqual,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { FieldCause } from "../objectPipeline.ts";
import { type JsonSchema, refOfSchema } from "./jsonSchema.ts";
import type { CompiledSchema } from "./objectSchema.ts";

/** What the schema of a CRD forbids in an object, in the words of the real server. Rules in CEL are not evaluated. */
export function validateCustom(
  schema: CompiledSchema,
  next: KubeObject,
  live?: KubeObject,
): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  visit(schema.root, next, live, "", causes);
  return causes;
}

/** A value that did not change is not judged again: an older, looser schema may have let it in. */
function isUnchanged(value: JsonValue, live: JsonValue | undefined): boolean {
  return live !== undefined && deepEqual(value, live);
}

function visit(
  schema: JsonSchema,
  value: JsonValue,
  live: JsonValue | undefined,
  path: string,
  causes: FieldCause[],
): void {
  if (refOfSchema(schema) !== undefined || isUnchanged(value, live)) return;
  if (value === null && schema.nullable === true) return;
  const wrong = wrongType(schema, value, path);
  if (wrong) {
    causes.push(wrong);
    return;
  }
  causes.push(...valueCauses(schema, value, path));
  if (Array.isArray(value)) visitItems(schema, value, live, path, causes);
  else if (isJsonObject(value)) visitMembers(schema, value, live, path, causes);
}

function visitItems(
  schema: JsonSchema,
  value: readonly JsonValue[],
  live: JsonValue | undefined,
  path: string,
  causes: FieldCause[],
): void {
  const old = Array.isArray(live) ? live : [];
  for (const [index, item] of value.entries()) {
    if (schema.items) visit(schema.items, item, old[index], `${path}[${index}]`, causes);
  }
  causes.push(...duplicateCauses(schema, value, path));
}

function visitMembers(
  schema: JsonSchema,
  value: JsonObject,
  live: JsonValue | undefined,
  path: string,
  causes: FieldCause[],
): void {
  const { properties = {}, additionalProperties: extra, required = [] } = schema;
  const old = isJsonObject(live) ? live : {};
  for (const name of required) {
    if (value[name] === undefined) {
      causes.push({ reason: "FieldValueRequired", message: "Required value", field: join(path, name) });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const declared = own ?? (typeof extra === "object" ? extra : undefined);
    if (declared && member !== undefined) visit(declared, member, old[name], join(path, name), causes);
  }
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

function wrongType(schema: JsonSchema, value: JsonValue, path: string): FieldCause | undefined {
  const type = typeOf(value);
  if (schema["x-kubernetes-int-or-string"] === true) {
    if (type === "integer" || type === "string") return undefined;
    return typeCause(path, "integer,string", type);
  }
  if (schema.type === undefined || schema.type === "" || schema.type === type) return undefined;
  if (schema.type === "number" && type === "integer") return undefined;
  return typeCause(path, schema.type, type);
}

function typeCause(path: string, expected: string, found: string): FieldCause {
  const shown = JSON.stringify(found);
  const message = `Invalid value: ${shown}: ${path} in body must be of type ${expected}: ${shown}`;
  return { reason: "FieldValueTypeInvalid", message, field: path };
}

function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function valueCauses(schema: JsonSchema, value: JsonValue, path: string): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  const invalid = (shown: JsonValue, what: string): void => {
    const message = `Invalid value: ${JSON.stringify(shown)}: ${path} in body ${what}`;
    causes.push({ reason: "FieldValueInvalid", message, field: path });
  };
  if (schema.enum && !schema.enum.some((allowed) => deepEqual(allowed, value))) {
    const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(", ");
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
    causes.push({ reason: "FieldValueNotSupported", message, field: path });
  }
  if (typeof value === "number") numberProblems(schema, value).forEach((what) => void invalid(value, what));
  if (typeof value === "string") {
    if (schema.maxLength !== undefined && lengthOf(value) > schema.maxLength) {
      const message = `Too long: may not be more than ${schema.maxLength} bytes`;
      causes.push({ reason: "FieldValueTooLong", message, field: path });
    }
    stringProblems(schema, value).forEach((what) => void invalid(value, what));
  }
  if (Array.isArray(value))
    causes.push(...countCauses(value.length, schema.minItems, schema.maxItems, "items", path));
  else if (isJsonObject(value)) {
    const count = Object.keys(value).length;
    causes.push(...countCauses(count, schema.minProperties, schema.maxProperties, "properties", path));
  }
  return causes;
}

function numberProblems(schema: JsonSchema, value: number): readonly string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const problems: string[] = [];
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    problems.push(`should be greater than ${exclusiveMinimum ? "" : "or equal to "}${minimum}`);
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    problems.push(`should be less than ${exclusiveMaximum ? "" : "or equal to "}${maximum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    problems.push(`should be a multiple of ${multipleOf}`);
  }
  return problems;
}

function stringProblems(schema: JsonSchema, value: string): readonly string[] {
  const problems: string[] = [];
  if (schema.minLength !== undefined && lengthOf(value) < schema.minLength) {
    problems.push(`should be at least ${schema.minLength} chars long`);
  }
  if (schema.pattern !== undefined && !matches(schema.pattern, value)) {
    problems.push(`should match '${schema.pattern}'`);
  }
  if (schema.format === "date-time" && Number.isNaN(Date.parse(value))) {
    problems.push(`must be of type date-time: ${JSON.stringify(value)}`);
  }
  return problems;
}

/** A pattern that JavaScript cannot read forbids nothing. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function lengthOf(value: string): number {
  return [...value].length;
}

function countCauses(
  count: number,
  min: number | undefined,
  max: number | undefined,
  what: string,
  path: string,
): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  if (max !== undefined && count > max) {
    const message = `Too many: ${count}: must have at most ${max} items`;
    causes.push({ reason: "FieldValueTooMany", message, field: path });
  }
  if (min !== undefined && count < min) {
    const message = `Invalid value: ${count}: ${path} in body should have at least ${min} ${what}`;
    causes.push({ reason: "FieldValueInvalid", message, field: path });
  }
  return causes;
}

/** Items of sets and of lists with keys must differ. */
function duplicateCauses(
  schema: JsonSchema,
  items: readonly JsonValue[],
  path: string,
): readonly FieldCause[] {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "set" && listType !== "map") return [];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const identity = listType === "map" && isJsonObject(item) ? keyOf(item, keys, schema) : item;
    const text = canonicalJson(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    const message = `Duplicate value: ${text}`;
    return [{ reason: "FieldValueDuplicate", message, field: `${path}[${index}]` }];
  });
}

function keyOf(item: JsonObject, keys: readonly string[], schema: JsonSchema): JsonObject {
  const properties = schema.items?.properties ?? {};
  return Object.fromEntries(keys.map((key) => [key, item[key] ?? properties[key]?.default]));
}
