import { asList, asObject, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { omit } from "./conversion.ts";

const PRESERVE = "x-kubernetes-preserve-unknown-fields";
const INT_OR_STRING = "x-kubernetes-int-or-string";

/** Takes every object. */
export const PERMISSIVE_SCHEMA: JsonObject = { type: "object", [PRESERVE]: true };

/** A schema that v1 takes; `schema` is absent when it could not be made. */
export interface RepairedSchema {
  readonly schema: JsonObject | undefined;
  /** What was done, or why nothing could be: one phrase each, with the place. */
  readonly repairs: readonly string[];
}

/** Keywords of JSON Schema that v1 refuses and that say nothing about what is valid, or that v1beta1 did not check. */
const FORBIDDEN = [
  "$ref",
  "$schema",
  "id",
  "definitions",
  "dependencies",
  "deprecated",
  "discriminator",
  "patternProperties",
  "readOnly",
  "writeOnly",
  "xml",
  "additionalItems",
];
/** Keywords that may not stand inside allOf, anyOf, oneOf and not. */
const ONLY_OUTSIDE = [
  "type",
  "description",
  "default",
  "additionalProperties",
  "nullable",
  PRESERVE,
  INT_OR_STRING,
];
const JUNCTORS = ["allOf", "anyOf", "oneOf"] as const;
const TYPES: readonly unknown[] = ["object", "array", "string", "integer", "number", "boolean"];

/** More than any schema that a person wrote. */
const MAX_DEPTH = 100;

class Unrepairable extends Error {}

/**
 * A schema of v1beta1 made structural: every node has a type, nothing stands inside a junctor that must stand outside.
 *
 * A node whose type is missing gets the one that its keywords tell; where they tell none it takes anything.
 *
 * @see Kubernetes, Custom Resources, specifying a structural schema
 */
export function repairSchema(given: JsonObject): RepairedSchema {
  const repairs: string[] = [];
  try {
    const root = repairNode(given, "", repairs, 0);
    if (root.type !== "object")
      throw new Unrepairable(`the root is of type ${root.type ?? "any"}, not object`);
    return { schema: withPlainMetadata(root, repairs), repairs };
  } catch (error) {
    if (!(error instanceof Unrepairable)) throw error;
    return { schema: undefined, repairs: [error.message] };
  }
}

/** The schema of a resource with every object keeping the fields that it does not name; its metadata has them all. */
export function preserveUnknownFields(root: JsonObject): JsonObject {
  const next = preserving(root);
  const { metadata } = asObject(root.properties);
  if (metadata === undefined) return next;
  return { ...next, properties: { ...asObject(next.properties), metadata } };
}

function preserving(schema: JsonObject): JsonObject {
  const { properties, additionalProperties, items, ...rest } = schema;
  const isObject = schema.type === "object";
  return {
    ...rest,
    ...(isJsonObject(properties) && { properties: mapValues(properties, preserving) }),
    ...(isJsonObject(items) && { items: preserving(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: isJsonObject(additionalProperties)
        ? preserving(additionalProperties)
        : additionalProperties,
    }),
    ...(isObject && additionalProperties === undefined && { [PRESERVE]: true }),
  };
}

function repairNode(node: JsonObject, path: string, repairs: string[], depth: number): JsonObject {
  if (depth > MAX_DEPTH) throw new Unrepairable(`it is nested more than ${MAX_DEPTH} deep`);
  const at = path === "" ? "the root" : path;
  const dropped = FORBIDDEN.filter((keyword) => keyword in node);
  if (dropped.includes("$ref")) {
    repairs.push(`${at} referred to another schema and takes anything`);
    return anything(node);
  }
  if (dropped.length > 0) repairs.push(`${at} lost ${dropped.join(", ")}`);
  const kept = omit(node, ...FORBIDDEN, ...(node.uniqueItems === true ? ["uniqueItems"] : []));
  if (node.uniqueItems === true) repairs.push(`${at} lost uniqueItems`);
  const typed = withType(kept, at, repairs, path === "");
  const inner = repairChildren(typed, path, repairs, depth);
  return repairJunctors(inner, at, repairs);
}

function anything({ description }: JsonObject): JsonObject {
  return { ...(description !== undefined && { description }), [PRESERVE]: true };
}

function withType(node: JsonObject, at: string, repairs: string[], isRoot: boolean): JsonObject {
  if (node[INT_OR_STRING] === true) return omit(node, "type");
  if (isIntOrString(node)) {
    repairs.push(`${at} is ${INT_OR_STRING}`);
    return { ...omit(node, "type", "anyOf", "oneOf", "format"), [INT_OR_STRING]: true };
  }
  if (TYPES.includes(node.type)) return node;
  if (node.type !== undefined) repairs.push(`${at} had the type ${JSON.stringify(node.type)}`);
  const type = impliedType(node, isRoot);
  if (type === undefined) {
    if (node[PRESERVE] !== true) repairs.push(`${at} has no type and takes anything`);
    return { ...omit(node, "type"), [PRESERVE]: true };
  }
  repairs.push(`${at} got the type ${type}`);
  return { ...node, type };
}

function impliedType(node: JsonObject, isRoot: boolean): string | undefined {
  if (isRoot || isJsonObject(node.properties) || node.additionalProperties !== undefined) return "object";
  if (Array.isArray(node.required) || node.minProperties !== undefined) return "object";
  if (node.items !== undefined || node.minItems !== undefined || node.maxItems !== undefined) return "array";
  if (node.pattern !== undefined || node.minLength !== undefined || node.maxLength !== undefined)
    return "string";
  if (node.minimum !== undefined || node.maximum !== undefined || node.multipleOf !== undefined)
    return "number";
  const kinds = new Set(asList(node.enum).map((value) => typeof value));
  const [only] = kinds;
  return kinds.size === 1 && (only === "string" || only === "number" || only === "boolean")
    ? only
    : undefined;
}

/** `anyOf: [{type: integer}, {type: string}]`, the old way to say it, or the format of that name. */
function isIntOrString(node: JsonObject): boolean {
  if (node.format === "int-or-string") return true;
  if (Array.isArray(node.type)) {
    return node.type.length === 2 && node.type.includes("integer") && node.type.includes("string");
  }
  return (["anyOf", "oneOf"] as const).some((junctor) => {
    const types = asList(node[junctor]).map((branch) => asObject(branch).type);
    return (
      types.length === 2 && types.includes("integer") && types.includes("string") && node.type === undefined
    );
  });
}

function repairChildren(node: JsonObject, path: string, repairs: string[], depth: number): JsonObject {
  const { properties, items, additionalProperties, ...rest } = node;
  const at = path === "" ? "the root" : path;
  const next: Record<string, JsonValue | undefined> = { ...rest };
  if (isJsonObject(properties)) {
    next.properties = mapValues(properties, (child, name) =>
      repairNode(child, path === "" ? name : `${path}.${name}`, repairs, depth + 1),
    );
  }
  if (Array.isArray(items)) {
    repairs.push(`${at} told its items one by one and takes any`);
    next.items = { [PRESERVE]: true };
  } else if (isJsonObject(items)) next.items = repairNode(items, `${path}[]`, repairs, depth + 1);
  else if (node.type === "array") {
    repairs.push(`${at} told nothing of its items and takes any`);
    next.items = { [PRESERVE]: true };
  }
  if (additionalProperties === undefined) return next;
  if (isJsonObject(properties)) {
    repairs.push(`${at} lost additionalProperties beside properties`);
    return additionalProperties === false ? next : { ...next, [PRESERVE]: true };
  }
  if (isJsonObject(additionalProperties)) {
    next.additionalProperties = repairNode(additionalProperties, `${path}{}`, repairs, depth + 1);
    return next;
  }
  if (additionalProperties === false) repairs.push(`${at} lost additionalProperties: false`);
  return additionalProperties === false ? next : { ...next, [PRESERVE]: true };
}

/** Branches keep what only they may say; a branch that names fields which the node does not have is dropped. */
function repairJunctors(node: JsonObject, at: string, repairs: string[]): JsonObject {
  const next: Record<string, JsonValue | undefined> = { ...node };
  for (const junctor of JUNCTORS) {
    if (next[junctor] === undefined) continue;
    const branches = asList(next[junctor]).filter(isJsonObject);
    const repaired = branches.map((branch) => repairBranch(branch, node));
    if (repaired.some((branch) => branch === undefined)) {
      repairs.push(`${at} lost ${junctor}`);
      delete next[junctor];
      continue;
    }
    if (repaired.some((branch, index) => branch !== branches[index]))
      repairs.push(`${at} has a plainer ${junctor}`);
    next[junctor] = repaired as readonly JsonObject[];
  }
  if (isJsonObject(next.not)) {
    const repaired = repairBranch(next.not, node);
    if (repaired !== next.not) {
      repairs.push(`${at} lost not`);
      delete next.not;
    }
  }
  return next;
}

/** The branch without what must stand outside; `undefined` when that changes what it means too much. */
function repairBranch(branch: JsonObject, node: JsonObject): JsonObject | undefined {
  const known = asObject(node.properties);
  const named = Object.entries(asObject(branch.properties));
  if (named.some(([name]) => !Object.hasOwn(known, name))) return undefined;
  const forbidden = [...ONLY_OUTSIDE, ...FORBIDDEN].filter((keyword) => keyword in branch);
  const inner = named.map(
    ([name, value]) => [name, repairBranch(asObject(value), asObject(known[name]))] as const,
  );
  if (inner.some(([, value]) => value === undefined)) return undefined;
  const isSame =
    forbidden.length === 0 && inner.every(([name, value]) => value === asObject(branch.properties)[name]);
  if (isSame) return branch;
  const rest = omit(branch, ...forbidden, "properties");
  const next = named.length > 0 ? { ...rest, properties: Object.fromEntries(inner) } : rest;
  return Object.keys(next).length === 0 ? undefined : next;
}

/** Of `metadata` v1 lets a schema restrict the name alone. */
function withPlainMetadata(root: JsonObject, repairs: string[]): JsonObject {
  const properties = asObject(root.properties);
  const { metadata } = properties;
  if (!isJsonObject(metadata)) return root;
  const named = Object.entries(asObject(metadata.properties)).filter(([name]) =>
    ["name", "generateName"].includes(name),
  );
  const plain: JsonObject =
    named.length > 0 ? { type: "object", properties: Object.fromEntries(named) } : { type: "object" };
  const { description: _, ...rest } = metadata;
  if (Object.keys(rest).length > 1) repairs.push("metadata lost what v1 does not let a schema say of it");
  return { ...root, properties: { ...properties, metadata: plain } };
}

function mapValues(object: JsonObject, change: (value: JsonObject, key: string) => JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(asObject(value), key)]),
  );
}
