import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import {
  definitionName,
  INT_OR_STRING,
  type JsonSchema,
  QUANTITY,
  type ResolveRef,
  refOfSchema,
} from "./jsonSchema.ts";
import { canonicalQuantity, QUANTITY_PATTERN } from "./quantity.ts";

/** An object as Go would write it again after having read it into its own types. */
export interface DecodedBuiltin {
  readonly value: JsonObject;
  /** Why Go would refuse to read it: the first reason. */
  readonly error: string | undefined;
  /** Members that the type lacks, dropped from `value`: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: readonly string[];
}

/**
 * Reads an object of a built-in kind the way the server does: unknown members go, null and empty ones that Go does not
 * write go, those that it always writes come, quantities take their canonical form.
 *
 * An empty list that is always written stays empty in a request; what comes back from the store has null there.
 */
export function decodeBuiltin(
  schema: JsonSchema,
  object: JsonObject,
  resolveRef: ResolveRef,
  { fromStore }: { readonly fromStore: boolean },
): DecodedBuiltin {
  const walk: Walk = { resolveRef, fromStore, errors: [], unknown: [] };
  const struct = schema["x-kubernetes-group-version-kind"]?.[0]?.kind ?? "";
  const value = asObject(decode(schema, object, { path: "", fields: "", struct }, walk));
  return { value, error: walk.errors[0], unknown: walk.unknown };
}

interface Walk {
  readonly resolveRef: ResolveRef;
  readonly fromStore: boolean;
  readonly errors: string[];
  readonly unknown: string[];
}

/** A place: with list positions for people, without them and with the Go type around it for Go's own message. */
interface Place {
  readonly path: string;
  readonly fields: string;
  readonly struct: string;
}

function decode(schema: JsonSchema, value: JsonValue, place: Place, walk: Walk): JsonValue {
  const ref = refOfSchema(schema);
  if (ref !== undefined) {
    const name = definitionName(ref);
    const target = walk.resolveRef(ref);
    if (name === QUANTITY) return decodeQuantity(value, "nano", walk);
    if (name === INT_OR_STRING || !target) return value;
    if (target.properties && !isJsonObject(value)) return mismatch(value, goTypeOf(schema), place, walk, {});
    return decode(target, value, target.properties ? { ...place, struct: shortName(name) } : place, walk);
  }
  switch (schema.type) {
    case "object":
      if (!isJsonObject(value)) return mismatch(value, goTypeOf(schema), place, walk, {});
      if (schema.properties) return decodeStruct(schema, value, place, walk);
      return typeof schema.additionalProperties === "object"
        ? decodeMap(schema.additionalProperties, value, place, walk)
        : value;
    case "array":
      if (!Array.isArray(value)) return mismatch(value, goTypeOf(schema), place, walk, []);
      return value.map((item, index) => {
        const at = { ...place, path: `${place.path}[${index}]` };
        return item === null ? zeroOf(schema.items ?? {}, walk) : decode(schema.items ?? {}, item, at, walk);
      });
    case "string":
      return typeof value === "string" ? value : mismatch(value, "string", place, walk, "");
    case "boolean":
      return typeof value === "boolean" ? value : mismatch(value, "bool", place, walk, false);
    case "integer":
      return typeof value === "number" && Number.isInteger(value)
        ? value
        : mismatch(value, goTypeOf(schema), place, walk, 0);
    case "number":
      return typeof value === "number" ? value : mismatch(value, "float64", place, walk, 0);
    default:
      return value;
  }
}

function decodeStruct(schema: JsonSchema, value: JsonObject, place: Place, walk: Walk): JsonObject {
  const properties = schema.properties ?? {};
  const always = new Set(schema["x-zero"]?.always);
  const omit = new Set(schema["x-zero"]?.omit);
  const result: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const path = place.path ? `${place.path}.${name}` : name;
    if (!own) {
      walk.unknown.push(path);
      continue;
    }
    if (member === null || member === undefined) continue;
    const fields = place.fields ? `${place.fields}.${name}` : name;
    const decoded = decode(own, member, { path, fields, struct: place.struct }, walk);
    if (!(omit.has(name) && isZero(own, decoded, walk))) result[name] = decoded;
  }
  for (const name of always) {
    const own = properties[name];
    const current = result[name];
    const isEmptyContainer =
      walk.fromStore && own && !refOfSchema(own) && own.format !== "byte" && isEmpty(current);
    if (own && (current === undefined || isEmptyContainer)) result[name] = zeroOf(own, walk);
  }
  return result;
}

