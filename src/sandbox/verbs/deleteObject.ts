import { rfc3339 } from "../../base/clock.ts";
import { asList, asObject, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Draft, draftOf, sealed } from "../draft.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { conflict, forbidden, notFound } from "../statusError.ts";
import { strategyOf } from "../strategies/strategyOf.ts";
import type { ClusterState } from "./clusterState.ts";
import { liveObject } from "./createObject.ts";
import { isFreed } from "./updateObject.ts";
import { sameObject } from "./writeRules.ts";

/** Leaves the dependents of a deleted object alone. */
export const ORPHAN_FINALIZER = "orphan";
/** Keeps a deleted object until its dependents are gone. */
export const FOREGROUND_FINALIZER = "foregroundDeletion";

/** Namespaces that stay. */
const PROTECTED = new Set(["default", "kube-public", "kube-system"]);

/** The query parameters and the body of a delete. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly propagation?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** `gone`: the object left the store. Otherwise something holds it, and it is as it is now stored. */
export interface DeleteResult {
  readonly gone: boolean;
  readonly object: KubeObject;
}

/** A DELETE of one object; 404, or 409 when a precondition does not hold. */
export function deleteObject(
  state: ClusterState,
  type: ResourceType,
  namespace: string,
  name: string,
  options: DeleteOptions,
): DeleteResult {
  const live = liveObject(state, type, namespace, name);
  if (!live) throw notFound(type, name);
  if (type.storageKey === "/namespaces" && PROTECTED.has(name)) {
    throw forbidden(type, name, "this namespace may not be deleted");
  }
  checkPreconditions(type, live, options);
  const next = markedForDeletion(type, live, options, rfc3339Of(state));
  if (isFreed(next)) {
    if (options.dryRun) return { gone: true, object: live };
    const gone = state.store.delete(type.storageKey, type.toStored(live));
    strategyOf(type).released?.(gone, state.addresses);
    return { gone: true, object: type.toServed(gone) };
  }
  if (options.dryRun || sameObject(next, live)) return { gone: false, object: next };
  const previous = state.store.get(type.storageKey, live.metadata.namespace ?? "", name) ?? live;
  const stored = state.store.update(type.storageKey, type.toStored(next), previous);
  return { gone: false, object: type.toServed(stored) };
}

function rfc3339Of(state: ClusterState): (secondsFromNow: number) => string {
  return (seconds) => rfc3339(state.clock.now() + seconds * 1000);
}

function checkPreconditions(
  type: ResourceType,
  live: KubeObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  const subject = { ...type, plural: type.kind };
  const name = live.metadata.name ?? "";
  if (uid !== undefined && uid !== live.metadata.uid) {
    throw conflict(
      subject,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${live.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(
      subject,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${live.metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/** The object with the time, grace and finalizers that a delete puts on it. */
function markedForDeletion(
  type: ResourceType,
  live: KubeObject,
  options: DeleteOptions,
  timeIn: (seconds: number) => string,
): KubeObject {
  const draft = draftOf(live);
  const strategy = strategyOf(type);
  const { metadata } = draft;
  const isFirst = live.metadata.deletionTimestamp === undefined;
  const finalizers = [
    ...finalizersAfter(live, options.propagation ?? undefined, strategy.defaultPropagation),
    ...(isFirst ? (strategy.deletionFinalizers ?? []) : []),
  ];
  if (finalizers.length > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  const grace = strategy.gracePeriod?.(live, options.gracePeriodSeconds) ?? 0;
  const given = live.metadata.deletionGracePeriodSeconds;
  if (isFirst || grace < Number(given ?? 0)) {
    metadata.deletionTimestamp = timeIn(grace);
    if (type.storageKey !== "/namespaces") metadata.deletionGracePeriodSeconds = grace;
    if (isFirst && Number(metadata.generation ?? 0) > 0)
      metadata.generation = Number(metadata.generation) + 1;
  }
  if (type.storageKey === "/namespaces") {
    draft.status = { ...(asObject(live.status) as Draft), phase: "Terminating" };
  }
  return sealed(draft);
}

function finalizersAfter(
  live: KubeObject,
  propagation: DeleteOptions["propagation"],
  fallback: "Background" | "Orphan" | undefined,
): readonly string[] {
  const now = asList(live.metadata.finalizers).map(String);
  const others = now.filter((name) => name !== ORPHAN_FINALIZER && name !== FOREGROUND_FINALIZER);
  switch (propagation) {
    case "Orphan":
      return [...others, ORPHAN_FINALIZER];
    case "Foreground":
      return [...others, FOREGROUND_FINALIZER];
    case "Background":
      return others;
    default:
      if (others.length < now.length) return now;
      return fallback === "Orphan" ? [...others, ORPHAN_FINALIZER] : now;
  }
}

/** The Status that answers a delete of an object that is gone. */
export function deletedStatus(type: ResourceType, object: KubeObject): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: object.metadata.name ?? "",
      ...(type.group === "" ? {} : { group: type.group }),
      kind: type.plural,
      uid: object.metadata.uid ?? "",
    },
  };
}
