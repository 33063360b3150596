import type { ObjectSchema } from "../objectPipeline.ts";
import type { FieldType } from "./fieldType.ts";
import type { JsonSchema, ResolveRef } from "./jsonSchema.ts";

/** All that the typed part knows of one apiVersion and kind. */
export interface CompiledSchema extends ObjectSchema {
  readonly origin: "builtin" | "custom";
  readonly root: JsonSchema;
  readonly type: FieldType;
  readonly resolveRef: ResolveRef;
}

/** The compiled form of a schema that went through the server's hands. */
export function compiledOf(schema: ObjectSchema): CompiledSchema {
  if (!("type" in schema)) throw new TypeError(`foreign schema of ${schema.apiVersion} ${schema.kind}`);
  return schema as CompiledSchema;
}
