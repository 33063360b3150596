import { posix } from "node:path";
import {
  type AppliedIndex,
  findEntry,
  type PipeProgress,
  pipeProgress,
  withoutEntries,
  withPipe,
} from "../apply/appliedIndex.ts";
import type { ApplyNote } from "../apply/applyNote.ts";
import { deleteObjects } from "../apply/deleteObjects.ts";
import type { DesiredObject } from "../apply/desiredObject.ts";
import { failureOf, outcomeOf } from "../apply/objectFailure.ts";
import { type PlannedWrite, validateStep } from "../apply/validateStep.ts";
import { asList, asObject, asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, refKey, refOf } from "../object/objectRef.ts";
import type { PipeEntry } from "../package/operatorPackage.ts";
import { pipePath } from "../package/pipePod.ts";
import type { NamedOutcome } from "../plan/recordOutcomes.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";
import { applyWrites, saveIntent } from "./applyWrites.ts";
import { parseEnvFile } from "./parseEnvFile.ts";
import { PipeError } from "./pipeError.ts";
import { artifact, type PipeTask, pipePaths, pipeRefs } from "./pipeTask.ts";
import { readPipeFiles } from "./readPipeFiles.ts";
import { afterwards, NO_COUNTS, outcomeIn, type StepDeps, type StepPass, stopped } from "./stepPass.ts";

/** How far a task is in a run; `undefined` before it has begun. */
function progressOf(index: AppliedIndex, planUid: string, pipe: PipeTask): PipeProgress | undefined {
  return pipeProgress(index, planUid, keyOf(pipe));
}

/** The pod of a task, while it is wanted: until what it made is stored. */
export function wantedPod(index: AppliedIndex, planUid: string, pipe: PipeTask): readonly DesiredObject[] {
  const progress = progressOf(index, planUid, pipe);
  return progress === "stored" || progress === "done" ? [] : [pipe.pod];
}

/** Marks every task that has not begun in this run; stored with the intent that names its pod. */
export function withBegun(index: AppliedIndex, planUid: string, pipes: readonly PipeTask[]): AppliedIndex {
  return pipes.reduce(
    (marked, pipe) =>
      progressOf(marked, planUid, pipe) ? marked : withPipe(marked, planUid, keyOf(pipe), "begun"),
    index,
  );
}

/**
 * Deletes the pods that an earlier run left: what they made is not this run's. The new pod is created once they are
 * gone.
 */
export async function clearEarlierPods(
  { apply }: Pick<StepDeps, "apply">,
  before: AppliedIndex,
  planUid: string,
  pipes: readonly PipeTask[],
): Promise<{
  readonly index: AppliedIndex;
  readonly failed: readonly NamedOutcome[];
  readonly notes: readonly ApplyNote[];
}> {
  let index = before;
  const failed: NamedOutcome[] = [];
  const notes: ApplyNote[] = [];
  for (const pipe of pipes) {
    const ref = refOf(pipe.pod.object);
    const isThere = findEntry(index, ref) !== undefined || apply.live(ref).kind === "seen";
    if (progressOf(index, planUid, pipe) || !isThere) continue;
    const progress = await deleteObjects(apply, index, [ref]);
    notes.push(...progress.notes);
    if (progress.kind === "failed") failed.push({ task: pipe.task, outcome: outcomeOf(progress.failures) });
    else index = withoutEntries(index, [ref]);
  }
  return { index, failed, notes };
}

/**
 * One pass over a Pipe task: its pod runs, its files are read and stored in the index, the artifacts are written, the
 * pod goes (package-format 3.4).
 *
 * Files are stored before they are written, and from then on nothing asks the pod again: a certificate is the same after
 * a crash.
 *
 * @param writes  the pod's, as `wantedPod` gave it to the validation of the step
 */
export async function runPipe(
  deps: StepDeps,
  before: AppliedIndex,
  planUid: string,
  pipe: PipeTask,
  writes: readonly PlannedWrite[],
): Promise<StepPass> {
  switch (progressOf(before, planUid, pipe)) {
    case "done":
      return settled(before, pipe, { kind: "done" });
    case "stored": {
      const stored = await attempt(deps, pipe, () => storedArtifacts(deps, pipe));
      return "outcome" in stored
        ? settled(before, pipe, stored.outcome)
        : await store(deps, before, planUid, pipe, stored.value);
    }
    default: {
      const made = await applyWrites(deps, before, pipe.task, writes);
      const outcome = outcomeIn(made);
      if (outcome.kind === "waiting") return await withoutEndedPod(deps, made, pipe);
      if (outcome.kind !== "done") return made;
      const taken = await attempt(deps, pipe, () => readArtifacts(deps, pipe));
      if ("outcome" in taken) return { ...made, outcomes: [{ task: pipe.task, outcome: taken.outcome }] };
      if (taken.value.kind === "waiting")
        return {
          ...made,
          outcomes: [{ task: pipe.task, outcome: taken.value }],
          waitingFor: [refOf(pipe.pod.object)],
        };
      return afterwards(made, await store(deps, made.index, planUid, pipe, taken.value.artifacts));
    }
  }
}

/** What the work gives, or the outcome that its failure is. Aborts are thrown again. */
async function attempt<T>(
  { apply }: StepDeps,
  pipe: PipeTask,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly outcome: TaskOutcome }> {
  try {
    return { value: await work() };
  } catch (error) {
    apply.signal.throwIfAborted();
    return { outcome: outcomeOf([failureOf(error, { ref: refOf(pipe.pod.object) })]) };
  }
}

