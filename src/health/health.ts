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
