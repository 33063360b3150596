import { type ObjectRef, refKey } from "../object/objectRef.ts";
import { type AppliedIndex, type AppliedSetRecord, withRecord } from "./appliedIndex.ts";
import { claimOf, planGroup } from "./claims.ts";

/** What a run that ends COMPLETE rendered, as the claims rule needs it. */
export interface FinishedRun {
  readonly plan: string;
  /** Every Apply and Toggle task that this run carried out with what it rendered, over all steps; a task that rendered nothing too. */
  readonly rendered: ReadonlyMap<string, readonly ObjectRef[]>;
  /** Tasks whose templates read `.PlanName`, `.PhaseName` or `.StepName`: they only add. */
  readonly addOnly: ReadonlySet<string>;
  /** After a change of operator version: every task that the plans of the group still have. */
  readonly groupTasks?: ReadonlySet<string>;
  readonly record?: AppliedSetRecord;
}

/**
 * Takes away the claims that the run no longer renders; what has none left is pending deletion.
 *
 * Written before the status says COMPLETE (engine.md, 5). Claims of other plans, and of tasks that this run did not
 * carry out, stay.
 */
export function finishRun(index: AppliedIndex, run: FinishedRun): AppliedIndex {
  const group = `${planGroup(run.plan)}/`;
  const rendered = new Map(
    [...run.rendered].map(([task, refs]) => [claimOf(run.plan, task), new Set(refs.map(refKey))]),
  );
  const keeps = (claim: string, key: string): boolean => {
    if (!claim.startsWith(group)) return true;
    const task = claim.slice(group.length);
    const objects = rendered.get(claim);
    if (objects && !run.addOnly.has(task)) return objects.has(key);
    return run.groupTasks === undefined || run.groupTasks.has(task);
  };
  const entries = index.entries.map((entry) => {
    const key = refKey(entry.ref);
    const claims = entry.claims.filter((claim) => keeps(claim, key));
    return claims.length === entry.claims.length
      ? entry
      : { ...entry, claims, pendingDeletion: claims.length === 0 };
  });
  const finished = { ...index, entries };
  return run.record ? withRecord(finished, run.record) : finished;
}