/** Makes sure that the pod that is read is there, and ready: the watch may be behind. */
async function whyNotReady({ apply }: StepDeps, pipe: PipeTask): Promise<string | undefined> {
  const ref = refOf(pipe.pod.object);
  const live = await apply.client.get(ref, { signal: apply.signal });
  const why = !live
    ? "is not in the cluster"
    : live.metadata.deletionTimestamp
      ? "is being deleted"
      : "is not ready";
  return live && isReady(live) ? undefined : `${formatRef(ref)}: ${why}`;
}

function isReady(pod: KubeObject): boolean {
  const conditions = asList(valueAt(pod, "status", "conditions")).map(asObject);
  return (
    pod.metadata.deletionTimestamp === undefined &&
    valueAt(pod, "status", "phase") === "Running" &&
    conditions.some(({ type, status }) => type === "Ready" && status === "True")
  );
}

/** A pod that ended by itself, evicted say, never becomes ready: it goes, and is made again with back-off. */
async function withoutEndedPod(deps: StepDeps, made: StepPass, pipe: PipeTask): Promise<StepPass> {
  const ref = refOf(pipe.pod.object);
  const { client, signal } = deps.apply;
  if (deps.health(ref)?.status !== "Degraded") return made;
  const read = await attempt(deps, pipe, () => client.get(ref, { signal }));
  if ("outcome" in read) return { ...made, outcomes: [{ task: pipe.task, outcome: read.outcome }] };
  const phase = asString(valueAt(read.value, "status", "phase"));
  if (phase !== "Failed" && phase !== "Succeeded") return made;
  const reason = asString(valueAt(read.value, "status", "reason")) || phase;
  const message = `${formatRef(ref)}: it ended (${reason}) before its files were read; it is made again`;
  const again: TaskOutcome = { kind: "failed", retryable: true, code: "PipeTaskError", message };
  const dropped = await dropPod(deps, made.index, pipe);
  return afterwards(made, { ...dropped, outcomes: [{ task: pipe.task, outcome: again }] });
}

type Taken =
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "taken"; readonly artifacts: readonly DesiredObject[] };

async function readArtifacts(deps: StepDeps, pipe: PipeTask): Promise<Taken> {
  const { client, signal } = deps.apply;
  const { namespace = "", name } = refOf(pipe.pod.object);
  const reason = await whyNotReady(deps, pipe);
  if (reason !== undefined) return { kind: "waiting", reason };
  const files = await readPipeFiles(client, { namespace, name }, pipePaths(pipe), signal);
  const artifacts = pipe.entries.map((entry) =>
    artifactOf(pipe, entry, files.get(pipePath(entry)) ?? Buffer.of()),
  );
  return { kind: "taken", artifacts };
}

function artifactOf(pipe: PipeTask, entry: PipeEntry, bytes: Buffer): DesiredObject {
  const path = pipePath(entry);
  return entry.file
    ? artifact(pipe, entry, { kind: "file", name: posix.basename(path), bytes })
    : artifact(pipe, entry, { kind: "variables", values: parseEnvFile(bytes, path) });
}

/** The artifacts as an earlier pass stored them. */
async function storedArtifacts(deps: StepDeps, pipe: PipeTask): Promise<readonly DesiredObject[]> {
  const manifests = await deps.manifests();
  const [, ...refs] = pipeRefs(pipe);
  return refs.map((ref) => {
    const object = manifests.get(refKey(ref));
    if (!object) throw new PipeError(`${formatRef(ref)} is not among what was stored; run the plan again`);
    return { object, origin: pipe.pod.origin };
  });
}

async function store(
  deps: StepDeps,
  before: AppliedIndex,
  planUid: string,
  pipe: PipeTask,
  artifacts: readonly DesiredObject[],
): Promise<StepPass> {
  if (!deps.mayWrite())
    return settled(before, pipe, { kind: "waiting", reason: "another process may be about to take over" });
  const validation = await validateStep(deps.apply, before, artifacts);
  if (validation.kind === "failed") {
    const { failures, notes } = validation;
    return { ...stopped(before, [{ task: pipe.task, outcome: outcomeOf(failures) }], notes) };
  }
  const { writes, notes } = validation;
  const marked = withPipe(before, planUid, keyOf(pipe), "stored");
  const intended = await saveIntent(deps, before, marked, planUid, writes);
  const written = await applyWrites(deps, intended, pipe.task, writes);
  const told = { ...written, notes: [...notes, ...written.notes] };
  if (outcomeIn(written).kind !== "done") return told;
  const done = withPipe(written.index, planUid, keyOf(pipe), "done");
  return afterwards(told, await dropPod(deps, done, pipe));
}

/** Deletes the pod without waiting for its end, and forgets it: nothing is to miss it. */
async function dropPod(deps: StepDeps, before: AppliedIndex, pipe: PipeTask): Promise<StepPass> {
  const ref = refOf(pipe.pod.object);
  const progress = await deleteObjects(deps.apply, before, [ref]);
  if (progress.kind === "failed") return settled(before, pipe, outcomeOf(progress.failures));
  const index = withoutEntries(before, [ref]);
  await deps.saveIndex(index, new Map());
  const deleted = before.entries.length - index.entries.length;
  return { ...settled(index, pipe, { kind: "done" }), counts: { ...NO_COUNTS, deleted } };
}

function settled(index: AppliedIndex, { task }: PipeTask, outcome: TaskOutcome): StepPass {
  return stopped(index, [{ task, outcome }]);
}

function keyOf({ task, decoration: { phase, step } }: PipeTask): string {
  return `${phase}/${step}/${task}`;
}
