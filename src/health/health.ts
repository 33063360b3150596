import type { KubeObject } from "../object/kubeObject.ts";

/** Judgement about one object, best to worst except `Unknown`, which says that nobody can tell. */
export type HealthStatus = "Healthy" | "Suspended" | "Progressing" | "Degraded" | "Unknown";

/** A judgement with its reason. */
export interface Health {
  readonly status: HealthStatus;
  /** One CamelCase word for machines: `LessReady`, `CrashLoopBackOff`. */
  readonly reason: string;
  /** One sentence for people, lower-case, that names the root cause; empty when Healthy. */
  readonly message: string;
}

/**
 * Judges objects of one kind by what they say about themselves.
 *
 * Deletion in progress, `observedGeneration` and the conditions `Reconciling` and `Stalled` were looked at before.
 * `undefined` means that the kind has no opinion, and the `Ready` condition decides.
 *
 * @param now  milliseconds since the epoch
 */
export type HealthRule = (object: KubeObject, now: number) => Health | undefined;

/** A good object. The reason says how it is known: `Available`, `Bound`. */
export function healthy(reason: string): Health {
  return { status: "Healthy", reason, message: "" };
}

/** An object that somebody told to rest. */
export function suspended(reason: string, message: string): Health {
  return { status: "Suspended", reason, message };
}

/** An object on its way; nothing speaks against its arrival. */
export function progressing(reason: string, message: string): Health {
  return { status: "Progressing", reason, message };
}

/** An object that will not become good by waiting alone. */
export function degraded(reason: string, message: string): Health {
  return { status: "Degraded", reason, message };
}

/** An object that says something nobody can read. */
export function unknown(reason: string, message: string): Health {
  return { status: "Unknown", reason, message };
}
