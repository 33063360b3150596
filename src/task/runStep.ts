import { type AppliedIndex, withoutEntries } from "../apply/appliedIndex.ts";
import type { ApplyNote } from "../apply/applyNote.ts";
import { deleteObjects } from "../apply/deleteObjects.ts";
import type { DesiredObject } from "../apply/desiredObject.ts";
import { outcomeOf } from "../apply/objectFailure.ts";
import { type PlannedWrite, validateStep } from "../apply/validateStep.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import type { NamedOutcome } from "../plan/recordOutcomes.ts";
import { applyWrites, saveIntent } from "./applyWrites.ts";
import { childOutcome } from "./childInstance.ts";
import type { PreparedTask } from "./prepareStep.ts";
import { clearEarlierPods, runPipe, wantedPod, withBegun } from "./runPipe.ts";
import { addCounts, NO_COUNTS, type StepDeps, type StepPass, stopped } from "./stepPass.ts";

export type { StepPass } from "./stepPass.ts";

/**
 * One pass over a step: validate everything, store the intent, write in the order of the tasks, look at health.
 *
 * Nothing is written when one object does not validate. Running it again costs no request for what is as it should be,
 * so the same call serves the first pass, every later one and the one after a crash.
 */
export async function runStep(
  deps: StepDeps,
  before: AppliedIndex,
  planUid: string,
  tasks: readonly PreparedTask[],
): Promise<StepPass> {
  const broken = tasks.filter((task) => task.kind === "settled" && task.outcome.kind === "failed");
  if (broken.length > 0) return stopped(before, settledOutcomes(tasks));

  const pipes = tasks.flatMap((task) => (task.kind === "pipe" ? [task.pipe] : []));
  const cleared = await clearEarlierPods(deps, before, planUid, pipes);
  const { index } = cleared;
  if (cleared.failed.length > 0) return stopped(index, cleared.failed, cleared.notes);

  const desiredBy = (task: PreparedTask): readonly DesiredObject[] => desiredOf(task, index, planUid);
  const validation = await validateStep(deps.apply, index, tasks.flatMap(desiredBy));
  const notes = [...cleared.notes, ...validation.notes];
  if (validation.kind === "failed") {
    const outcomes = tasks.map((task): NamedOutcome => {
      const own = new Set(desiredBy(task).map(({ object }) => refKey(refOf(object))));
      const failures = validation.failures.filter(({ ref }) => own.has(refKey(ref)));
      return {
        task: task.task,
        outcome:
          failures.length > 0
            ? outcomeOf(failures)
            : { kind: "waiting", reason: "other tasks of the step do not validate" },
      };
    });
    return {
      ...stopped(index, outcomes, notes),
      counts: { ...NO_COUNTS, failed: validation.failures.length },
    };
  }
  const { writes } = validation;
  const intended = await saveIntent(deps, before, withBegun(index, planUid, pipes), planUid, writes);
  return writeStep(deps, intended, { planUid, tasks, writes, notes });
}

/** What a task wants in the cluster. */
function desiredOf(task: PreparedTask, index: AppliedIndex, planUid: string): readonly DesiredObject[] {
  switch (task.kind) {
    case "apply":
      return task.objects;
    case "child":
      return [task.child];
    case "pipe":
      return wantedPod(index, planUid, task.pipe);
    case "delete":
    case "settled":
      return [];
  }
}

/** A step that may be written. */
interface ValidStep {
  readonly planUid: string;
  readonly tasks: readonly PreparedTask[];
  readonly writes: readonly PlannedWrite[];
  readonly notes: readonly ApplyNote[];
}

async function writeStep(deps: StepDeps, start: AppliedIndex, step: ValidStep): Promise<StepPass> {
  let index = start;
  let counts = NO_COUNTS;
  const notes = [...step.notes];
  const outcomes: NamedOutcome[] = [];
  const waitingFor: ObjectRef[] = [];
  for (const task of step.tasks) {
    const pass = await runTask(deps, index, task, step);
    index = pass.index;
    counts = addCounts(counts, pass.counts);
    notes.push(...pass.notes);
    outcomes.push(...pass.outcomes);
    waitingFor.push(...pass.waitingFor);
  }
  return { outcomes, index, notes, counts, waitingFor };
}

async function runTask(
  deps: StepDeps,
  index: AppliedIndex,
  task: PreparedTask,
  { planUid, writes }: ValidStep,
): Promise<StepPass> {
  const own = writes.filter((write) => write.origin.task === task.task);
  switch (task.kind) {
    case "settled":
      return stopped(index, [{ task: task.task, outcome: task.outcome }]);
    case "delete":
      return runDelete(deps, index, task.task, task.refs);
    case "apply":
      return applyWrites(deps, index, task.task, own);
    case "child": {
      const { object } = task.child;
      return applyWrites(deps, index, task.task, own, () => childOutcome(object, deps.child(refOf(object))));
    }
    case "pipe":
      return runPipe(deps, index, planUid, task.pipe, own);
  }
}

async function runDelete(
  deps: StepDeps,
  before: AppliedIndex,
  task: string,
  refs: readonly ObjectRef[],
): Promise<StepPass> {
  const progress = await deleteObjects(deps.apply, before, refs);
  const index = withoutEntries(before, progress.gone);
  // An object that is gone must not look missing to a later process.
  if (index.entries.length < before.entries.length) await deps.saveIndex(index, new Map());
  // What was gone already counts once: it left the set when it was first found gone.
  const deleted = before.entries.length - index.entries.length;
  const counts = { ...NO_COUNTS, deleted, failed: progress.failures.length };
  const finish = (outcome: NamedOutcome["outcome"]): StepPass => ({
    index,
    counts,
    notes: progress.notes,
    outcomes: [{ task, outcome }],
    waitingFor: [],
  });
  switch (progress.kind) {
    case "done":
      return finish({ kind: "done" });
    case "failed":
      return finish(outcomeOf(progress.failures));
    case "waiting":
      return finish({ kind: "waiting", reason: progress.reason ?? "objects are being deleted" });
    case "held":
      return finish({ kind: "waiting", reason: progress.held.map(({ reason }) => reason).join("; ") });
  }
}

function settledOutcomes(tasks: readonly PreparedTask[]): readonly NamedOutcome[] {
  return tasks.map(
    (task): NamedOutcome => ({
      task: task.task,
      outcome:
        task.kind === "settled"
          ? task.outcome
          : { kind: "waiting", reason: "other tasks of the step cannot be rendered" },
    }),
  );
}
