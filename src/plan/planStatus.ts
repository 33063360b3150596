import type { OperatorPackage, Plan } from "../package/operatorPackage.ts";

/** KUDO's status words (package-format 4.4). Only steps are ever in ERROR: a transient error that is retried. */
export type ExecutionStatus = "NEVER_RUN" | "PENDING" | "IN_PROGRESS" | "ERROR" | "FATAL_ERROR" | "COMPLETE";

/** How far a step is; `message` says what it waits for or why it failed. */
export interface StepStatus {
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly message?: string;
}

/** How far a phase is, with its steps in the plan's order. */
export interface PhaseStatus {
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly message?: string;
  readonly steps: readonly StepStatus[];
}

/** The last run of one plan, as it stands in `status.planStatus` of the Instance. */
export interface PlanStatus {
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly message?: string;
  /** RFC 3339, when the status last changed. */
  readonly lastUpdatedTimestamp?: string;
  readonly uid?: string;
  readonly phases: readonly PhaseStatus[];
}

/** COMPLETE or FATAL_ERROR: nothing more happens by itself. */
export function isTerminal(status: ExecutionStatus): boolean {
  return status === "COMPLETE" || status === "FATAL_ERROR";
}

/** PENDING, IN_PROGRESS or ERROR. */
export function isRunning(status: ExecutionStatus): boolean {
  return status === "PENDING" || status === "IN_PROGRESS" || status === "ERROR";
}

/** A plan that has never run, with every phase and step of its definition. */
export function neverRun(plan: Plan): PlanStatus {
  return { name: plan.name, status: "NEVER_RUN", phases: phasesWith(plan, "NEVER_RUN") };
}

/** A run that begins: everything PENDING under its uid. */
export function startRun(plan: Plan, uid: string, now: string): PlanStatus {
  return {
    name: plan.name,
    status: "PENDING",
    uid,
    lastUpdatedTimestamp: now,
    phases: phasesWith(plan, "PENDING"),
  };
}

/**
 * Brings recorded statuses into the shape of the package's plans: new phases and steps appear as NEVER_RUN in the
 * plan's order, vanished ones go, statuses of unchanged names stay.
 *
 * Plans that the package no longer has are left out (KUDO keeps them for ever).
 */
export function alignStatuses(
  pkg: Pick<OperatorPackage, "plans">,
  recorded: Readonly<Record<string, PlanStatus>>,
): Readonly<Record<string, PlanStatus>> {
  return Object.fromEntries(
    [...pkg.plans.values()].map((plan) => [plan.name, alignStatus(plan, recorded[plan.name])]),
  );
}

function alignStatus(plan: Plan, recorded: PlanStatus | undefined): PlanStatus {
  if (!recorded) return neverRun(plan);
  const phases = plan.phases.map((phase): PhaseStatus => {
    const known = recorded.phases.find((p) => p.name === phase.name);
    const steps = phase.steps.map(
      (step): StepStatus =>
        known?.steps.find((s) => s.name === step.name) ?? { name: step.name, status: "NEVER_RUN" },
    );
    return { ...(known ?? { name: phase.name, status: "NEVER_RUN" }), steps };
  });
  return { ...recorded, phases };
}

function phasesWith(plan: Plan, status: ExecutionStatus): readonly PhaseStatus[] {
  return plan.phases.map(({ name, steps }) => ({
    name,
    status,
    steps: steps.map((step) => ({ name: step.name, status })),
  }));
}
