import type { AppliedIndex } from "../apply/appliedIndex.ts";
import type { Health, HealthStatus } from "../health/health.ts";
import { formatRef } from "../object/objectRef.ts";
import type { ObjectTracker } from "./objectTracker.ts";

/** Kinds whose end is their purpose: gone or finished says nothing about readiness. */
const TRANSIENT: readonly string[] = ["Job", "Pod"];

/** One sentence for each owned object that is not healthy. */
export function unhealthyObjects(
  index: AppliedIndex,
  tracker: Pick<ObjectTracker, "health">,
): readonly string[] {
  return index.entries.flatMap(({ ref, pendingDeletion }) => {
    const health = tracker.health(ref);
    if (pendingDeletion || TRANSIENT.includes(ref.kind) || !health) return [];
    if (health.status === "Healthy" || health.status === "Suspended") return [];
    return [`${formatRef(ref)}: ${health.message || health.reason}`];
  });
}

const BADNESS: readonly HealthStatus[] = ["Healthy", "Suspended", "Unknown", "Progressing", "Degraded"];

/** The worst judgement among the owned objects; `Unknown` when nothing is known of any. */
export function worstHealth(
  index: AppliedIndex | undefined,
  tracker: Pick<ObjectTracker, "health">,
): HealthStatus {
  const known = (index?.entries ?? [])
    .filter((entry) => !entry.pendingDeletion)
    .map(({ ref }) => tracker.health(ref));
  const statuses = known
    .filter((health): health is Health => health !== undefined)
    .map(({ status }) => status);
  if (statuses.length === 0) return "Unknown";
  return statuses.reduce(
    (worst, next) => (BADNESS.indexOf(next) > BADNESS.indexOf(worst) ? next : worst),
    "Healthy",
  );
}
