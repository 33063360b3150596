import type { KubeObject } from "../object/kubeObject.ts";
import { NoSuccessorError } from "./conversion.ts";
import { converterOf } from "./converters.ts";
import { hasReached, removedVersion } from "./removedVersions.ts";

/** What became of an object whose version the cluster may have dropped. */
export type Upgrade =
  /** The cluster serves it, or nothing is known of its end: as it was. */
  | { readonly kind: "kept"; readonly object: KubeObject }
  | { readonly kind: "upgraded"; readonly object: KubeObject; readonly warnings: readonly string[] }
  /** `message` names the removal and the successor. */
  | { readonly kind: "impossible"; readonly message: string };

/** Whether the cluster serves a version of a kind. */
export type IsServed = (apiVersion: string, kind: string) => boolean;

/**
 * The object in the words of its version's successor, when the cluster no longer serves the version and the successor
 * can say the same.
 */
export function upgradeObject(object: KubeObject, isServed: IsServed): Upgrade {
  const { apiVersion, kind } = object;
  const entry = removedVersion(apiVersion, kind);
  if (entry?.removed === undefined || isServed(apiVersion, kind)) return { kind: "kept", object };
  const what = `${apiVersion} ${kind} was removed in Kubernetes ${entry.removed}`;
  const { successor } = entry;
  if (successor === undefined) return { kind: "impossible", message: `${what} and has no successor` };
  try {
    const { object: next, warnings } = converterOf(apiVersion, kind)(object);
    return { kind: "upgraded", object: { ...next, apiVersion: successor }, warnings };
  } catch (error) {
    if (!(error instanceof NoSuccessorError)) throw error;
    const message = `${what}; its successor ${successor} cannot be made from it: ${error.message}`;
    return { kind: "impossible", message };
  }
}

/** What a Kubernetes of a version serves, as far as removed versions go. */
export function servedBy(kubeVersion: string): IsServed {
  return (apiVersion, kind) => {
    const removed = removedVersion(apiVersion, kind)?.removed;
    return removed === undefined || !hasReached(kubeVersion, removed);
  };
}
