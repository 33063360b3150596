import type { ObjectSchema } from "../objectPipeline.ts";
import { createFieldTypeCompiler } from "./fieldType.ts";
import { builtinDefinitionName, builtinDefinitions, resolveBuiltinRef } from "./kubernetesTable.ts";
import type { CompiledSchema } from "./objectSchema.ts";

/** Looks up the schemas of built-in kinds; each is compiled once. */
export function createBuiltinSchemas(): (apiVersion: string, kind: string) => ObjectSchema | undefined {
  const compile = createFieldTypeCompiler(resolveBuiltinRef);
  const known = new Map<string, CompiledSchema>();
  return (apiVersion, kind) => {
    const name = builtinDefinitionName(apiVersion, kind);
    const root = name === undefined ? undefined : builtinDefinitions[name];
    if (!root) return undefined;
    const key = `${apiVersion} ${kind}`;
    const schema = known.get(key) ?? {
      apiVersion,
      kind,
      origin: "builtin",
      root,
      type: compile(root),
      resolveRef: resolveBuiltinRef,
    };
    known.set(key, schema);
    return schema;
  };
}
