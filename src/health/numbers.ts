import { valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

/** A number of the object, or `undefined` when there is none at that path. */
export function numberAt(object: KubeObject, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** A counter in `status`; Kubernetes leaves those that are zero out. */
export function countOf(object: KubeObject, name: string): number {
  return numberAt(object, "status", name) ?? 0;
}

/** How many replicas are asked for; 1 when the object does not say, as the API server defaults it. */
export function wantedReplicas(object: KubeObject): number {
  return numberAt(object, "spec", "replicas") ?? 1;
}

/**
 * True for a controller's object that no controller has looked at yet.
 *
 * Objects read from files may lack a generation; then nothing can be said.
 */
export function isUnobserved(object: KubeObject): boolean {
  return object.metadata.generation !== undefined && countOf(object, "observedGeneration") === 0;
}
