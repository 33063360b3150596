import { type AppliedIndex, withApplied, withIntent } from "../apply/appliedIndex.ts";
import { type AppliedObject, applyObjects } from "../apply/applyObjects.ts";
import { manifestsOf } from "../apply/indexStore.ts";
import { outcomeOf } from "../apply/objectFailure.ts";
import type { PlannedWrite } from "../apply/validateStep.ts";
import { gate } from "../health/gate.ts";
import { judge } from "../health/judge.ts";
import { type ObjectRef, refKey } from "../object/objectRef.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";
import { NO_COUNTS, type StepCounts, type StepDeps, type StepPass } from "./stepPass.ts";

/**
 * Stores what is about to be written; no request when the stored index says so already.
 *
 * @param stored  the index as it is stored
 * @param marked  the same with what else has to be known before the first write
 */
export async function saveIntent(
  deps: Pick<StepDeps, "saveIndex">,
  stored: AppliedIndex,
  marked: AppliedIndex,
  planUid: string,
  writes: readonly PlannedWrite[],
): Promise<AppliedIndex> {
  const intended = withIntent(marked, writes, { planUid });
  const toWrite = writes.filter((write) => write.action !== "unchanged");
  const changed =
    toWrite.length > 0 || claimsOf(intended) !== claimsOf(stored) || intended.pipes !== stored.pipes;
  if (changed) await deps.saveIndex(intended, manifestsOf(toWrite));
  return intended;
}

function claimsOf(index: AppliedIndex): string {
  return index.entries
    .map((entry) => `${refKey(entry.ref)}=${entry.claims.join(",")}${entry.pendingDeletion ? "!" : ""}`)
    .join("\n");
}

/**
 * Writes what one task may write, and looks how it fares.
 *
 * @param settle  the outcome once everything is written; left out: that of the objects' health
 */
export async function applyWrites(
  deps: StepDeps,
  before: AppliedIndex,
  task: string,
  writes: readonly PlannedWrite[],
  settle?: () => TaskOutcome,
): Promise<StepPass> {
  const progress = await applyObjects(deps.apply, writes);
  for (const object of progress.applied) deps.noteWritten(object);
  const index = withApplied(before, progress.applied);
  if (progress.corrections.size > 0) await deps.saveIndex(index, progress.corrections);
  const counts = { ...count(progress.applied), failed: progress.failures.length };
  const finish = (outcome: TaskOutcome, waitingFor: readonly ObjectRef[] = []): StepPass => ({
    index,
    counts,
    notes: progress.notes,
    outcomes: [{ task, outcome }],
    waitingFor,
  });
  if (progress.kind === "failed") return finish(outcomeOf(progress.failures));
  if (progress.kind === "waiting")
    return finish({ kind: "waiting", reason: progress.reason ?? "an object is being deleted" });
  if (settle) return finish(settle());
  const { outcome, waitingFor } = outcomeOfHealth(deps, progress.applied, writes);
  return finish(outcome, waitingFor);
}

function outcomeOfHealth(
  deps: StepDeps,
  applied: readonly AppliedObject[],
  writes: readonly PlannedWrite[],
): { readonly outcome: TaskOutcome; readonly waitingFor: readonly ObjectRef[] } {
  const now = deps.apply.clock.now();
  const answered = new Map(
    applied.flatMap(({ ref, live }) => (live ? [[refKey(ref), judge(live, now)] as const] : [])),
  );
  const entries = writes.map(({ ref }) => ({ ref, health: deps.health(ref) ?? answered.get(refKey(ref)) }));
  const verdict = gate(entries);
  switch (verdict.kind) {
    case "done":
      return { outcome: { kind: "done" }, waitingFor: [] };
    case "failed": {
      const { message } = verdict;
      const code = "FailedTerminalStateError";
      return { outcome: { kind: "failed", retryable: false, code, message }, waitingFor: [] };
    }
    case "waiting": {
      const unhealthy = entries.filter(
        ({ health }) => health?.status !== "Healthy" && health?.status !== "Suspended",
      );
      return {
        outcome: { kind: "waiting", reason: verdict.reason },
        waitingFor: unhealthy.map(({ ref }) => ref),
      };
    }
  }
}

function count(applied: readonly AppliedObject[]): StepCounts {
  const of = (action: AppliedObject["action"]): number =>
    applied.filter((object) => object.action === action).length;
  return { ...NO_COUNTS, created: of("created"), configured: of("configured"), unchanged: of("unchanged") };
}
