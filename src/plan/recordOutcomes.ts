import {
  type ExecutionStatus,
  isTerminal,
  type PhaseStatus,
  type PlanStatus,
  type StepStatus,
} from "./planStatus.ts";
import type { StepPosition } from "./runnableSteps.ts";
import type { TaskOutcome } from "./taskOutcome.ts";

/** The outcome of one task of a step. */
export interface NamedOutcome {
  readonly task: string;
  readonly outcome: TaskOutcome;
}

/**
 * Folds the outcomes of one pass over a step's tasks into the step's next status.
 *
 * A fatal failure wins over a retryable one, a failure over waiting, waiting over done. Messages name the path
 * `plan.phase.step.task` as KUDO's do, those of fatal errors the instance besides.
 *
 * @param step      status before this pass; a terminal step is returned as it is
 * @param outcomes  one per task, in the order the step lists them
 * @param path      `plan.phase.step`
 * @param instance  `namespace/name`
 * @see KUDO pkg/engine/workflow/engine.go, Execute, parts 4 and 5
 */
export function recordStep(
  step: StepStatus,
  outcomes: readonly NamedOutcome[],
  path: string,
  instance: string,
): StepStatus {
  if (isTerminal(step.status)) return step;
  const failures = outcomes.flatMap(({ task, outcome }) =>
    outcome.kind === "failed" ? [{ task, ...outcome }] : [],
  );
  const worst = failures.find((failure) => !failure.retryable) ?? failures[0];
  if (worst) {
    const message = worst.retryable
      ? `transient error in ${path}.${worst.task}, will be retried: ${worst.message}`
      : `fatal error in ${path}.${worst.task} of ${instance}: ${worst.message}`;
    return { name: step.name, status: worst.retryable ? "ERROR" : "FATAL_ERROR", message };
  }
  const reasons = outcomes.flatMap(({ outcome }) => (outcome.kind === "waiting" ? [outcome.reason] : []));
  if (reasons.length > 0) return { name: step.name, status: "IN_PROGRESS", message: reasons.join("; ") };
  return { name: step.name, status: "COMPLETE" };
}

/** The plan's status with one step replaced, and phase and plan brought in line with their parts. */
export function withStep(
  plan: PlanStatus,
  { phase, step }: StepPosition,
  next: StepStatus,
  now: string,
): PlanStatus {
  const phases = plan.phases.map(
    (p): PhaseStatus =>
      p.name === phase ? settlePhase({ ...p, steps: p.steps.map((s) => (s.name === step ? next : s)) }) : p,
  );
  return settlePlan({ ...plan, phases }, now);
}

/**
 * Brings phase and plan in line with their parts: an empty phase or plan is COMPLETE at once, a fatal step makes its
 * phase and plan fatal, anything begun and unfinished is IN_PROGRESS.
 */
export function settlePlan(plan: PlanStatus, now: string): PlanStatus {
  if (isTerminal(plan.status)) return plan;
  const phases = plan.phases.map(settlePhase);
  const status = fold(
    phases.map((phase) => phase.status),
    plan.status,
  );
  return { ...plan, phases, status, lastUpdatedTimestamp: now };
}

/** The whole plan failed before or beside its steps: a missing package, parameters that cannot be computed. */
export function failPlan(plan: PlanStatus, message: string, now: string): PlanStatus {
  return { ...plan, status: "FATAL_ERROR", message, lastUpdatedTimestamp: now };
}

function settlePhase(phase: PhaseStatus): PhaseStatus {
  return isTerminal(phase.status)
    ? phase
    : {
        ...phase,
        status: fold(
          phase.steps.map((step) => step.status),
          phase.status,
        ),
      };
}

function fold(parts: readonly ExecutionStatus[], before: ExecutionStatus): ExecutionStatus {
  if (parts.includes("FATAL_ERROR")) return "FATAL_ERROR";
  if (parts.every((part) => part === "COMPLETE")) return "COMPLETE";
  return parts.every((part) => part === "PENDING" || part === "NEVER_RUN") ? before : "IN_PROGRESS";
}
