import { isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { FieldCause } from "../objectPipeline.ts";
import { type JsonSchema, type ResolveRef, refOfSchema } from "./jsonSchema.ts";

/** Members that the schema requires and that the server nevertheless takes when they are empty. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["value", "message", "resources", "roleRef", "metadata"]);

/** What the schema of a built-in kind forbids: required members that are empty, values outside of an enumeration. */
export function validateBuiltin(
  schema: JsonSchema,
  object: JsonObject,
  resolveRef: ResolveRef,
): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  const { status: _, metadata: __, ...written } = object;
  visit(schema, written, "", { resolveRef, causes });
  return causes;
}

interface Walk {
  readonly resolveRef: ResolveRef;
  readonly causes: FieldCause[];
}

function visit(schema: JsonSchema, value: JsonValue, path: string, walk: Walk): void {
  const ref = refOfSchema(schema);
  if (ref !== undefined) {
    const target = walk.resolveRef(ref);
    if (target) visit(target, value, path, walk);
    return;
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) value.forEach((item: JsonValue, index) => void visit(items, item, `${path}[${index}]`, walk));
  } else if (isJsonObject(value)) visitMembers(schema, value, path, walk);
  else if (schema.enum && value !== null && value !== "" && !schema.enum.includes(value)) {
    const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(", ");
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`;
    walk.causes.push({ reason: "FieldValueNotSupported", message, field: path });
  }
}

function visitMembers(schema: JsonSchema, value: JsonObject, path: string, walk: Walk): void {
  const { properties = {}, additionalProperties: extra } = schema;
  for (const name of schema.required ?? []) {
    if (isMissing(value[name]) && !MAY_BE_EMPTY.has(name)) {
      walk.causes.push({ reason: "FieldValueRequired", message: "Required value", field: join(path, name) });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own && member !== undefined) visit(own, member, join(path, name), walk);
    else if (typeof extra === "object" && member !== undefined)
      visit(extra, member, `${path}[${name}]`, walk);
  }
}

function isMissing(value: JsonValue | undefined): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
