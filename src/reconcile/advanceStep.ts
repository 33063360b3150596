import { type ObjectRef, refOf } from "../object/objectRef.ts";
import { instanceKey } from "../object/ownership.ts";
import type { Accepted } from "../plan/accepted.ts";
import type { PlanStatus, StepStatus } from "../plan/planStatus.ts";
import { recordStep, withStep } from "../plan/recordOutcomes.ts";
import type { StepPosition } from "../plan/runnableSteps.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import { childHealth } from "../task/childInstance.ts";
import { findCause } from "../task/findCause.ts";
import { pipeRefs } from "../task/pipeTask.ts";
import type { PreparedTask } from "../task/prepareStep.ts";
import { runStep, type StepPass } from "../task/runStep.ts";
import { childOf, isInstance, noteChild, withoutForeignChild } from "./childTasks.ts";
import type { StepMemory } from "./instanceMemory.ts";
import { maskRandom } from "./maskRandom.ts";
import { eventOfNote } from "./noteEvents.ts";
import { record, statusOf, timeOf } from "./planStatuses.ts";
import { applyContext, mayWrite, type Pass } from "./reconcileDeps.ts";
import { requireIndex } from "./requireIndex.ts";
import type { Run } from "./runContext.ts";
import { saveIndex } from "./saveIndex.ts";
import { forgetStep, stepTasks } from "./stepTasks.ts";

/** First and longest wait between two looks for a root cause, in milliseconds. */
const FIRST_LOOK_MS = 2_000;
export const LAST_LOOK_MS = 30_000;

/** What became of a step in one pass. */
export type StepOutcome =
  | { readonly kind: "complete" | "failed" | "fatal" }
  | { readonly kind: "waiting"; readonly lookAgainMs: number };

/** One pass over one step: its tasks, what they came to, and what people hear of it. */
export async function advanceStep(pass: Pass, run: Run, position: StepPosition): Promise<StepOutcome> {
  const { deps, memory, signal } = pass;
  const { accepted, compiled } = run;
  const before = statusOf(pass, accepted);
  const memo = await stepTasks(pass, run, position);
  const tasks = memo.tasks.map((task) => withoutForeignChild(pass, compiled.pkg, task));
  for (const ref of tasks.flatMap(refsOf)) void deps.tracker.watch(ref, deps.lifetime);

  const written = await runStep(stepDeps(pass, compiled), requireIndex(pass), accepted.planUid, tasks);
  const mask = maskRandom(written.index);
  const result = { ...written, outcomes: written.outcomes.map((outcome) => maskOutcome(outcome, mask)) };
  memory.index = result.index;
  memory.outcomes.set(`${position.phase}/${position.step}`, result.outcomes);
  report(pass, result, mask);
  noteRendered(pass, tasks);

  const known = stepOf(before, position);
  const step = recordStep(
    known,
    result.outcomes,
    `${accepted.plan}.${position.phase}.${position.step}`,
    instanceKey(pass.view),
  );
  const isHeld = step.status === "IN_PROGRESS" && result.waitingFor.length > 0;
  const cause = isHeld ? await causeOf(pass, memo, result.waitingFor) : undefined;
  const told = cause ? { ...step, message: mask(cause) } : step;
  signal.throwIfAborted();
  record(pass, withStep(before, position, told, timeOf(pass)));
  if (known.status !== told.status) tellFinished(pass, accepted.plan, position, told);
  return outcomeOf(pass, accepted, position, told.status, memo);
}

function stepOf({ phases }: PlanStatus, position: StepPosition): StepStatus {
  const phase = phases.find(({ name }) => name === position.phase);
  const status = phase?.steps.find(({ name }) => name === position.step)?.status;
  return { name: position.step, status: status ?? "PENDING" };
}

function stepDeps(pass: Pass, { pkg }: CompiledPackage): Parameters<typeof runStep>[0] {
  const { deps, view, signal } = pass;
  return {
    apply: applyContext(pass, { name: pkg.name, version: pkg.operatorVersion }),
    health: (ref) => (isInstance(ref) ? childHealth(childOf(pass, ref)) : deps.tracker.health(ref)),
    noteWritten: ({ ref, live }) => {
      if (live && deps.tracker.noteWritten(live)) deps.drift.written(view, ref);
      if (live && isInstance(ref)) noteChild(pass, live);
    },
    child: (ref) => childOf(pass, ref),
    saveIndex: (index, changed) => saveIndex(pass, index, changed),
    manifests: () => deps.indexes.manifests(view, signal),
    mayWrite: () => mayWrite(deps),
  };
}

