import { rfc3339 } from "../../base/clock.ts";
import { asList, asObject, asString, deepEqual } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ObjectDraft } from "../draft.ts";
import type { FieldCause, PipelineResult } from "../objectPipeline.ts";
import { hasStatus, type ResourceType } from "../registry/resourceType.ts";
import { badRequest, forbidden, invalid, notFound, refused } from "../statusError.ts";
import type { StrategyContext } from "../strategies/kindStrategy.ts";
import type { ClusterState } from "./clusterState.ts";

const NAMESPACES = { group: "", plural: "namespaces", kind: "Namespace" };

/** The accepted object, or the refusal thrown. */
export function accepted(
  result: PipelineResult,
  type: ResourceType,
  name: string,
): { readonly object: KubeObject; readonly warnings: readonly string[] } {
  if (result.kind === "refused") throw refused(result, type, name);
  return result;
}

/** Throws 422 when there are causes; the same one twice counts once. */
export function refuseInvalid(type: ResourceType, name: string, causes: readonly FieldCause[]): void {
  if (causes.length === 0) return;
  const seen = new Set<string>();
  const distinct = causes.filter(({ reason, field, message }) => {
    const key = `${reason}|${field}|${message}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
  throw invalid(type, name, distinct);
}

/** New content needs a namespace that exists and is not going away. */
export function requireLiveNamespace(
  state: ClusterState,
  type: ResourceType,
  namespace: string,
  name: string,
): void {
  if (!type.namespaced) return;
  const found = state.store.get("/namespaces", "", namespace);
  if (!found) throw notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    type,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}

/** A body as an object of the type, in the namespace of the request; 400 when it says otherwise. */
export function addressedBody(type: ResourceType, namespace: string, body: unknown): KubeObject {
  const object = asObject(body);
  const apiVersion = asString(object.apiVersion) || type.apiVersion;
  const kind = asString(object.kind) || type.kind;
  if (apiVersion !== type.apiVersion) {
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: no kind "${kind}" is registered for version "${apiVersion}"`,
    );
  }
  if (kind !== type.kind) {
    throw badRequest(
      `${kind} in version "${type.version}" cannot be handled as a ${type.kind}: converting to ${type.kind}: unknown conversion`,
    );
  }
  const metadata = asObject(object.metadata);
  const own = asString(metadata.namespace) ?? "";
  if (type.namespaced && own !== "" && own !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  const { namespace: _namespace, ...rest } = metadata;
  return { ...object, apiVersion, kind, metadata: type.namespaced ? { ...rest, namespace } : rest };
}

/** Top-level members that an endpoint does not write. */
export function membersToReset(
  type: ResourceType,
  subresource: string,
  object: KubeObject,
): readonly string[] {
  if (subresource === "status") {
    return Object.keys(object).filter((key) => !["apiVersion", "kind", "metadata", "status"].includes(key));
  }
  return hasStatus(type) ? ["status"] : [];
}

/** Takes the members an endpoint does not write from the live object. */
export function resetMembers(
  draft: ObjectDraft,
  live: KubeObject | undefined,
  members: readonly string[],
): void {
  for (const member of members) {
    const kept = live?.[member];
    if (kept === undefined) delete draft[member];
    else draft[member] = kept as ObjectDraft[string];
  }
}

/** True when two states differ in nothing but the times of their managedFields. */
export function sameObject(a: KubeObject, b: KubeObject): boolean {
  return deepEqual(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(object: KubeObject): KubeObject {
  const managedFields = asList(object.metadata.managedFields).map((entry) => {
    const { time: _time, ...rest } = asObject(entry);
    return rest;
  });
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** What strategies see of the cluster. */
export function strategyContext(state: ClusterState, dryRun: boolean): StrategyContext {
  return {
    addresses: state.addresses,
    dryRun,
    time: rfc3339(state.clock.now()),
    find: (storageKey, namespace, name) => state.store.get(storageKey, namespace, name),
  };
}
