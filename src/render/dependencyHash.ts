import { createHash } from "node:crypto";
import { asList, asObject, asString, isJsonObject, type JsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { parseApiVersion } from "../object/objectRef.ts";
import { ANNOTATION_DEPENDENCIES_HASH, ANNOTATION_SKIP_HASH } from "../object/ownership.ts";
import { printYaml } from "../template/yamlPrinter.ts";
import { podTemplateMetadata } from "./labelPaths.ts";
import { mergeStrings } from "./mergeStrings.ts";

/** A ConfigMap or Secret that a pod template mounts or pulls images with. */
export interface Dependency {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}

/** Members of metadata that the canonical text has with empty values, whatever the object says. */
const EMPTIED = {
  annotations: {},
  finalizers: [],
  managedFields: [],
  ownerReferences: [],
  deletionGracePeriodSeconds: 0,
  remainingItemCount: 0,
};
const REMOVED: readonly string[] = [
  "namespace",
  "resourceVersion",
  "clusterName",
  "continue",
  "creationTimestamp",
  "generateName",
  "generation",
  "selfLink",
  "uid",
];
const ABSENT = Buffer.alloc(16);

/**
 * What the object's pod templates refer to, sorted as KUDO sorts it; duplicates are kept.
 *
 * Followed are volumes of ConfigMaps and Secrets and image pull secrets; not followed, as in KUDO, are environment
 * variables and projected volumes. A `spec.template` that is no pod template has no references.
 */
export function dependenciesOf(object: KubeObject): readonly Dependency[] {
  const templates = [
    valueAt(object, "spec", "template"),
    valueAt(object, "spec", "jobTemplate", "spec", "template"),
  ];
  const found = templates.flatMap((template): Dependency[] => {
    const spec = asObject(valueAt(template, "spec"));
    const volumes = asList(spec.volumes);
    return [
      ...volumes.flatMap((volume) => dependency("ConfigMap", valueAt(volume, "configMap", "name"))),
      ...volumes.flatMap((volume) => dependency("Secret", valueAt(volume, "secret", "secretName"))),
      ...asList(spec.imagePullSecrets).flatMap((secret) => dependency("Secret", valueAt(secret, "name"))),
    ];
  });
  return found.sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name));
}

/**
 * The object with the hash of its dependencies on its pod templates, so that pods roll when a mounted ConfigMap or
 * Secret changed. An object without dependencies is returned as it is.
 *
 * @param lookup  the object behind a dependency; `undefined` counts as absent
 * @see package-format 6.4, whose golden values this reproduces
 */
export function withDependencyHash(
  object: KubeObject,
  lookup: (dependency: Dependency) => JsonObject | undefined,
): KubeObject {
  const { group } = parseApiVersion(object.apiVersion);
  const paths = podTemplateMetadata(group, object.kind);
  const dependencies = paths.length > 0 ? dependenciesOf(object) : [];
  if (dependencies.length === 0) return object;
  const sums = dependencies.map((dependency) => sumOf(lookup(dependency)));
  const hash = createHash("md5").update(Buffer.concat(sums)).digest("hex");
  let next: JsonObject = object;
  for (const path of paths)
    next = mergeStrings(next, [...path, "annotations"], { [ANNOTATION_DEPENDENCIES_HASH]: hash });
  return next as KubeObject;
}

function sumOf(object: JsonObject | undefined): Buffer {
  if (
    !object ||
    (isJsonObject(valueAt(object, "metadata", "annotations")) &&
      valueAt(object, "metadata", "annotations", ANNOTATION_SKIP_HASH) !== undefined)
  ) {
    return ABSENT;
  }
  return createHash("md5").update(canonicalText(object)).digest();
}

function canonicalText(object: JsonObject): string {
  const kept = Object.entries(asObject(object.metadata)).filter(([key]) => !REMOVED.includes(key));
  const metadata = { ...Object.fromEntries(kept), ...EMPTIED };
  return printYaml({ object: { ...object, apiVersion: "", kind: "", metadata } });
}

function dependency(kind: Dependency["kind"], name: unknown): Dependency[] {
  const text = asString(name);
  return text ? [{ kind, name: text }] : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
