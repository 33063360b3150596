import { rfc3339 } from "../../base/clock.ts";
import { asObject, asString, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { parseApiVersion } from "../../object/objectRef.ts";
import { draftOf } from "../draft.ts";
import type { PatchKind } from "../objectPipeline.ts";
import { badRequest, conflict, invalid, notFound, STALE } from "../statusError.ts";
import { invalidValue } from "../strategies/nameRules.ts";
import type { ClusterState, WriteOptions, WriteResult } from "./clusterState.ts";
import { liveObject, storeNew } from "./createObject.ts";
import { replaceObject, storeChanged, type Target } from "./updateObject.ts";
import { accepted, addressedBody, membersToReset, requireLiveNamespace, resetMembers } from "./writeRules.ts";

/** The query parameters and the media type of a patch. */
export interface PatchOptions extends WriteOptions {
  readonly kind: PatchKind;
  readonly force: boolean;
}

/** A PATCH of any type. An apply of an object that is not there creates it. */
export function patchObject(
  state: ClusterState,
  target: Target,
  patch: JsonValue,
  options: PatchOptions,
): WriteResult {
  const live = liveObject(state, target.type, target.namespace, target.name);
  if (options.kind === "apply") return applyObject(state, target, live, patch, options);
  if (!live) throw notFound(target.type, target.name);
  const { object, warnings } = runPatch(state, target, live, patch, options);
  const name = asString(object.metadata.name) ?? "";
  if (name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  if (object.apiVersion !== live.apiVersion || object.kind !== live.kind) {
    throw badRequest(`the patch changes the type of the object to ${object.apiVersion} ${object.kind}`);
  }
  return { ...replaceObject(state, target, live, object, options), warnings };
}

function applyObject(
  state: ClusterState,
  target: Target,
  live: KubeObject | undefined,
  patch: JsonValue,
  options: PatchOptions,
): WriteResult {
  const { type, namespace, name, subresource } = target;
  const { metadata, apiVersion, kind } = asObject(patch);
  if (apiVersion !== type.schema.apiVersion || kind !== type.schema.kind) {
    const { group, version } = parseApiVersion(asString(apiVersion) ?? "");
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${asString(kind) ?? ""}`);
  }
  const given = asString(asObject(metadata).name) ?? "";
  if (given === "") {
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  const body = addressedBody(type, namespace, patch);
  if (!live && subresource !== "") throw notFound(type, name);
  if (live) checkPreconditions(target, live, body);
  else if (body.metadata.uid) {
    throw conflict(
      type,
      name,
      `uid mismatch: the provided object specified uid ${body.metadata.uid}, and no existing object was found`,
    );
  }
  const { object, warnings } = runPatch(state, target, live, body, options);
  if (live) {
    const draft = draftOf(state.pipeline.default(type.schema, object));
    const members = [
      ...membersToReset(type, subresource, object),
      ...membersToReset(type, subresource, live),
    ];
    resetMembers(draft, live, members);
    return { ...storeChanged(state, target, live, draft, options), warnings };
  }
  const bare = draftOf(object);
  resetMembers(bare, undefined, membersToReset(type, "", object));
  delete bare.metadata.resourceVersion;
  requireLiveNamespace(state, type, namespace, name);
  const draft = draftOf(state.pipeline.default(type.schema, bare as KubeObject)); // status in its empty form comes back
  return { ...storeNew(state, type, draft, options), warnings };
}

function checkPreconditions({ type, name }: Target, live: KubeObject, body: KubeObject): void {
  const { uid, resourceVersion } = body.metadata;
  if (uid && uid !== live.metadata.uid) {
    throw invalid(type, name, [invalidValue("metadata.uid", uid, "field is immutable")]);
  }
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw conflict(type, name, STALE);
}

function runPatch(
  state: ClusterState,
  { type, name, subresource }: Target,
  live: KubeObject | undefined,
  patch: JsonValue,
  { kind, force, manager, fieldValidation }: PatchOptions,
): { readonly object: KubeObject; readonly warnings: readonly string[] } {
  const known = (live ?? asObject(patch)) as KubeObject;
  const result = state.pipeline.applyPatch({
    schema: type.schema,
    kind,
    ...(live ? { live } : {}),
    patch,
    manager,
    force,
    subresource,
    time: rfc3339(state.clock.now()),
    fieldValidation,
    resetFields: [
      ...new Set([
        ...membersToReset(type, subresource, known),
        ...membersToReset(type, subresource, asObject(patch) as KubeObject),
      ]),
    ],
  });
  return accepted(result, type, name);
}
