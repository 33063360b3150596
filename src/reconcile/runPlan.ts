import { type AppliedIndex, findEntry } from "../apply/appliedIndex.ts";
import { asRendered } from "../apply/secretTexts.ts";
import { rfc3339 } from "../base/clock.ts";
import { asString, isJsonObject, type JsonObject } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import { ANNOTATION_KUDO_LAST_APPLIED } from "../object/ownership.ts";
import type { Plan, Step } from "../package/operatorPackage.ts";
import { resolveParameters } from "../package/parameterValues.ts";
import { pipesOf } from "../package/pipeNames.ts";
import type { Accepted } from "../plan/accepted.ts";
import { isTerminal, type PlanStatus } from "../plan/planStatus.ts";
import { failPlan, recordStep, settlePlan, withStep } from "../plan/recordOutcomes.ts";
import { runnableSteps, type StepPosition, samePosition } from "../plan/runnableSteps.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import type { Decoration } from "../render/decorate.ts";
import type { RenderContext } from "../render/renderTask.ts";
import { childHealth } from "../task/childInstance.ts";
import { findCause } from "../task/findCause.ts";
import { pipeRefs } from "../task/pipeTask.ts";
import { type PreparedTask, prepareStep } from "../task/prepareStep.ts";
import { runStep, type StepPass } from "../task/runStep.ts";
import { checkDependencies } from "./checkDependencies.ts";
import { childOf, isInstance, noteChild, withoutForeignChild } from "./childTasks.ts";
import type { StepMemory } from "./instanceMemory.ts";
import { maskRandom } from "./maskRandom.ts";
import { eventOfNote } from "./noteEvents.ts";
import { randomRecordOf, recordRandom } from "./randomValues.ts";
import { applyContext, mayWrite, type Pass } from "./reconcileDeps.ts";
import { saveIndex } from "./saveIndex.ts";

/** How a pass over the running plan left it. */
export type PlanPass =
  /** The plan is terminal now. */
  | { readonly kind: "ended" }
  /** Something has to happen first; look again after this long, in milliseconds, in case no watch tells. */
  | { readonly kind: "waiting"; readonly lookAgainMs: number }
  /** A step failed in a way that may pass: try again with back-off. */
  | { readonly kind: "failed" };

/** First and longest wait between two looks for a root cause, in milliseconds. */
const FIRST_LOOK_MS = 2_000;
const LAST_LOOK_MS = 30_000;
/** How soon to look again for what a watch is about to tell. */
const UNSEEN_MS = 500;

/**
 * Advances the accepted plan as far as it goes in one pass: step after step while they become COMPLETE at once.
 *
 * The status of a COMPLETE step is in the cluster before the next step writes anything, so that no COMPLETE step runs
 * again after a crash.
 *
 * @param flush  writes the status that memory holds
 */
export async function runPlan(
  pass: Pass,
  compiled: CompiledPackage,
  accepted: Accepted,
  flush: () => Promise<void>,
): Promise<PlanPass> {
  const plan = compiled.pkg.plans.get(accepted.plan);
  if (!plan) return failRun(pass, accepted, "InvalidPlan", `the package has no plan '${accepted.plan}'`);
  const params = resolveParameters(compiled.pkg, accepted.parameters);
  if ("problems" in params) return failRun(pass, accepted, "InvalidParams", params.problems.join("; "));
  const pipes = pipesOf(compiled.pkg, plan, pass.view.name);
  if (pipes.kind === "clash") {
    record(pass, failPlan(statusOf(pass, accepted), pipes.problem, timeOf(pass)));
    return { kind: "ended" };
  }
  const missing = await checkDependencies(pass, compiled.pkg, accepted);
  if (missing?.kind === "unseen") return { kind: "waiting", lookAgainMs: UNSEEN_MS };
  if (missing) return failRun(pass, accepted, missing.reason, missing.message);
  record(pass, settlePlan(statusOf(pass, accepted), timeOf(pass)));
  return advance(pass, { compiled, accepted, plan, params: params.values }, flush);
}

/** Ends the plan beside its steps. */
function failRun(pass: Pass, accepted: Accepted, reason: string, message: string): PlanPass {
  pass.memory.failure = reason;
  record(pass, failPlan(statusOf(pass, accepted), message, timeOf(pass)));
  return { kind: "ended" };
}

interface Run {
  readonly compiled: CompiledPackage;
  readonly accepted: Accepted;
  readonly plan: Plan;
  readonly params: JsonObject;
}

