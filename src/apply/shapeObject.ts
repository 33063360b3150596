import { asObject, canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ShapedObject } from "./objectSchemas.ts";
import { resolveShape, type ScalarType, type SchemaDocument, type Shape } from "./schemaDocument.ts";

/**
 * Brings an object into a shape: fields that it does not have and earlier duplicates of a list key go, with a warning;
 * a value of a wrong type is an error. Values that are right are not copied.
 */
export function shapeObject(document: SchemaDocument, shape: Shape, object: KubeObject): ShapedObject {
  const found: Findings = { warnings: [], errors: [] };
  const shaped = shapeValue({ document, found }, shape, object, "");
  return { object: shaped as KubeObject, ...found };
}

interface Findings {
  readonly warnings: string[];
  readonly errors: string[];
}

interface Walk {
  readonly document: SchemaDocument;
  readonly found: Findings;
}

function shapeValue(walk: Walk, given: Shape, value: JsonValue, path: string): JsonValue {
  // The server reads null as 'not set' wherever it stands.
  if (value === null) return value;
  const shape = resolveShape(walk.document, given);
  switch (shape.kind) {
    case "any":
      return value;
    case "scalar":
      if (!shape.types.some((type) => isScalar(type, value)))
        walk.found.errors.push(`${path}: must be ${describeTypes(shape.types)}, is ${describe(value)}`);
      return value;
    case "list":
      if (isList(value)) return shapeList(walk, shape, value, path);
      walk.found.errors.push(`${path}: must be a list, is ${describe(value)}`);
      return value;
    case "map":
    case "struct":
      if (isJsonObject(value)) return shapeMembers(walk, shape, value, path);
      walk.found.errors.push(`${path}: must be a mapping, is ${describe(value)}`);
      return value;
  }
}

function shapeMembers(
  walk: Walk,
  shape: Extract<Shape, { kind: "map" | "struct" }>,
  value: JsonObject,
  path: string,
): JsonValue {
  const shaped: Record<string, JsonValue> = {};
  let isChanged = false;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const field = shape.kind === "map" ? shape.values : shape.fields.get(name);
    const place = `${path}.${name}`;
    if (field) {
      const result = shapeValue(walk, field, member, place);
      isChanged ||= result !== member;
      shaped[name] = result;
    } else if (shape.kind === "struct" && shape.isOpen) shaped[name] = member;
    else {
      isChanged = true;
      walk.found.warnings.push(`${place}: unknown field, left out`);
    }
  }
  return isChanged ? shaped : value;
}

function shapeList(
  walk: Walk,
  shape: Extract<Shape, { kind: "list" }>,
  value: readonly JsonValue[],
  path: string,
): JsonValue {
  const items = value.map((item, at) => shapeValue(walk, shape.items, item, `${path}[${at}]`));
  const identity = identityIn(walk.document, shape);
  if (!identity) return items.every((item, at) => item === value[at]) ? value : items;
  const last = new Map(items.map((item, at) => [identity(item), at]));
  const kept = items.filter((item, at) => {
    if (last.get(identity(item)) === at) return true;
    walk.found.warnings.push(`${path}[${at}]: ${identity(item)} comes again later, this one is left out`);
    return false;
  });
  return kept.length === value.length && kept.every((item, at) => item === value[at]) ? value : kept;
}

/** What tells the items of a list apart; `undefined` where the server does not care. */
function identityIn(
  document: SchemaDocument,
  { keys, isSet, items }: Extract<Shape, { kind: "list" }>,
): ((item: JsonValue) => string) | undefined {
  if (isSet) return canonicalJson;
  if (keys.length === 0) return undefined;
  const shape = resolveShape(document, items);
  const defaults = keys.map((key) => defaultOf(document, shape, key));
  return (item) =>
    keys.map((key, at) => `${key} ${canonicalJson(asObject(item)[key] ?? defaults[at] ?? null)}`).join(", ");
}

function defaultOf(document: SchemaDocument, shape: Shape, key: string): JsonValue | undefined {
  const field = shape.kind === "struct" ? shape.fields.get(key) : undefined;
  const resolved = field && resolveShape(document, field);
  return resolved?.kind === "scalar" ? resolved.default : undefined;
}

function isScalar(type: ScalarType, value: JsonValue): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

const ARTICLES: Readonly<Record<ScalarType, string>> = {
  string: "a string",
  integer: "an integer",
  number: "a number",
  boolean: "a boolean",
};

function describeTypes(types: readonly ScalarType[]): string {
  return types.map((type) => ARTICLES[type]).join(" or ");
}

/** What a value is, never the value itself: it may be a secret. */
function describe(value: JsonValue): string {
  if (isList(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a string";
    case "number":
      return "a number";
    case "boolean":
      return "a boolean";
    default:
      return "a mapping";
  }
}
