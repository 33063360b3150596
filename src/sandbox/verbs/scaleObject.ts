import { asObject, asString, type JsonObject, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { childOf, type Draft, draftOf, sealed } from "../draft.ts";
import type { ScalePaths } from "../registry/resourceType.ts";
import { badRequest, conflict, invalid, notFound, STALE } from "../statusError.ts";
import { formatSelector } from "../store/labelSelector.ts";
import { invalidValue } from "../strategies/nameRules.ts";
import type { ClusterState, WriteOptions } from "./clusterState.ts";
import { liveObject } from "./createObject.ts";
import type { PatchOptions } from "./patchObject.ts";
import { replaceObject, type Target } from "./updateObject.ts";
import { accepted } from "./writeRules.ts";

const BUILTIN_PATHS: ScalePaths = {
  specReplicas: ["spec", "replicas"],
  statusReplicas: ["status", "replicas"],
};

/** The Scale of a workload. */
export function scaleOf(state: ClusterState, target: Target): JsonObject {
  return scaleDocument(target, liveTarget(state, target)) as JsonObject;
}

/** A PUT of a Scale: only its `spec.replicas` counts. */
export function updateScale(
  state: ClusterState,
  target: Target,
  body: JsonValue,
  options: WriteOptions,
): JsonObject {
  return writeScale(state, target, liveTarget(state, target), asObject(body), options);
}

/** A PATCH of a Scale, of any type but apply. */
export function patchScale(
  state: ClusterState,
  target: Target,
  body: JsonValue,
  options: PatchOptions,
): JsonObject {
  const live = liveTarget(state, target);
  const schema = state.pipeline.builtinSchema("autoscaling/v1", "Scale") ?? {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
  };
  const result = state.pipeline.applyPatch({
    schema,
    kind: options.kind === "apply" ? "merge" : options.kind,
    live: scaleDocument(target, live),
    patch: body,
    manager: options.manager,
    force: options.force,
    subresource: "scale",
    time: "",
    fieldValidation: options.fieldValidation,
    resetFields: [],
  });
  return writeScale(state, target, live, accepted(result, target.type, target.name).object, options);
}

function writeScale(
  state: ClusterState,
  target: Target,
  live: KubeObject,
  scale: JsonObject,
  options: WriteOptions,
): JsonObject {
  const { type, name } = target;
  const { name: given, resourceVersion } = asObject(scale.metadata);
  if (asString(given) && given !== name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
  if (asString(resourceVersion) && resourceVersion !== live.metadata.resourceVersion) {
    throw conflict(type, name, STALE);
  }
  const replicas = Number(asObject(scale.spec).replicas ?? 0);
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw invalid({ group: "autoscaling", kind: "Scale" }, name, [
      invalidValue("spec.replicas", replicas, "must be greater than or equal to 0"),
    ]);
  }
  const draft = draftOf(live);
  const path = pathsOf(target).specReplicas;
  let parent: Draft = draft;
  for (const key of path.slice(0, -1)) parent = childOf(parent, key);
  parent[path.at(-1) ?? "replicas"] = replicas;
  const { object } = replaceObject(state, target, live, sealed(draft), options);
  return scaleDocument(target, object);
}

function liveTarget(state: ClusterState, { type, namespace, name }: Target): KubeObject {
  const live = liveObject(state, type, namespace, name);
  if (!live) throw notFound(type, name);
  return live;
}

function scaleDocument(target: Target, object: KubeObject): KubeObject {
  const { metadata } = object;
  const paths = pathsOf(target);
  const selector = paths.labelSelector
    ? asString(valueAt(object, ...paths.labelSelector))
    : formatSelector(asObject(object.spec).selector);
  const replicas = valueAt(object, ...paths.specReplicas) ?? 0;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name: metadata.name ?? "",
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      uid: metadata.uid ?? "",
      resourceVersion: metadata.resourceVersion ?? "",
      creationTimestamp: metadata.creationTimestamp ?? "",
    },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: valueAt(object, ...paths.statusReplicas) ?? 0,
      ...(selector ? { selector } : {}),
    },
  };
}

function pathsOf({ type }: Target): ScalePaths {
  return type.custom?.scale ?? BUILTIN_PATHS;
}
