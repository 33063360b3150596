import { randomInt, randomUUID } from "node:crypto";
import { rfc3339 } from "../../base/clock.ts";
import { asString, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { draftOf, type ObjectDraft, sealed } from "../draft.ts";
import { hasStatus, type ResourceType } from "../registry/resourceType.ts";
import { alreadyExists, StatusError } from "../statusError.ts";
import { metadataCauses } from "../strategies/metadataRules.ts";
import { strategyOf } from "../strategies/strategyOf.ts";
import type { ClusterState, WriteOptions, WriteResult } from "./clusterState.ts";
import { refuseOverQuota } from "./quota.ts";
import {
  accepted,
  addressedBody,
  membersToReset,
  refuseInvalid,
  requireLiveNamespace,
  resetMembers,
  strategyContext,
} from "./writeRules.ts";

/** Letters and digits of generated names: none that reads as another. */
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;

/** A POST to a collection. */
export function createObject(
  state: ClusterState,
  type: ResourceType,
  namespace: string,
  body: JsonValue,
  options: WriteOptions,
): WriteResult {
  const addressed = addressedBody(type, namespace, body);
  const subject = addressed.metadata.name ?? "";
  const { object, warnings } = accepted(
    state.pipeline.decode(type.schema, addressed, options.fieldValidation),
    type,
    subject,
  );
  requireLiveNamespace(state, type, namespace, subject);
  const draft = draftOf(state.pipeline.default(type.schema, object));
  strategyOf(type).fill?.(draft);
  resetMembers(draft, undefined, keepsStatus(type) ? [] : membersToReset(type, "", object));
  const tracked = state.pipeline.trackUpdate({
    schema: type.schema,
    next: sealed(draft),
    manager: options.manager,
    subresource: "",
    time: rfc3339(state.clock.now()),
  });
  return { ...storeNew(state, type, draftOf(tracked), options), warnings };
}

/** Stores an object whose managedFields are settled: the end of a create and of an apply that creates. */
export function storeNew(
  state: ClusterState,
  type: ResourceType,
  draft: ObjectDraft,
  { dryRun }: WriteOptions,
): WriteResult {
  const context = strategyContext(state, dryRun);
  if ((asString(draft.metadata.resourceVersion) ?? "") !== "") {
    throw new StatusError(500, "", "resourceVersion should not be set on objects to be created");
  }
  fillMetadata(state, type, draft, context.time);
  const strategy = strategyOf(type);
  strategy.prepareCreate?.(draft, context);
  const object = sealed(draft);
  const name = object.metadata.name ?? "";
  const causes = [
    ...metadataCauses(type, object),
    ...(strategy.validateCreate?.(object, context) ?? []),
    ...state.pipeline.validate(type.schema, object),
  ];
  if (causes.length > 0 || state.store.get(type.storageKey, object.metadata.namespace ?? "", name)) {
    strategy.released?.(object, state.addresses);
    refuseInvalid(type, name, causes);
    throw alreadyExists(type, name);
  }
  try {
    refuseOverQuota(state, type, object);
  } catch (error) {
    strategy.released?.(object, state.addresses);
    throw error;
  }
  if (dryRun) {
    strategy.released?.(object, state.addresses);
    return { object, warnings: [], created: true };
  }
  const stored = state.store.create(type.storageKey, type.toStored(object));
  return { object: type.toServed(stored), warnings: [], created: true };
}

function fillMetadata(state: ClusterState, type: ResourceType, draft: ObjectDraft, time: string): void {
  const { metadata } = draft;
  for (const key of ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"]) {
    delete metadata[key];
  }
  const prefix = asString(metadata.generateName) ?? "";
  if ((asString(metadata.name) ?? "") === "" && prefix !== "") {
    metadata.name = freeName(state, type, asString(metadata.namespace) ?? "", prefix);
  }
  metadata.uid = randomUUID();
  metadata.creationTimestamp = time;
  if (type.generation) metadata.generation = 1;
  else delete metadata.generation;
}

function freeName(state: ClusterState, type: ResourceType, namespace: string, prefix: string): string {
  for (;;) {
    const suffix = Array.from(
      { length: SUFFIX_LENGTH },
      () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)],
    ).join("");
    const name = prefix.slice(0, 63 - SUFFIX_LENGTH) + suffix;
    if (!state.store.get(type.storageKey, namespace, name)) return name;
  }
}

/** Nodes come with their status; custom kinds and the rest do not. */
function keepsStatus(type: ResourceType): boolean {
  return !hasStatus(type) || type.storageKey === "/nodes";
}

/** The live object in the version of the type. */
export function liveObject(
  state: ClusterState,
  type: ResourceType,
  namespace: string,
  name: string,
): KubeObject | undefined {
  const stored = state.store.get(type.storageKey, type.namespaced ? namespace : "", name);
  return stored ? type.toServed(stored) : undefined;
}
