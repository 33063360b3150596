import { rfc3339 } from "../../base/clock.ts";
import { asString, deepEqual, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { draftOf, type ObjectDraft, sealed } from "../draft.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { badRequest, conflict, notFound, STALE } from "../statusError.ts";
import { metadataCauses, metadataUpdateCauses } from "../strategies/metadataRules.ts";
import { invalidValue } from "../strategies/nameRules.ts";
import { strategyOf } from "../strategies/strategyOf.ts";
import type { ClusterState, WriteOptions, WriteResult } from "./clusterState.ts";
import { createObject, liveObject } from "./createObject.ts";
import {
  accepted,
  addressedBody,
  membersToReset,
  refuseInvalid,
  resetMembers,
  sameObject,
  strategyContext,
} from "./writeRules.ts";

/** Address of one object, and the endpoint of it that is meant: `""`, `status`, `finalize`… */
export interface Target {
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** A PUT: the whole object, guarded by its resource version when it has one. */
export function updateObject(
  state: ClusterState,
  target: Target,
  body: JsonValue,
  options: WriteOptions,
): WriteResult {
  const { type, namespace, name, subresource } = target;
  const addressed = addressedBody(type, namespace, body);
  const given = addressed.metadata.name ?? "";
  if (given === "")
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  if (given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  const live = liveObject(state, type, namespace, name);
  if (!live) {
    if (!type.createOnUpdate || subresource !== "") throw notFound(type, name);
    return createObject(state, type, namespace, addressed as JsonObject, options);
  }
  const { object, warnings } = accepted(
    state.pipeline.decode(type.schema, addressed, options.fieldValidation),
    type,
    name,
  );
  return { ...replaceObject(state, target, live, object, options), warnings };
}

/** Puts a decoded object in the place of the live one: the end of updates and of all patches but apply. */
export function replaceObject(
  state: ClusterState,
  target: Target,
  live: KubeObject,
  next: KubeObject,
  options: WriteOptions,
): WriteResult {
  const { type, subresource } = target;
  const draft = draftOf(state.pipeline.default(type.schema, next));
  const members = new Set([
    ...membersToReset(type, subresource, draft as KubeObject),
    ...membersToReset(type, subresource, live),
  ]);
  checkVersion(type, draft, live);
  resetMembers(draft, live, [...members]);
  keepMetadata(draft, live, type, subresource);
  const tracked = state.pipeline.trackUpdate({
    schema: type.schema,
    live,
    next: sealed(draft),
    manager: options.manager,
    subresource,
    time: rfc3339(state.clock.now()),
  });
  return storeChanged(state, target, live, draftOf(tracked), options);
}

/** Stores a changed object whose managedFields are settled. A change of nothing is no write. */
export function storeChanged(
  state: ClusterState,
  { type, name, subresource }: Target,
  live: KubeObject,
  draft: ObjectDraft,
  { dryRun }: WriteOptions,
): WriteResult {
  const context = strategyContext(state, dryRun);
  const strategy = strategyOf(type);
  keepMetadata(draft, live, type, subresource);
  strategy.prepareUpdate?.(draft, live, context);
  if (subresource !== "status") countGeneration(type, draft, live);
  const object = sealed(draft);
  refuseInvalid(type, name, [
    ...metadataCauses(type, object),
    ...metadataUpdateCauses(object, live),
    ...(strategy.validateUpdate?.(object, live, context) ?? []),
    ...state.pipeline.validate(type.schema, object, live),
  ]);
  if (isFreed(object)) {
    if (dryRun) return { object, warnings: [], created: false };
    const gone = state.store.delete(type.storageKey, type.toStored(object));
    strategy.released?.(gone, state.addresses);
    return { object: type.toServed(gone), warnings: [], created: false };
  }
  if (sameObject(object, live)) return { object: live, warnings: [], created: false };
  if (dryRun) return { object, warnings: [], created: false };
  const previous = state.store.get(type.storageKey, live.metadata.namespace ?? "", name) ?? live;
  const stored = state.store.update(type.storageKey, type.toStored(object), previous);
  return { object: type.toServed(stored), warnings: [], created: false };
}

/** True when the object is being deleted and nothing holds it any more. */
export function isFreed({ metadata, spec }: KubeObject): boolean {
  const holders = (spec as JsonObject | undefined)?.finalizers;
  const isHeldBySpec = Array.isArray(holders) && holders.length > 0;
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers ?? []).length === 0 &&
    !isHeldBySpec &&
    Number(metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}

function checkVersion(type: ResourceType, draft: ObjectDraft, live: KubeObject): void {
  const name = live.metadata.name ?? "";
  const uid = asString(draft.metadata.uid) ?? "";
  if (uid !== "" && uid !== live.metadata.uid) {
    throw conflict(
      type,
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/${type.plural}/${live.metadata.namespace ? `${live.metadata.namespace}/` : ""}${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
  const version = asString(draft.metadata.resourceVersion) ?? "";
  if (version === "" || version === "0") {
    if (type.needsVersion) {
      refuseInvalid(type, name, [
        {
          ...invalidValue("metadata.resourceVersion", 0, ""),
          message: "Invalid value: 0: must be specified for an update",
        },
      ]);
    }
    return;
  }
  if (version !== live.metadata.resourceVersion) throw conflict(type, name, STALE);
}

/** What no client may set: identity, times, version; and at a status endpoint all but annotations and managedFields. */
function keepMetadata(draft: ObjectDraft, live: KubeObject, type: ResourceType, subresource: string): void {
  const { metadata } = draft;
  const kept: readonly string[] = [
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "resourceVersion",
    "selfLink",
    ...(subresource === "status" ? STATUS_KEEPS : []),
    ...(subresource === "status" && type.custom ? ["annotations", "finalizers"] : []),
  ];
  for (const key of kept) {
    const value = live.metadata[key];
    if (value === undefined) delete metadata[key];
    else metadata[key] = value as ObjectDraft[string];
  }
}

const STATUS_KEEPS: readonly string[] = ["labels", "ownerReferences"];

function countGeneration(type: ResourceType, draft: ObjectDraft, live: KubeObject): void {
  if (!type.generation) return;
  const desired = (object: JsonObject): JsonObject => {
    const { metadata: _metadata, status, ...rest } = object;
    return type.subresources.includes("status") || !type.custom ? rest : { ...rest, status };
  };
  const annotationsCount = type.storageKey === "apps/deployments";
  const changed =
    !deepEqual(desired(draft as JsonObject), desired(live)) ||
    (annotationsCount && !deepEqual(draft.metadata.annotations ?? {}, live.metadata.annotations ?? {}));
  if (changed) draft.metadata.generation = Number(live.metadata.generation ?? 0) + 1;
}
