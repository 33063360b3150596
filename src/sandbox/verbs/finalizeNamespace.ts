import { asObject, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { childOf, type Draft, draftOf, sealed } from "../draft.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { notFound } from "../statusError.ts";
import type { ClusterState } from "./clusterState.ts";
import { isFreed } from "./updateObject.ts";

/** Sets `spec.finalizers` of a namespace: the one way to let go of one that is being deleted. */
export function finalizeNamespace(
  state: ClusterState,
  type: ResourceType,
  name: string,
  body: JsonObject,
): KubeObject {
  const live = state.store.get(type.storageKey, "", name);
  if (!live) throw notFound(type, name);
  const draft = draftOf(live);
  const { finalizers } = asObject(body.spec);
  const spec: Draft = childOf(draft, "spec");
  if (Array.isArray(finalizers) && finalizers.length > 0) spec.finalizers = finalizers as string[];
  else delete spec.finalizers;
  const next = sealed(draft);
  if (isFreed(next)) return state.store.delete(type.storageKey, next);
  return state.store.update(type.storageKey, next, live);
}
