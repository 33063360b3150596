import type { Condition } from "./instanceView.ts";

/** A condition as a pass wants it; the time is filled in when it changes. */
export type WantedCondition = Omit<Condition, "lastTransitionTime">;

/** The plans whose runs make an instance's readiness unknown (package-format 7.4). */
const READINESS_PLANS: readonly string[] = ["deploy", "update", "upgrade"];

const LONGEST_MESSAGE = 16_000;

/** The types of condition that are ours; others are left alone. */
const OURS: ReadonlySet<string> = new Set(["Ready", "Pending", "Illegal", "Suspended", "Deleting"]);

/**
 * Puts the wanted conditions in the place of ours. The transition time moves only when the status changes, a condition
 * that is no longer wanted goes, and conditions of others stay where they are.
 *
 * @param now  RFC 3339
 */
export function withConditions(
  current: readonly Condition[],
  wanted: readonly WantedCondition[],
  now: string,
): readonly Condition[] {
  const foreign = current.filter((condition) => !OURS.has(condition.type));
  const own = wanted.map((condition): Condition => {
    const before = current.find(({ type }) => type === condition.type);
    const same = before?.status === condition.status;
    return {
      ...condition,
      message: cut(condition.message),
      lastTransitionTime: same ? before.lastTransitionTime : now,
    };
  });
  return [...foreign, ...own].sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** The definition of Instances takes no more than 32768 characters. */
function cut(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

/** What the Ready condition is made of. */
export interface ReadyInput {
  readonly plan: string;
  readonly planStatus: string;
  /** Sentences about owned objects that are not healthy, empty when all are. */
  readonly unhealthy: readonly string[];
  readonly before: Condition | undefined;
}

/**
 * KUDO's Ready condition: Unknown while a plan that deploys, updates or upgrades runs and after a plan failed, else
 * what the owned objects say. Other plans leave it untouched while they run.
 */
export function readyCondition({ plan, planStatus, unhealthy, before }: ReadyInput): WantedCondition {
  const running = planStatus !== "COMPLETE" && planStatus !== "FATAL_ERROR" && planStatus !== "NEVER_RUN";
  if (running && READINESS_PLANS.includes(plan))
    return ready("Unknown", "PlanInProgress", `plan '${plan}' is running`);
  if (running && before)
    return { type: "Ready", status: before.status, reason: before.reason, message: before.message };
  if (planStatus === "FATAL_ERROR")
    return ready("Unknown", "PlanInFatalError", `plan '${plan}' ended in FATAL_ERROR`);
  if (unhealthy.length > 0) return ready("False", "ResourceNotReady", unhealthy.join(", "));
  return ready("True", "ResourcesReady", "all resources are ready");
}

function ready(status: Condition["status"], reason: string, message: string): WantedCondition {
  return { type: "Ready", status, reason, message };
}
