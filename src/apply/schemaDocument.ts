import { asList, asObject, asString, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { type ObjectRef, parseApiVersion } from "../object/objectRef.ts";

/** What a value may be, reduced from an OpenAPI schema to what {@link shapeObject} looks at. */
export type Shape =
  | ResolvedShape
  /** Another shape of the document, by name. */
  | { readonly kind: "ref"; readonly name: string };

/** A shape that speaks for itself. */
export type ResolvedShape =
  /** Anything goes. */
  | { readonly kind: "any" }
  /** One of some scalar types. */
  | { readonly kind: "scalar"; readonly types: readonly ScalarType[]; readonly default?: JsonValue }
  | {
      readonly kind: "list";
      readonly items: Shape;
      readonly keys: readonly string[];
      readonly isSet: boolean;
    }
  | { readonly kind: "map"; readonly values: Shape }
  | {
      readonly kind: "struct";
      readonly fields: ReadonlyMap<string, Shape>;
      /** Fields that it does not name are kept. */
      readonly isOpen: boolean;
    };

/** The scalar types of OpenAPI schemas. */
export type ScalarType = "string" | "integer" | "number" | "boolean";

/** The shapes of one group and version. */
export interface SchemaDocument {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Kind to the name of its shape. */
  readonly kinds: ReadonlyMap<string, string>;
}

const ANY: Shape = { kind: "any" };
const REF_PREFIX = "#/components/schemas/";
/** Members that every embedded object has, whatever its schema says. */
const OBJECT_MEMBERS = ["apiVersion", "kind", "metadata"];

/** Reads an OpenAPI v3 document of one group and version; keeps no descriptions. */
export function parseSchemaDocument(document: JsonValue, apiVersion: string): SchemaDocument {
  const schemas = asObject(asObject(asObject(document).components).schemas);
  const shapes = new Map<string, Shape>();
  const kinds = new Map<string, string>();
  for (const [name, value] of Object.entries(schemas)) {
    const schema = asObject(value);
    shapes.set(name, shapeOf(schema));
    for (const kind of kindsOf(schema, apiVersion)) kinds.set(kind, name);
  }
  return { shapes, kinds };
}

/** The shape of a kind; `undefined` when the document does not have it. */
export function findShape(document: SchemaDocument, { kind }: Pick<ObjectRef, "kind">): Shape | undefined {
  const name = document.kinds.get(kind);
  return name === undefined ? undefined : document.shapes.get(name);
}

/** Follows references to the shape itself; anything goes where the document does not have it. */
export function resolveShape(document: SchemaDocument, shape: Shape): ResolvedShape {
  let current = shape;
  for (let depth = 0; current.kind === "ref"; depth++) {
    const next = depth < 20 ? document.shapes.get(current.name) : undefined;
    if (!next) return { kind: "any" };
    current = next;
  }
  return current;
}

function kindsOf(schema: JsonObject, apiVersion: string): readonly string[] {
  const { group, version } = parseApiVersion(apiVersion);
  return asList(schema["x-kubernetes-group-version-kind"])
    .map(asObject)
    .filter((gvk) => gvk.group === group && gvk.version === version)
    .map((gvk) => asString(gvk.kind) ?? "");
}

function shapeOf(schema: JsonObject): Shape {
  const ref = refName(schema);
  if (ref !== undefined) return { kind: "ref", name: ref };
  if (schema["x-kubernetes-int-or-string"] === true || schema.format === "int-or-string")
    return { kind: "scalar", types: ["integer", "string"] };
  switch (schema.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return scalar([schema.type], schema.default);
    case "array":
      return listOf(schema);
    case "object":
      return objectOf(schema);
    default:
      return oneOf(schema);
  }
}

/** A union of scalars, such as a quantity; anything else without a type is free. */
function oneOf(schema: JsonObject): Shape {
  const types = asList(schema.oneOf).map((option) => asString(asObject(option).type));
  const isScalar = (type: string | undefined): type is ScalarType =>
    type === "string" || type === "integer" || type === "number" || type === "boolean";
  return types.length > 0 && types.every(isScalar) ? scalar(types, schema.default) : ANY;
}

function scalar(types: readonly ScalarType[], value: JsonValue | undefined): Shape {
  return { kind: "scalar", types, ...(value !== undefined && { default: value }) };
}

function listOf(schema: JsonObject): Shape {
  const type = schema["x-kubernetes-list-type"];
  const keys = type === "map" ? asList(schema["x-kubernetes-list-map-keys"]) : [];
  return {
    kind: "list",
    items: shapeOf(asObject(schema.items)),
    keys: keys.filter((key) => typeof key === "string"),
    isSet: type === "set",
  };
}

function objectOf(schema: JsonObject): Shape {
  if (isJsonObject(schema.properties)) {
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => [name, shapeOf(asObject(field))] as const,
    );
    const embedded = schema["x-kubernetes-embedded-resource"] === true ? OBJECT_MEMBERS : [];
    const isOpen =
      schema["x-kubernetes-preserve-unknown-fields"] === true || Boolean(schema.additionalProperties);
    const missing = embedded.filter((name) => !Object.hasOwn(asObject(schema.properties), name));
    return {
      kind: "struct",
      fields: new Map([...fields, ...missing.map((name) => [name, ANY] as const)]),
      isOpen,
    };
  }
  return isJsonObject(schema.additionalProperties)
    ? { kind: "map", values: shapeOf(schema.additionalProperties) }
    : { kind: "map", values: ANY };
}

/** `$ref` itself, or the only member of the `allOf` that carries a default beside it. */
function refName(schema: JsonObject): string | undefined {
  const all = asList(schema.allOf);
  const ref = asString(schema.$ref) ?? (all.length === 1 ? asString(asObject(all[0]).$ref) : undefined);
  return ref?.startsWith(REF_PREFIX) ? ref.slice(REF_PREFIX.length) : undefined;
}
