import { type AppliedIndex, withApplied, withIntent, withoutEntries } from "../apply/appliedIndex.ts";
import type { ApplyContext } from "../apply/applyContext.ts";
import type { ApplyNote } from "../apply/applyNote.ts";
import { type AppliedObject, applyObjects } from "../apply/applyObjects.ts";
import { deleteObjects } from "../apply/deleteObjects.ts";
import type { DesiredObject } from "../apply/desiredObject.ts";
import { type Manifests, manifestsOf } from "../apply/indexStore.ts";
import { outcomeOf } from "../apply/objectFailure.ts";
import { type PlannedWrite, validateStep } from "../apply/validateStep.ts";
import { gate } from "../health/gate.ts";
import type { Health } from "../health/health.ts";
import { judge } from "../health/judge.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import type { NamedOutcome } from "../plan/recordOutcomes.ts";
import { type ChildState, childOutcome } from "./childInstance.ts";
import type { PreparedTask } from "./prepareStep.ts";

/** What a pass over a step needs from its surroundings. */
export interface StepDeps {
  readonly apply: ApplyContext;
  /** What the watch last saw of an object's health; `undefined` when it has not seen the object. */
  readonly health: (ref: ObjectRef) => Health | undefined;
  /** Tells the watch what was written, before its own line arrives. */
  readonly noteWritten: (object: AppliedObject) => void;
  /** How the instance that a KudoOperator task made fares. */
  readonly child: (ref: ObjectRef) => ChildState;
  /** Stores the index; must be over before the first write that depends on it. */
  readonly saveIndex: (index: AppliedIndex, changed: Manifests) => Promise<void>;
}

/** How the objects of one pass fared. */
export interface StepCounts {
  readonly created: number;
  readonly configured: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
}

/** What one pass over a step came to. */
export interface StepPass {
  readonly outcomes: readonly NamedOutcome[];
  readonly index: AppliedIndex;
  readonly notes: readonly ApplyNote[];
  readonly counts: StepCounts;
  /** Objects that the step still waits for. */
  readonly waitingFor: readonly ObjectRef[];
}

/**
 * One pass over a step: validate everything, store the intent, write in the order of the tasks, look at health.
 *
 * Nothing is written when one object does not validate. Running it again costs no request for what is as it should be,
 * so the same call serves the first pass, every later one and the one after a crash.
 */
export async function runStep(
  deps: StepDeps,
  index: AppliedIndex,
  planUid: string,
  tasks: readonly PreparedTask[],
): Promise<StepPass> {
  const broken = tasks.filter((task) => task.kind === "settled" && task.outcome.kind === "failed");
  if (broken.length > 0) return stopped(index, settledOutcomes(tasks));

  const desired = tasks.flatMap(desiredBy);
  const validation = await validateStep(deps.apply, index, desired);
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
      ...stopped(index, outcomes, validation.notes),
      counts: { ...NOTHING, failed: validation.failures.length },
    };
  }
  return writeStep(
    deps,
    await saveIntent(deps, index, planUid, validation.writes),
    tasks,
    validation.writes,
    validation.notes,
  );
}

/** What a task wants in the cluster. */
function desiredBy(task: PreparedTask): readonly DesiredObject[] {
  if (task.kind === "child") return [task.child];
  return task.kind === "apply" ? task.objects : [];
}

async function saveIntent(
  deps: StepDeps,
  index: AppliedIndex,
  planUid: string,
  writes: readonly PlannedWrite[],
): Promise<AppliedIndex> {
  const intended = withIntent(index, writes, { planUid });
  const toWrite = writes.filter((write) => write.action !== "unchanged");
  const changed = toWrite.length > 0 || claimsOf(intended) !== claimsOf(index);
  if (changed) await deps.saveIndex(intended, manifestsOf(toWrite));
  return intended;
}

function claimsOf(index: AppliedIndex): string {
  return index.entries
    .map((entry) => `${refKey(entry.ref)}=${entry.claims.join(",")}${entry.pendingDeletion ? "!" : ""}`)
    .join("\n");
}