async function advance(pass: Pass, run: Run, flush: () => Promise<void>): Promise<PlanPass> {
  const attempted: StepPosition[] = [];
  let lookAgainMs = LAST_LOOK_MS;
  let hasFailed = false;
  let mustFlush = false;
  for (;;) {
    const status = statusOf(pass, run.accepted);
    if (isTerminal(status.status)) return { kind: "ended" };
    const position = runnableSteps(run.plan, status).find(
      (next) => !attempted.some((known) => samePosition(known, next)),
    );
    if (!position) break;
    attempted.push(position);
    if (mustFlush) await flush();
    mustFlush = false;
    if (!mayWrite(pass.deps)) return { kind: "waiting", lookAgainMs: 1_000 };
    const outcome = await advanceStep(pass, run, position);
    if (outcome.kind === "complete") mustFlush = true;
    if (outcome.kind === "waiting") lookAgainMs = Math.min(lookAgainMs, outcome.lookAgainMs);
    if (outcome.kind === "failed") hasFailed = true;
  }
  return hasFailed ? { kind: "failed" } : { kind: "waiting", lookAgainMs };
}

type StepOutcome =
  | { readonly kind: "complete" | "failed" | "fatal" }
  | { readonly kind: "waiting"; readonly lookAgainMs: number };