function decodeMap(schema: JsonSchema, value: JsonObject, place: Place, walk: Walk): JsonObject {
  const result: Record<string, JsonValue> = {};
  const isResourceList = definitionName(refOfSchema(schema) ?? "") === QUANTITY;
  for (const [name, member] of Object.entries(value)) {
    const at = { ...place, path: `${place.path}.${name}` };
    if (member === null || member === undefined) result[name] = zeroOf(schema, walk);
    else if (isResourceList) result[name] = decodeQuantity(member, "milli", walk);
    else result[name] = decode(schema, member, at, walk);
  }
  return result;
}

/** What Go writes for a member of this type that was never set. */
function zeroOf(schema: JsonSchema, walk: Walk): JsonValue {
  const ref = refOfSchema(schema);
  if (ref !== undefined) {
    const name = definitionName(ref);
    if (name === QUANTITY) return "0";
    if (name === INT_OR_STRING) return 0;
    const target = walk.resolveRef(ref);
    if (!target?.properties || schema.default === undefined) return null; // a pointer, a time, a map
    return decodeStruct(target, {}, { path: "", fields: "", struct: "" }, walk);
  }
  switch (schema.type) {
    case "string":
      return schema.format === "byte" ? null : "";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function isZero(schema: JsonSchema, value: JsonValue, walk: Walk): boolean {
  if (value === "" || value === 0 || value === false || isEmpty(value)) return true;
  return refOfSchema(schema) !== undefined && JSON.stringify(value) === JSON.stringify(zeroOf(schema, walk));
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function decodeQuantity(value: JsonValue, precision: "nano" | "milli", walk: Walk): JsonValue {
  const isScalar = typeof value === "string" || typeof value === "number";
  const canonical = isScalar ? canonicalQuantity(value, precision) : undefined;
  if (canonical === undefined) {
    walk.errors.push(
      value === "" || !isScalar
        ? `unable to parse quantity's suffix`
        : `quantities must match the regular expression '${QUANTITY_PATTERN}'`,
    );
  }
  return canonical ?? "0";
}

function mismatch(
  value: JsonValue,
  goType: string,
  { fields, struct }: Place,
  walk: Walk,
  zero: JsonValue,
): JsonValue {
  const of = fields ? `Go struct field ${struct}.${fields} of type ${goType}` : `Go value of type ${goType}`;
  walk.errors.push(`json: cannot unmarshal ${jsonKind(value)} into ${of}`);
  return zero;
}

/** Go's name of a JSON value in such messages; numbers with a fraction are named themselves. */
function jsonKind(value: JsonValue): string {
  if (Array.isArray(value)) return "array";
  if (value !== null && typeof value === "object") return "object";
  if (typeof value === "number" && !Number.isInteger(value)) return `number ${value}`;
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** Go's name of a type: `v1.PodSpec`, `[]v1.Container`, `map[string]string`. */
function goTypeOf(schema: JsonSchema): string {
  const ref = refOfSchema(schema);
  if (ref !== undefined) return definitionName(ref).split(".").slice(-2).join(".");
  switch (schema.type) {
    case "array":
      return `[]${goTypeOf(schema.items ?? {})}`;
    case "object":
      return `map[string]${typeof schema.additionalProperties === "object" ? goTypeOf(schema.additionalProperties) : "interface {}"}`;
    case "boolean":
      return "bool";
    case "integer":
      return schema.format ?? "int64";
    case "number":
      return "float64";
    default:
      return "string";
  }
}

function shortName(definition: string): string {
  return definition.slice(definition.lastIndexOf(".") + 1);
}