async function writeStep(
  deps: StepDeps,
  start: AppliedIndex,
  tasks: readonly PreparedTask[],
  writes: readonly PlannedWrite[],
  startNotes: readonly ApplyNote[],
): Promise<StepPass> {
  let index = start;
  let counts = NOTHING;
  const notes = [...startNotes];
  const outcomes: NamedOutcome[] = [];
  const waitingFor: ObjectRef[] = [];
  for (const task of tasks) {
    const pass = await runTask(deps, index, task, writes);
    index = pass.index;
    counts = add(counts, pass.counts);
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
  writes: readonly PlannedWrite[],
): Promise<StepPass> {
  switch (task.kind) {
    case "settled":
      return stopped(index, [{ task: task.task, outcome: task.outcome }]);
    case "delete":
      return runDelete(deps, index, task.task, task.refs);
    case "apply":
    case "child":
      return runApply(
        deps,
        index,
        task,
        writes.filter((write) => write.origin.task === task.task),
      );
  }
}

async function runApply(
  deps: StepDeps,
  before: AppliedIndex,
  applied: Extract<PreparedTask, { kind: "apply" | "child" }>,
  writes: readonly PlannedWrite[],
): Promise<StepPass> {
  const { task } = applied;
  const progress = await applyObjects(deps.apply, writes);
  for (const object of progress.applied) deps.noteWritten(object);
  const index = withApplied(before, progress.applied);
  if (progress.corrections.size > 0) await deps.saveIndex(index, progress.corrections);
  const counts = { ...count(progress.applied), failed: progress.failures.length };
  const finish = (outcome: NamedOutcome["outcome"], waitingFor: readonly ObjectRef[]): StepPass => ({
    index,
    counts,
    notes: progress.notes,
    outcomes: [{ task, outcome }],
    waitingFor,
  });
  if (progress.kind === "failed") return finish(outcomeOf(progress.failures), []);
  if (progress.kind === "waiting")
    return finish({ kind: "waiting", reason: progress.reason ?? "an object is being deleted" }, []);

  if (applied.kind === "child") {
    const { object } = applied.child;
    return finish(childOutcome(object, deps.child(refOf(object))), []);
  }
  const now = deps.apply.clock.now();
  const answered = new Map(
    progress.applied.flatMap(({ ref, live }) => (live ? [[refKey(ref), judge(live, now)] as const] : [])),
  );
  const entries = writes.map(({ ref }) => ({ ref, health: deps.health(ref) ?? answered.get(refKey(ref)) }));
  const verdict = gate(entries);
  if (verdict.kind === "done") return finish({ kind: "done" }, []);
  if (verdict.kind === "failed") {
    return finish(
      { kind: "failed", retryable: false, code: "FailedTerminalStateError", message: verdict.message },
      [],
    );
  }
  const unhealthy = entries.filter(
    ({ health }) => health?.status !== "Healthy" && health?.status !== "Suspended",
  );
  return finish(
    { kind: "waiting", reason: verdict.reason },
    unhealthy.map(({ ref }) => ref),
  );
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
  const counts = { ...NOTHING, deleted, failed: progress.failures.length };
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

const NOTHING: StepCounts = { created: 0, configured: 0, unchanged: 0, deleted: 0, failed: 0 };

function count(applied: readonly AppliedObject[]): StepCounts {
  const of = (action: AppliedObject["action"]): number =>
    applied.filter((object) => object.action === action).length;
  return { ...NOTHING, created: of("created"), configured: of("configured"), unchanged: of("unchanged") };
}

function add(a: StepCounts, b: StepCounts): StepCounts {
  return {
    created: a.created + b.created,
    configured: a.configured + b.configured,
    unchanged: a.unchanged + b.unchanged,
    deleted: a.deleted + b.deleted,
    failed: a.failed + b.failed,
  };
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

function stopped(
  index: AppliedIndex,
  outcomes: readonly NamedOutcome[],
  notes: readonly ApplyNote[] = [],
): StepPass {
  return { outcomes, index, notes, counts: NOTHING, waitingFor: [] };
}
