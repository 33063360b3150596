import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { parseApiVersion } from "../../object/objectRef.ts";
import { emptySet, type FieldSet, setOf } from "../merge/fieldSet.ts";
import { formatGoValue } from "../merge/formatGoValue.ts";
import { applyJsonPatch, type PatchOutcome } from "../merge/jsonPatch.ts";
import { resetsManagedFields } from "../merge/managedFields.ts";
import { applyMergePatch } from "../merge/mergePatch.ts";
import { serverSideApply } from "../merge/serverSideApply.ts";
import { applyStrategicMergePatch } from "../merge/strategicMergePatch.ts";
import { trackUpdate } from "../merge/trackUpdate.ts";
import type {
  FieldValidation,
  ObjectPipeline,
  ObjectSchema,
  PatchKind,
  PatchRequest,
  PipelineResult,
  Refusal,
} from "../objectPipeline.ts";
import { createBuiltinSchemas } from "./builtinSchemas.ts";
import { compileCrdSchemas } from "./crdSchemas.ts";
import { decodeBuiltin } from "./decodeBuiltin.ts";
import { decodeCustom, decodeMetadata } from "./decodeCustom.ts";
import { defaultCustom } from "./defaultCustom.ts";
import { defaultBuiltin } from "./defaults/defaultBuiltin.ts";
import { builtinResources } from "./kubernetesTable.ts";
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
      const next = read(schema, request.next, "Ignore").object;
      const live = request.live ? { live: storedForm(schema, request.live) } : {};
      const ignored = request.subresource === "" && hasStatusEndpoint(schema) ? STATUS : emptySet();
      return storedForm(
        schema,
        trackUpdate({ ...request, ...live, next, schema, blank: blankOf(schema), ignored }),
      );
    },
    openApiDocument,
  };
}

const STATUS: FieldSet = setOf(["f:status"]);

/** Status of such a kind is never written, or owned, through the object's own endpoint. */
function hasStatusEndpoint({ origin, apiVersion, kind }: CompiledSchema): boolean {
  return (
    origin === "builtin" &&
    builtinResources.some(
      (resource) =>
        resource.apiVersion === apiVersion &&
        resource.kind === kind &&
        resource.subresources.some(({ name }) => name === "status"),
    )
  );
}

function applyPatch(request: PatchRequest): PipelineResult {
  const schema = compiledOf(request.schema);
  if (request.kind === "apply") {
    const live = request.live ? { live: storedForm(schema, request.live) } : {};
    return serverSideApply({
      ...request,
      ...live,
      schema,
      blank: blankOf(schema),
      finish: (object) => fill(schema, storedForm(schema, object)),
    });
  }
  const outcome = patchPlain(request, schema);
  if (outcome.kind !== "patched") return refusePatch(outcome, request.kind);
  const patched = asObject(outcome.value) as KubeObject;
  const reading = read(schema, patched, request.fieldValidation);
  return reading.complaint === undefined
    ? { kind: "object", object: reading.object, warnings: reading.warnings }
    : refusePatched(request, patched, reading);
}

/** A patch that makes an object which the server cannot read; it quotes the object, or the strategic patch. */
function refusePatched({ kind, patch }: PatchRequest, patched: KubeObject, reading: Reading): Refusal {
  const quoted = kind === "strategic" ? formatGoValue(patch, "%v") : JSON.stringify(patched);
  const mismatch = /^json: cannot unmarshal .* of type (\S+)$/.exec(reading.complaint ?? "");
  const complaint =
    kind === "strategic" && mismatch ? `unrecognized type: ${mismatch[1]}` : reading.complaint;
  const message = `Invalid value: ${JSON.stringify(quoted)}: ${complaint}`;
  return {
    kind: "refused",
    code: 422,
    reason: "Invalid",
    message: ` "" is invalid: patch: ${message}`,
    causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
  };
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

function refusePatch(outcome: Exclude<PatchOutcome, { kind: "patched" }>, kind: PatchKind): Refusal {
  if (outcome.kind === "malformed") {
    const isStrategic = kind === "strategic";
    return {
      kind: "refused",
      code: isStrategic ? 500 : 400,
      reason: isStrategic ? "" : "BadRequest",
      message: outcome.message,
    };
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
  const reading = read(schema, object, fieldValidation);
  if (reading.complaint === undefined) {
    return { kind: "object", object: reading.object, warnings: reading.warnings };
  }
  const { version } = parseApiVersion(schema.apiVersion);
  const place = `${schema.kind} in version ${JSON.stringify(version)} cannot be handled as a ${schema.kind}`;
  return { kind: "refused", code: 400, reason: "BadRequest", message: `${place}: ${reading.complaint}` };
}

interface Reading {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
  /** Why the object cannot be read. */
  readonly complaint: string | undefined;
}

function read(schema: CompiledSchema, object: KubeObject, fieldValidation: FieldValidation): Reading {
  const { value, error, unknown } =
    schema.origin === "builtin"
      ? decodeBuiltin(schema.root, object, schema.resolveRef, { fromStore: false })
      : decodeCustom(schema.root, object);
  const fields = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
  const isRefused = fieldValidation === "Strict" && fields.length > 0;
  return {
    object: keepingReset(value as KubeObject, object),
    warnings: fieldValidation === "Warn" ? fields : [],
    complaint: error ?? (isRefused ? `strict decoding error: ${fields.join(", ")}` : undefined),
  };
}

/** An empty list of managedFields means something, unlike other empty lists. */
function keepingReset(read: KubeObject, sent: KubeObject): KubeObject {
  const { managedFields } = asObject(sent.metadata);
  if (!resetsManagedFields(managedFields)) return read;
  return { ...read, metadata: { ...read.metadata, managedFields: [] } };
}

/** The form in which an object is stored; of a custom kind only the metadata has one. */
function storedForm(schema: CompiledSchema, object: KubeObject): KubeObject {
  if (schema.origin === "custom") {
    return { ...object, metadata: decodeMetadata(asObject(object.metadata)).value };
  }
  return decodeBuiltin(schema.root, object, schema.resolveRef, { fromStore: true }).value as KubeObject;
}

function fill(schema: CompiledSchema, object: KubeObject): KubeObject {
  return schema.origin === "builtin"
    ? defaultBuiltin(read(schema, object, "Ignore").object)
    : defaultCustom(schema.root, object);
}

function blankOf(schema: ObjectSchema): JsonObject {
  const { apiVersion, kind } = schema;
  const blank: Readonly<Record<string, JsonValue>> = { apiVersion, kind };
  const compiled = compiledOf(schema);
  return compiled.origin === "builtin"
    ? decodeBuiltin(compiled.root, blank, compiled.resolveRef, { fromStore: true }).value
    : blank;
}
