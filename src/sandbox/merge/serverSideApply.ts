import {
  asObject,
  asString,
  canonicalJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { parseApiVersion } from "../../object/objectRef.ts";
import { ANNOTATION_KUBECTL_LAST_APPLIED as LAST_APPLIED } from "../../object/ownership.ts";
import type { PatchRequest, PipelineResult, Refusal } from "../objectPipeline.ts";
import type { CompiledSchema } from "../schema/objectSchema.ts";
import { compareTyped } from "./compareTyped.ts";
import { conflictRefusal, type OwnershipConflict } from "./conflict.ts";
import { differenceOf, emptySet, type FieldSet, hasPath, insertPath } from "./fieldSet.ts";
import { fieldSetOfValue } from "./fieldSetOfValue.ts";
import { type ManagedEntries, parseManagedFields } from "./managedFields.ts";
import { withManagedFields, withoutManagedFields } from "./objectMetadata.ts";
import { type ApplyOutcome, applyOwned, type OwnedWrite, updateOwned } from "./ownership.ts";
import { differOnlyInTimes } from "./trackUpdate.ts";
import { validateTyped } from "./validateTyped.ts";

/** A {@link PatchRequest} of the kind `apply` whose schema is known. */
export interface CompiledApplyRequest extends PatchRequest {
  readonly schema: CompiledSchema;
  /** What an object of this kind is before it has any field. */
  readonly blank: JsonObject;
  /** The stored form of a merged object: canonical and with defaults. */
  readonly finish: (object: KubeObject) => KubeObject;
}

/** Manager of fields that were there before anybody applied and whose writers were not recorded. */
const BEFORE_FIRST_APPLY = "before-first-apply";

/** Server-side apply. The result is the live object itself when nothing changes. */
export function serverSideApply(request: CompiledApplyRequest): PipelineResult {
  const { schema, live, patch, blank } = request;
  const refusal = refusePatch(schema, patch);
  if (refusal) return refusal;
  const applied = patch as JsonObject;
  const base = live ? withoutManagedFields(live) : (blank as KubeObject);
  const write = { ...ownedWrite(request, base), entries: entriesOf(request, base) };

  let outcome = applyOwned(write, applied, request.force);
  if (outcome.kind === "conflicts" && request.manager === "kubectl") {
    outcome = applyAfterClientSideApply(write, applied, outcome.conflicts, schema);
  }
  if (outcome.kind === "conflicts") return conflictRefusal(outcome.conflicts);

  const merged = asObject(outcome.object);
  const annotated = request.manager === "kubectl" ? withLastApplied(merged, applied) : merged;
  const next = request.finish(withManagedFields(annotated, outcome.entries));
  const isUnchanged = live !== undefined && differOnlyInTimes(live, next);
  return { kind: "object", object: isUnchanged ? live : next, warnings: [] };
}

function refusePatch(schema: CompiledSchema, patch: JsonValue): Refusal | undefined {
  const bad = (message: string): Refusal => ({ kind: "refused", code: 400, reason: "BadRequest", message });
  if (!isJsonObject(patch)) return bad("error decoding YAML: the patch is no mapping");
  if (patch.apiVersion !== schema.apiVersion || patch.kind !== schema.kind) {
    return bad(
      `invalid object type: ${formatKind(asString(patch.apiVersion) ?? "", asString(patch.kind) ?? "")}`,
    );
  }
  const metadata = asObject(patch.metadata);
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    return bad("metadata.managedFields must be nil");
  }
  const misfit = validateTyped(schema.type, patch, { allowDuplicates: false });
  if (misfit === undefined) return undefined;
  const name = `${asString(metadata.namespace) ?? ""}/${asString(metadata.name) ?? ""}`;
  return {
    kind: "refused",
    code: 500,
    reason: "",
    message: `failed to create typed patch object (${name}; ${formatKind(schema.apiVersion, schema.kind)}): ${misfit}`,
  };
}

/** Go's text of a kind: `/v1, Kind=Pod`, `apps/v1, Kind=Deployment`. */
function formatKind(apiVersion: string, kind: string): string {
  const { group, version } = parseApiVersion(apiVersion);
  return `${group}/${version}, Kind=${kind}`;
}

function ownedWrite(request: CompiledApplyRequest, live: JsonValue): Omit<OwnedWrite, "entries"> {
  const { schema, manager, subresource, time, resetFields } = request;
  const ignored = emptySet();
  for (const path of resetFields) {
    insertPath(
      ignored,
      path.split(".").map((name) => `f:${name}`),
    );
  }
  return {
    type: schema.type,
    live,
    writer: { manager: manager || "unknown", operation: "Apply", apiVersion: schema.apiVersion, subresource },
    time,
    ignored,
  };
}

/** The entries of the live object; where there are none, one that owns all that is there. */
function entriesOf(request: CompiledApplyRequest, base: KubeObject): ManagedEntries {
  const entries = parseManagedFields(request.live?.metadata.managedFields) ?? new Map();
  if (entries.size > 0 || !request.live) return entries;
  const { schema, subresource, time, blank } = request;
  return updateOwned(
    {
      type: schema.type,
      live: blank,
      entries,
      writer: {
        manager: BEFORE_FIRST_APPLY,
        operation: "Update",
        apiVersion: schema.apiVersion,
        subresource,
      },
      time,
      ignored: ownedWrite(request, base).ignored,
    },
    base,
  );
}

/**
 * kubectl's own move from client-side to server-side apply: fields that its last-applied annotation still describes
 * are no conflict.
 */
function applyAfterClientSideApply(
  write: OwnedWrite,
  applied: JsonObject,
  conflicts: readonly OwnershipConflict[],
  schema: CompiledSchema,
): ApplyOutcome {
  const allowed = lastAppliedSet(write.live, schema);
  if (!allowed) return { kind: "conflicts", conflicts };
  const left = conflicts.filter(({ path }) => !hasPath(allowed, path));
  return left.length > 0 ? { kind: "conflicts", conflicts: left } : applyOwned(write, applied, true);
}

function lastAppliedSet(live: JsonValue, { type, apiVersion }: CompiledSchema): FieldSet | undefined {
  const text = asString(asObject(asObject(asObject(live).metadata).annotations)[LAST_APPLIED]);
  const last = text ? parseJson(text) : undefined;
  if (!isJsonObject(last) || last.apiVersion !== apiVersion) return undefined;
  const { added, modified, removed } = compareTyped(type, last, live);
  return [added, modified, removed].reduce(differenceOf, fieldSetOfValue(type, last));
}

/** kubectl keeps its annotation true when it applies on the server. */
function withLastApplied(merged: JsonObject, applied: JsonObject): JsonObject {
  const metadata = asObject(merged.metadata);
  const annotations = asObject(metadata.annotations);
  if (!asString(annotations[LAST_APPLIED])) return merged;
  const appliedMetadata = asObject(applied.metadata);
  const { [LAST_APPLIED]: _, ...others } = asObject(appliedMetadata.annotations);
  const { annotations: __, ...rest } = appliedMetadata;
  const plain = {
    ...applied,
    metadata: Object.keys(others).length > 0 ? { ...rest, annotations: others } : rest,
  };
  const text = `${canonicalJson(plain)}\n`;
  return { ...merged, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
