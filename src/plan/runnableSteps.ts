import type { Plan } from "../package/operatorPackage.ts";
import type { PlanStatus } from "./planStatus.ts";

/** A step by its place in the plan. */
export interface StepPosition {
  readonly phase: string;
  readonly step: string;
}

/** Only this exact text waits; a missing, misspelt or differently cased strategy means parallel. */
const SERIAL = "serial";

/**
 * The steps that may be worked on now, in the order of the plan.
 *
 * In a serial phase that is its first unfinished step, in any other every unfinished one; a serial plan stops at its
 * first unfinished phase. Nothing runs once the plan is terminal.
 *
 * @see KUDO pkg/engine/workflow/engine.go, Execute
 */
export function runnableSteps(plan: Plan, status: PlanStatus): readonly StepPosition[] {
  if (status.status === "COMPLETE" || status.status === "FATAL_ERROR") return [];
  const runnable: StepPosition[] = [];
  for (const phase of plan.phases) {
    const unfinished = phase.steps.filter(
      (step) => stepStatusOf(status, { phase: phase.name, step: step.name }) !== "COMPLETE",
    );
    const open = phase.strategy === SERIAL ? unfinished.slice(0, 1) : unfinished;
    for (const step of open) {
      const position = { phase: phase.name, step: step.name };
      if (!runnable.some((known) => samePosition(known, position))) runnable.push(position);
    }
    if (unfinished.length > 0 && plan.strategy === SERIAL) break;
  }
  return runnable;
}

/** True when both name the same step; steps that share a name share a status. */
export function samePosition(a: StepPosition, b: StepPosition): boolean {
  return a.phase === b.phase && a.step === b.step;
}

/** Status of a step, or `undefined` when the recorded tree does not have it. */
function stepStatusOf(status: PlanStatus, { phase, step }: StepPosition): string | undefined {
  return status.phases.find((p) => p.name === phase)?.steps.find((s) => s.name === step)?.status;
}