/** For the claims at the end of the run. */
function noteRendered({ memory }: Pass, tasks: readonly PreparedTask[]): void {
  for (const task of tasks) {
    if (task.kind !== "apply" && task.kind !== "child") continue;
    memory.rendered.set(task.task, refsOf(task));
  }
}

function tellFinished({ deps, view }: Pass, plan: string, position: StepPosition, step: StepStatus): void {
  const { status, message } = step;
  if (status !== "COMPLETE" && status !== "ERROR" && status !== "FATAL_ERROR") return;
  const { namespace, name } = view;
  deps.emit({
    kind: "stepFinished",
    instance: { namespace, name },
    plan,
    ...position,
    status,
    ...(message && { message }),
  });
}

function outcomeOf(
  pass: Pass,
  accepted: Accepted,
  position: StepPosition,
  status: StepStatus["status"],
  { cause }: StepMemory,
): StepOutcome {
  switch (status) {
    case "COMPLETE":
      forgetStep(pass, accepted, position);
      return { kind: "complete" };
    case "FATAL_ERROR":
      return { kind: "fatal" };
    case "ERROR":
      // The cluster may have changed under us: discovery, dependencies. Render again, it is cheap beside the back-off.
      forgetStep(pass, accepted, position);
      return { kind: "failed" };
    default:
      return { kind: "waiting", lookAgainMs: cause?.intervalMs ?? FIRST_LOOK_MS };
  }
}

function maskOutcome(
  { task, outcome }: StepPass["outcomes"][number],
  mask: (text: string) => string,
): StepPass["outcomes"][number] {
  switch (outcome.kind) {
    case "done":
      return { task, outcome };
    case "waiting":
      return { task, outcome: { ...outcome, reason: mask(outcome.reason) } };
    case "failed":
      return { task, outcome: { ...outcome, message: mask(outcome.message) } };
  }
}

/** The root cause of a wait, asked for at growing intervals, and only once the step has waited for a while. */
async function causeOf(
  pass: Pass,
  memo: StepMemory,
  waitingFor: readonly ObjectRef[],
): Promise<string | undefined> {
  const { deps, view, signal } = pass;
  const now = deps.clock.now();
  if (now - memo.startedAt < FIRST_LOOK_MS) return undefined;
  if (memo.cause && now < memo.cause.lookAgainAt) return memo.cause.text;
  const text = await findCause(deps.client, view, waitingFor, now, signal);
  const intervalMs = Math.min(LAST_LOOK_MS, (memo.cause?.intervalMs ?? FIRST_LOOK_MS) * 2);
  memo.cause = { text, intervalMs, lookAgainAt: now + intervalMs - 100 };
  return text;
}

function report(
  { deps, view, memory }: Pass,
  { notes, counts }: StepPass,
  mask: (text: string) => string,
): void {
  const instance = { namespace: view.namespace, name: view.name };
  for (const note of notes) {
    const event = eventOfNote(instance, note);
    const key = JSON.stringify(note);
    if (!event || memory.told.has(key)) continue;
    // Others say how things are; this one happens, and may happen again.
    if (note.kind !== "recreated") memory.told.add(key);
    deps.emit(event.kind === "noted" ? { ...event, message: mask(event.message) } : event);
  }
  if (counts.created + counts.configured + counts.deleted + counts.failed > 0) {
    deps.emit({ kind: "objectsApplied", instance, ...counts });
  }
}

function refsOf(task: PreparedTask): readonly ObjectRef[] {
  switch (task.kind) {
    case "apply":
      return task.objects.map(({ object }) => refOf(object));
    case "child":
      return [refOf(task.child.object)];
    case "pipe":
      return pipeRefs(task.pipe);
    case "delete":
      return task.refs;
    case "settled":
      return [];
  }
}