async function advanceStep(pass: Pass, run: Run, position: StepPosition): Promise<StepOutcome> {
  const { deps, memory, view, signal } = pass;
  const { accepted, compiled } = run;
  const before = statusOf(pass, accepted);
  const memo = await stepMemory(pass, run, position);
  const tasks = memo.tasks.map((task) => withoutForeignChild(pass, compiled.pkg, task));
  for (const ref of writtenBy(tasks)) void deps.tracker.watch(ref, deps.lifetime);

  const operator = { name: compiled.pkg.name, version: compiled.pkg.operatorVersion };
  const written = await runStep(
    {
      apply: applyContext(pass, operator),
      health: (ref) => (isInstance(ref) ? childHealth(childOf(pass, ref)) : deps.tracker.health(ref)),
      noteWritten: ({ ref, live }) => {
        if (live && deps.tracker.noteWritten(live)) deps.drift.written(view, ref);
        if (live && isInstance(ref)) noteChild(pass, live);
      },
      child: (ref) => childOf(pass, ref),
      saveIndex: (index, changed) => saveIndex(pass, index, changed),
      manifests: () => deps.indexes.manifests(view, signal),
      mayWrite: () => mayWrite(deps),
    },
    indexOf(pass),
    accepted.planUid,
    tasks,
  );
  const mask = maskRandom(written.index);
  const result = { ...written, outcomes: written.outcomes.map((outcome) => maskOutcome(outcome, mask)) };
  memory.index = result.index;
  memory.outcomes.set(`${position.phase}/${position.step}`, result.outcomes);
  report(pass, result, mask);
  for (const task of tasks) {
    if (task.kind === "apply")
      memory.rendered.set(
        task.task,
        task.objects.map(({ object }) => refOf(object)),
      );
    if (task.kind === "child") memory.rendered.set(task.task, [refOf(task.child.object)]);
  }

  const path = `${accepted.plan}.${position.phase}.${position.step}`;
  const stepBefore = before.phases
    .find((p) => p.name === position.phase)
    ?.steps.find((s) => s.name === position.step);
  let step = recordStep(
    { name: position.step, status: stepBefore?.status ?? "PENDING" },
    result.outcomes,
    path,
    `${view.namespace}/${view.name}`,
  );
  if (step.status === "IN_PROGRESS" && result.waitingFor.length > 0) {
    const cause = await causeOf(pass, memo, result.waitingFor);
    if (cause) step = { ...step, message: mask(cause) };
  }
  signal.throwIfAborted();
  record(pass, withStep(before, position, step, timeOf(pass)));
  if (
    stepBefore?.status !== step.status &&
    (step.status === "COMPLETE" || step.status === "ERROR" || step.status === "FATAL_ERROR")
  ) {
    const { namespace, name } = view;
    deps.emit({
      kind: "stepFinished",
      instance: { namespace, name },
      plan: accepted.plan,
      ...position,
      status: step.status,
      ...(step.message && { message: step.message }),
    });
  }
  switch (step.status) {
    case "COMPLETE":
      memory.steps.delete(stepKey(accepted, position));
      return { kind: "complete" };
    case "FATAL_ERROR":
      return { kind: "fatal" };
    case "ERROR":
      // The cluster may have changed under us: discovery, dependencies. Render again, it is cheap beside the back-off.
      memory.steps.delete(stepKey(accepted, position));
      return { kind: "failed" };
    default:
      return { kind: "waiting", lookAgainMs: memo.cause?.intervalMs ?? FIRST_LOOK_MS };
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

/** Renders a step once per run and process. */
async function stepMemory(pass: Pass, run: Run, position: StepPosition): Promise<StepMemory> {
  const { deps, memory, signal } = pass;
  const key = stepKey(run.accepted, position);
  const known = memory.steps.get(key);
  if (known) return known;
  const step = findStep(run.plan, position);
  const context = contextOf(pass, run, position);
  const versionNamespace = run.accepted.operatorVersion.namespace;
  const { tasks, random } = await prepareStep(
    {
      client: deps.client,
      render: deps.render,
      dependency: (ref, stop) => dependencyObject(pass, ref, stop),
      isNewKind: (type) => deps.recentCrds.covers(type),
    },
    {
      compiled: run.compiled,
      step,
      context,
      decoration: decorationOf(pass, run, position),
      ...(versionNamespace !== undefined && { versionNamespace }),
    },
    signal,
  );
  const memo: StepMemory = { tasks, startedAt: deps.clock.now() };
  recordRandom(pass, context.random, random);
  memory.steps.set(key, memo);
  return memo;
}

function findStep(plan: Plan, { phase, step }: StepPosition): Step {
  const found = plan.phases.find((p) => p.name === phase)?.steps.find((s) => s.name === step);
  return found ?? { name: step, tasks: [] };
}

/** What the templates of a step see. */
export function contextOf(
  pass: Pass,
  { compiled, accepted, params }: Pick<Run, "compiled" | "accepted" | "params">,
  position: StepPosition,
): RenderContext {
  const { view } = pass;
  const { pkg } = compiled;
  const plan = pkg.plans.get(accepted.plan);
  const pipes = plan && pipesOf(pkg, plan, view.name);
  return {
    name: view.name,
    namespace: view.namespace,
    operatorName: pkg.name,
    operatorVersion: pkg.operatorVersion,
    appVersion: pkg.appVersion ?? "",
    plan: accepted.plan,
    phase: position.phase,
    step: position.step,
    params,
    pipes: pipes?.kind === "names" ? pipes.names : {},
    now: startOfRun(pass, accepted),
    random: randomRecordOf(pass),
  };
}

/** In nanoseconds since 1970; the same for every process that carries the run on. */
function startOfRun({ deps }: Pass, { startedAt }: Accepted): bigint {
  const ms = startedAt === undefined ? deps.clock.now() : Date.parse(startedAt);
  return BigInt(ms) * 1_000_000n;
}

function decorationOf(
  { view }: Pass,
  { compiled, accepted }: Run,
  { phase, step }: StepPosition,
): Decoration {
  return {
    instance: { namespace: view.namespace, name: view.name, uid: view.uid },
    operatorName: compiled.pkg.name,
    operatorVersion: compiled.pkg.operatorVersion,
    plan: accepted.plan,
    phase,
    step,
    planUid: accepted.planUid,
  };
}

/** The applied set knows best; then KUDO's own record; then what the cluster has (engine.md, 4). */
async function dependencyObject(
  pass: Pass,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const { deps, view } = pass;
  const entry = findEntry(indexOf(pass), ref);
  if (entry) {
    const manifest = (await deps.indexes.manifests(view, signal)).get(refKey(ref));
    if (manifest) return asRendered(manifest, entry.textKeys);
  }
  const live = await deps.client.get(ref, { signal });
  return live && (kudoRecord(live) ?? live);
}

function kudoRecord(live: KubeObject): JsonObject | undefined {
  const text = asString(annotationsOf(live)[ANNOTATION_KUDO_LAST_APPLIED]);
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // not ours to mend: the live object serves as well
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

function writtenBy(tasks: readonly PreparedTask[]): readonly ObjectRef[] {
  return tasks.flatMap(refsOf);
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

function indexOf({ memory }: Pass): AppliedIndex {
  if (!memory.index) throw new TypeError("a plan runs only from a known index");
  return memory.index;
}

/** Status of the accepted plan as memory has it. */
export function statusOf({ memory, view }: Pass, { plan }: Accepted): PlanStatus {
  const status = (memory.planStatus ?? view.planStatus)[plan];
  return status ?? { name: plan, status: "PENDING", phases: [] };
}

/** Puts a plan's status into memory; the timestamp moves only when something else did. */
export function record(pass: Pass, next: PlanStatus): void {
  const { memory, view } = pass;
  const statuses = memory.planStatus ?? view.planStatus;
  const before = statuses[next.name];
  const { lastUpdatedTimestamp: a, ...now } = next;
  const { lastUpdatedTimestamp: b, ...then } = before ?? next;
  const unchanged = before !== undefined && b !== undefined && JSON.stringify(now) === JSON.stringify(then);
  memory.planStatus = {
    ...statuses,
    [next.name]: unchanged
      ? { ...next, lastUpdatedTimestamp: b }
      : { ...next, ...(a && { lastUpdatedTimestamp: a }) },
  };
}

function timeOf({ deps }: Pass): string {
  return rfc3339(deps.clock.now());
}

function stepKey({ planUid }: Accepted, { phase, step }: StepPosition): string {
  return `${planUid}/${phase}/${step}`;
}
