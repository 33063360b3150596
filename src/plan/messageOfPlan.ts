import type { PlanStatus } from "./planStatus.ts";

/** The message that says why a plan failed or waits: its own, else that of the phase or step that it hangs on. */
export function messageOfPlan(status: PlanStatus): string | undefined {
  if (status.status === "COMPLETE") return undefined;
  const parts = [status, ...status.phases, ...status.phases.flatMap((phase) => phase.steps)];
  return (
    parts.find((part) => part.status === "FATAL_ERROR" && part.message)?.message ??
    parts.find((part) => part.status === "ERROR" && part.message)?.message ??
    parts.find((part) => part.status === "IN_PROGRESS" && part.message)?.message
  );
}
