import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { parseApiVersion } from "../../object/objectRef.ts";
import { applyJsonPatch, type PatchOutcome } from "../merge/jsonPatch.ts";
import { applyMergePatch } from "../merge/mergePatch.ts";
import { serverSideApply } from "../merge/serverSideApply.ts";
import { applyStrategicMergePatch } from "../merge/strategicMergePatch.ts";
import { trackUpdate } from "../merge/trackUpdate.ts";
import type {
  FieldValidation,
  ObjectPipeline,
  ObjectSchema,
  PatchRequest,
  PipelineResult,
  Refusal,
} from "../objectPipeline.ts";
import { createBuiltinSchemas } from "./builtinSchemas.ts";
import { compileCrdSchemas } from "./crdSchemas.ts";
import { decodeBuiltin } from "./decodeBuiltin.ts";
import { decodeCustom } from "./decodeCustom.ts";
import { defaultCustom } from "./defaultCustom.ts";
import { defaultBuiltin } from "./defaults/defaultBuiltin.ts";
import { type CompiledSchema, compiledOf } from "./objectSchema.ts";
import { openApiDocument } from "./openApiDocument.ts";
import { validateBuiltin } from "./validateBuiltin.ts";
import { validateCustom } from "./validateCustom.ts";

/** The typed part of the embedded cluster: everything that needs to know what a field means. */
export function createObjectPipeline(): ObjectPipeline {
  const builtins = createBuiltinSchemas();
  return {
    builtinSchema: builtins,
    crdSchemas: compileCrdSchemas,
    decode: (schema, object, fieldValidation) => decode(compiledOf(schema), object, fieldValidation),
    default: (schema, object) => fill(compiledOf(schema), object),
    validate: (schema, next, live) => {
      const compiled = compiledOf(schema);
      return compiled.origin === "builtin"
        ? validateBuiltin(compiled.root, next, compiled.resolveRef)
        : validateCustom(compiled, next, live);
    },
    applyPatch: (request) => applyPatch(request),
    trackUpdate: (request) => {
      const schema = compiledOf(request.schema);
      const next = canonical(schema, request.next);
      const live = request.live ? { live: canonical(schema, request.live) } : {};
      return trackUpdate({ ...request, ...live, next, schema, blank: blankOf(schema) });
    },
    openApiDocument,
  };
}

function applyPatch(request: PatchRequest): PipelineResult {
  const schema = compiledOf(request.schema);
  if (request.kind === "apply") {
    const live = request.live ? { live: canonical(schema, request.live) } : {};
    return serverSideApply({
      ...request,
      ...live,
      schema,
      blank: blankOf(schema),
      finish: (object) => fill(schema, canonical(schema, object)),
    });
  }
  const outcome = patchPlain(request, schema);
  if (outcome.kind !== "patched") return refusePatch(outcome);
  return decode(schema, asObject(outcome.value) as KubeObject, request.fieldValidation);
}

function patchPlain({ kind, live, patch }: PatchRequest, schema: CompiledSchema): PatchOutcome {
  const target: JsonObject = live ?? {};
  if (kind === "json") return applyJsonPatch(target, patch);
  if (!isJsonObject(patch)) {
    return { kind: "malformed", message: "the patch is no mapping" };
  }
  return kind === "merge"
    ? { kind: "patched", value: applyMergePatch(target, patch) }
    : applyStrategicMergePatch(schema.root, target, patch, schema.resolveRef);
}

function refusePatch(outcome: Exclude<PatchOutcome, { kind: "patched" }>): Refusal {
  if (outcome.kind === "malformed") {
    return { kind: "refused", code: 400, reason: "BadRequest", message: outcome.message };
  }
  return {
    kind: "refused",
    code: 422,
    reason: "Invalid",
    message: "the server rejected our request due to an error in our request",
    causes: [],
  };
}

function decode(
  schema: CompiledSchema,
  object: KubeObject,
  fieldValidation: FieldValidation,
): PipelineResult {
  const { value, error, unknown } =
    schema.origin === "builtin"
      ? decodeBuiltin(schema.root, object, schema.resolveRef)
      : decodeCustom(schema.root, object);
  const bad = (message: string): Refusal => ({ kind: "refused", code: 400, reason: "BadRequest", message });
  const { version } = parseApiVersion(schema.apiVersion);
  const place = `${schema.kind} in version ${JSON.stringify(version)} cannot be handled as a ${schema.kind}`;
  if (error !== undefined) return bad(`${place}: ${error}`);
  const complaints = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (fieldValidation === "Strict" && complaints.length > 0) {
    return bad(`${place}: strict decoding error: ${complaints.join(", ")}`);
  }
  const warnings = fieldValidation === "Warn" ? complaints : [];
  return { kind: "object", object: value as KubeObject, warnings };
}

/** The form in which an object is stored; objects of custom kinds are stored as they come. */
function canonical(schema: CompiledSchema, object: KubeObject): KubeObject {
  return schema.origin === "builtin"
    ? (decodeBuiltin(schema.root, object, schema.resolveRef).value as KubeObject)
    : object;
}

function fill(schema: CompiledSchema, object: KubeObject): KubeObject {
  return schema.origin === "builtin" ? defaultBuiltin(object) : defaultCustom(schema.root, object);
}

function blankOf(schema: ObjectSchema): JsonObject {
  const { apiVersion, kind } = schema;
  const blank: Readonly<Record<string, JsonValue>> = { apiVersion, kind };
  const compiled = compiledOf(schema);
  return compiled.origin === "builtin"
    ? decodeBuiltin(compiled.root, blank, compiled.resolveRef).value
    : blank;
}
