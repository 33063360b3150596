import type { JsonValue } from "../../object/json.ts";
import {
  definitionName,
  type JsonSchema,
  QUANTITY,
  RAW_EXTENSION,
  type ResolveRef,
  refOfSchema,
} from "./jsonSchema.ts";

/** What a scalar may be; `numeric` is any number, `untyped` any scalar. */
export type Scalar = "string" | "numeric" | "boolean" | "untyped";

/** How a list merges: as a whole, or by its items. Without keys an associative list is a set of scalars. */
export interface ListType {
  readonly relationship: "atomic" | "associative";
  readonly keys: readonly string[];
  readonly element: FieldType;
}

/** A named member of a map. */
export interface MapField {
  readonly type: FieldType;
  readonly default: JsonValue | undefined;
}

/** How a mapping merges: as a whole, or by its members. `element` is the type of members that `fields` lacks. */
export interface MapType {
  readonly relationship: "atomic" | "granular";
  readonly fields: ReadonlyMap<string, MapField>;
  readonly element: FieldType | undefined;
}

/**
 * What merging and ownership need to know of a value: which shapes it may have, and how each merges.
 *
 * A value of no declared type may have all three.
 */
export interface FieldType {
  readonly scalar?: Scalar;
  readonly list?: ListType;
  readonly map?: MapType;
}

/** Any value, merged as a whole. */
const UNTYPED_ATOMIC: FieldType = {
  scalar: "untyped",
  list: {
    relationship: "atomic",
    keys: [],
    get element(): FieldType {
      return UNTYPED_ATOMIC;
    },
  },
  map: {
    relationship: "atomic",
    fields: new Map(),
    get element(): FieldType {
      return UNTYPED_ATOMIC;
    },
  },
};

/** Any value: mappings merge by member, everything else as a whole. */
export const DEDUCED: FieldType = {
  scalar: "untyped",
  list: { relationship: "atomic", keys: [], element: UNTYPED_ATOMIC },
  map: {
    relationship: "granular",
    fields: new Map(),
    get element(): FieldType {
      return DEDUCED;
    },
  },
};

/** Turns schemas into field types, each once; members are compiled when they are first needed. */
export type FieldTypeCompiler = (schema: JsonSchema) => FieldType;

/**
 * A compiler for one family of schemas.
 *
 * @see structured-merge-diff and kube-openapi's schemaconv, whose rules for `x-kubernetes-*` these are
 */
export function createFieldTypeCompiler(resolveRef: ResolveRef): FieldTypeCompiler {
  const named = new Map<string, FieldType>();
  const inline = new WeakMap<JsonSchema, FieldType>();

  const compile = (schema: JsonSchema, preserving: boolean): FieldType => {
    const ref = refOfSchema(schema);
    if (ref !== undefined) return overridden(schema, resolved(ref));
    const known = inline.get(schema);
    if (known) return known;
    const type = compileInline(schema, preserving || schema["x-kubernetes-preserve-unknown-fields"] === true);
    inline.set(schema, type);
    return type;
  };

  const resolved = (ref: string): FieldType => {
    const name = definitionName(ref);
    if (name === QUANTITY) return { scalar: "untyped" };
    if (name === RAW_EXTENSION) return UNTYPED_ATOMIC;
    const known = named.get(name);
    if (known) return known;
    const schema = resolveRef(ref);
    const type = schema ? compile(schema, false) : DEDUCED;
    named.set(name, type);
    return type;
  };

  const compileInline = (schema: JsonSchema, preserving: boolean): FieldType => {
    switch (schema.type) {
      case "object":
        return { map: mapType(schema, preserving) };
      case "array":
        return { list: listType(schema, preserving) };
      case "string":
        return { scalar: schema.format && schema.format !== "byte" ? "untyped" : "string" };
      case "integer":
      case "number":
        return { scalar: "numeric" };
      case "boolean":
        return { scalar: "boolean" };
      default:
        return { scalar: "untyped", list: listType(schema, preserving), map: mapType(schema, preserving) };
    }
  };

  const mapType = (schema: JsonSchema, preserving: boolean): MapType => {
    const { additionalProperties: extra, properties = {} } = schema;
    const elementOf = (): FieldType | undefined => {
      if (typeof extra === "object") return compile(extra, preserving);
      if (extra !== undefined) return extra ? DEDUCED : undefined;
      return preserving || Object.keys(properties).length === 0 ? DEDUCED : undefined;
    };
    const fieldsOf = (): ReadonlyMap<string, MapField> =>
      new Map(
        Object.entries(properties).map(([name, member]) => [
          name,
          { type: compile(member, preserving), default: member.default },
        ]),
      );
    const fields = once(fieldsOf);
    const element = once(elementOf);
    return {
      relationship: schema["x-kubernetes-map-type"] === "atomic" ? "atomic" : "granular",
      get fields() {
        return fields();
      },
      get element() {
        return element();
      },
    };
  };

  const listType = (schema: JsonSchema, preserving: boolean): ListType => {
    const element = once(() => (schema.items ? compile(schema.items, preserving) : UNTYPED_ATOMIC));
    return {
      ...listRelationship(schema),
      get element() {
        return element();
      },
    };
  };

  return (schema) => compile(schema, false);
}

/** A reference may say of itself that the mapping it refers to merges as a whole, or by member. */
function overridden(schema: JsonSchema, type: FieldType): FieldType {
  const own = schema["x-kubernetes-map-type"];
  if (own === undefined || !type.map || type.map.relationship === own) return type;
  const { map } = type;
  return {
    ...type,
    map: {
      relationship: own,
      get fields() {
        return map.fields;
      },
      get element() {
        return map.element;
      },
    },
  };
}

function listRelationship(schema: JsonSchema): Pick<ListType, "relationship" | "keys"> {
  const mergeKey = schema["x-kubernetes-patch-merge-key"];
  switch (schema["x-kubernetes-list-type"]) {
    case "atomic":
      return { relationship: "atomic", keys: [] };
    case "set":
      return { relationship: "associative", keys: [] };
    case "map":
      return { relationship: "associative", keys: schema["x-kubernetes-list-map-keys"] ?? [] };
    default:
      return schema["x-kubernetes-patch-strategy"]?.startsWith("merge")
        ? { relationship: "associative", keys: mergeKey === undefined ? [] : [mergeKey] }
        : { relationship: "atomic", keys: [] };
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
