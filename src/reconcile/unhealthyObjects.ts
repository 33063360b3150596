import type { AppliedEntry, AppliedIndex } from "../apply/appliedIndex.ts";
import type { Health, HealthStatus } from "../health/health.ts";
import { formatRef, type ObjectRef, refKey } from "../object/objectRef.ts";

/** What is known of objects, from memory. */
export interface HealthLookup {
  readonly health: (ref: ObjectRef) => Health | undefined;
  /** Keys (`refKey`) of objects that somebody deleted. */
  readonly missing: ReadonlySet<string>;
}

/** Kinds whose end is their purpose: gone or finished says nothing about readiness. */
const TRANSIENT: readonly string[] = ["Job", "Pod"];

/** One sentence for each owned object that is not healthy; a missing one is not. */
export function unhealthyObjects(index: AppliedIndex, lookup: HealthLookup): readonly string[] {
  return index.entries.flatMap((entry) => {
    const health = healthOf(entry, lookup);
    if (TRANSIENT.includes(entry.ref.kind) || !health) return [];
    if (health.status === "Healthy" || health.status === "Suspended") return [];
    return [`${formatRef(entry.ref)}: ${health.message || health.reason}`];
  });
}

const BADNESS: readonly HealthStatus[] = ["Healthy", "Suspended", "Unknown", "Progressing", "Degraded"];

/** The worst judgement among the owned objects; `Unknown` when nothing is known of any. */
export function worstHealth(index: AppliedIndex | undefined, lookup: HealthLookup): HealthStatus {
  const statuses = (index?.entries ?? []).flatMap((entry) => healthOf(entry, lookup)?.status ?? []);
  if (statuses.length === 0) return "Unknown";
  return statuses.reduce(
    (worst, next) => (BADNESS.indexOf(next) > BADNESS.indexOf(worst) ? next : worst),
    "Healthy",
  );
}

const MISSING: Health = { status: "Degraded", reason: "Missing", message: "is missing: somebody deleted it" };

function healthOf(
  { ref, pendingDeletion }: AppliedEntry,
  { health, missing }: HealthLookup,
): Health | undefined {
  if (pendingDeletion) return undefined;
  return missing.has(refKey(ref)) ? MISSING : health(ref);
}
