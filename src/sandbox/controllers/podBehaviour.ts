import { parseDuration } from "../../base/duration.ts";
import { annotationsOf, type KubeObject } from "../../object/kubeObject.ts";

/** On a pod or its template: how the pod is to fare. */
export const ANNOTATION_PODS = "sandbox.lockstep.dev/pods";

/** What becomes of a pod after it was scheduled. */
export type PodBehaviour =
  | { readonly kind: "ready"; readonly afterMs?: number }
  /** Runs, never ready. */
  | { readonly kind: "hang" }
  | { readonly kind: "crashLoop" }
  | { readonly kind: "imagePullBackOff" }
  /** Ends with exit code 1. */
  | { readonly kind: "fail" }
  /** Finds no node. */
  | { readonly kind: "unschedulable" };

/** Reads `crash-loop`, `image-pull-back-off`, `hang`, `fail`, `unschedulable` or `ready-after=5s`; anything else is ready. */
export function behaviourOf(pod: KubeObject): PodBehaviour {
  const text = annotationsOf(pod)[ANNOTATION_PODS] ?? "";
  switch (text) {
    case "crash-loop":
      return { kind: "crashLoop" };
    case "image-pull-back-off":
      return { kind: "imagePullBackOff" };
    case "hang":
      return { kind: "hang" };
    case "fail":
      return { kind: "fail" };
    case "unschedulable":
      return { kind: "unschedulable" };
    default: {
      const afterMs = parseDuration(/^ready-after=(.+)$/.exec(text)?.[1] ?? "");
      return afterMs === undefined ? { kind: "ready" } : { kind: "ready", afterMs };
    }
  }
}
