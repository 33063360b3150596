import { type ObjectRef, refKey, refOf } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";
import type { RandomRecord } from "../package/randomRecord.ts";
import type { Accepted } from "../plan/accepted.ts";
import { claimOf } from "./claims.ts";
import type { IntendedObject, Origin } from "./desiredObject.ts";

/** One object that an instance owns, or is about to write. */
export interface AppliedEntry {
  readonly ref: ObjectRef;
  /** Absent until the object was seen; then deletes are guarded by it. */
  readonly uid?: string;
  /** RFC 3339, since when it has been intended without a uid: what is older than that was not made by us. */
  readonly intendedAt?: string;
  /** Of what was last applied, stamps left out; empty while only intended. */
  readonly digest: string;
  /** Why it stays: `<plan group>/<task>`. */
  readonly claims: readonly string[];
  /** It was there before us: released, never pruned. */
  readonly adopted: boolean;
  /** Manager whose entry in managedFields we took over; gets it back when an adopted object is released. */
  readonly maker?: string;
  /** Keys of a Secret that its template has under `stringData`, for the dependency hash. */
  readonly textKeys?: readonly string[];
  /** No claim is left; deleted whenever no plan runs. */
  readonly pendingDeletion: boolean;
  readonly origin: Origin;
  readonly warnings: readonly string[];
}

/** Objects that the running step may have written; named before the first write (engine.md, 2). */
export interface Intent {
  readonly planUid: string;
  readonly objects: readonly { readonly ref: ObjectRef; readonly digest: string }[];
}

/**
 * How far a Pipe task is in the running plan: its pod belongs to this run; what the pod made is in the index; the pod is
 * gone. Never back: what a pod made is taken once (package-format 3.4).
 */
export type PipeProgress = "begun" | "stored" | "done";

/** The Pipe tasks of one run, by `phase/step/task`. */
export interface PipesRun {
  readonly planUid: string;
  readonly tasks: Readonly<Record<string, PipeProgress>>;
}

/** The set after one run. */
export interface AppliedSetRecord {
  readonly revision?: string;
  readonly planUid: string;
  readonly plan: string;
  /** RFC 3339, when the run ended. */
  readonly time: string;
  readonly result: "COMPLETE" | "FATAL_ERROR";
  readonly objects: number;
}

/** The applied set of one instance with everything that must survive a crash. Entries are in the order of application. */
export interface AppliedIndex {
  readonly instance: InstanceIdentity;
  readonly accepted?: Accepted;
  readonly intent?: Intent;
  readonly entries: readonly AppliedEntry[];
  /** Absent while no plan with a Pipe task ran. */
  readonly pipes?: PipesRun;
  /** What templates drew for the instance (engine.md, 9); absent while that is nothing. */
  readonly randomRecord?: RandomRecord;
  /** Newest first, five at most. */
  readonly history: readonly AppliedSetRecord[];
}

/** What became of one object. */
export interface AppliedResult {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly digest: string;
  readonly adopted: boolean;
  readonly maker?: string;
  readonly origin: Origin;
  readonly warnings: readonly string[];
}

const HISTORY_LENGTH = 5;

/** The set of an instance that owns nothing yet. */
export function emptyIndex(instance: InstanceIdentity): AppliedIndex {
  return { instance, entries: [], history: [] };
}

/** The entry of an object, whatever its API version. */
export function findEntry(index: AppliedIndex, ref: ObjectRef): AppliedEntry | undefined {
  const key = refKey(ref);
  return index.entries.find((entry) => refKey(entry.ref) === key);
}

/**
 * Names the objects that a step may write: claims are added, nothing is pending deletion any more, uid and digest stay
 * as they were. An intent of the same run that is not settled yet is kept beside the new one.
 */
export function withIntent(
  index: AppliedIndex,
  objects: readonly IntendedObject[],
  run: { readonly planUid: string },
): AppliedIndex {
  const entries = new Map(index.entries.map((entry) => [refKey(entry.ref), entry]));
  const intended = new Map(index.intent?.objects.map((object) => [refKey(object.ref), object]));
  for (const { object, origin, digest, warnings, adopted, maker, textKeys, plannedAt } of objects) {
    const ref = refOf(object);
    const key = refKey(ref);
    const known = entries.get(key);
    const claim = claimOf(origin.plan, origin.task);
    const { textKeys: _, ...kept } = known ?? { digest: "" };
    entries.set(key, {
      ...kept,
      adopted,
      ...(maker !== undefined && { maker }),
      ...(textKeys && { textKeys }),
      ...(known?.uid === undefined && { intendedAt: known?.intendedAt ?? plannedAt }),
      ref,
      origin,
      warnings,
      claims: known?.claims.includes(claim) ? known.claims : [...(known?.claims ?? []), claim],
      pendingDeletion: false,
    });
    if (known?.uid === undefined || known.digest !== digest) intended.set(key, { ref, digest });
  }
  return withIntended({ ...index, entries: [...entries.values()] }, run.planUid, [...intended.values()]);
}

/** Records what was written; what the intent named is settled by it. */
export function withApplied(index: AppliedIndex, results: readonly AppliedResult[]): AppliedIndex {
  const byKey = new Map(results.map((result) => [refKey(result.ref), result]));
  const entries = index.entries.map((entry): AppliedEntry => {
    const result = byKey.get(refKey(entry.ref));
    if (!result) return entry;
    const { uid, digest, adopted, maker, origin, warnings } = result;
    const { maker: _, intendedAt: __, ...rest } = entry;
    return { ...rest, uid, digest, adopted, origin, warnings, ...(maker !== undefined && { maker }) };
  });
  return settle({ ...index, entries }, (key) => byKey.has(key));
}

/** Forgets objects that are gone or released. */
export function withoutEntries(index: AppliedIndex, refs: readonly ObjectRef[]): AppliedIndex {
  const gone = new Set(refs.map(refKey));
  const entries = index.entries.filter((entry) => !gone.has(refKey(entry.ref)));
  return settle({ ...index, entries }, (key) => gone.has(key));
}

/** How far a Pipe task is in a run; `undefined` before it has begun. */
export function pipeProgress(
  { pipes }: AppliedIndex,
  planUid: string,
  task: string,
): PipeProgress | undefined {
  return pipes?.planUid === planUid ? pipes.tasks[task] : undefined;
}

/** The set with a Pipe task further on; tasks of earlier runs are forgotten. */
export function withPipe(
  index: AppliedIndex,
  planUid: string,
  task: string,
  progress: PipeProgress,
): AppliedIndex {
  if (pipeProgress(index, planUid, task) === progress) return index;
  const others = index.pipes?.planUid === planUid ? index.pipes.tasks : {};
  return { ...index, pipes: { planUid, tasks: { ...others, [task]: progress } } };
}

/** The set with one more record in its history. */
export function withRecord(index: AppliedIndex, record: AppliedSetRecord): AppliedIndex {
  return { ...index, history: [record, ...index.history].slice(0, HISTORY_LENGTH) };
}

/** The set for a later life of an instance of the same name: objects and random values stay, the accepted state goes. */
export function reborn(index: AppliedIndex, instance: InstanceIdentity): AppliedIndex {
  const { accepted: _, intent: __, pipes: ___, ...rest } = index;
  return { ...rest, instance };
}

/** Objects without a claim, in the order in which they are deleted. */
export function pendingDeletions(index: AppliedIndex): readonly AppliedEntry[] {
  return index.entries.filter((entry) => entry.pendingDeletion).toReversed();
}

function settle(index: AppliedIndex, isSettled: (key: string) => boolean): AppliedIndex {
  if (!index.intent) return index;
  const open = index.intent.objects.filter((object) => !isSettled(refKey(object.ref)));
  return withIntended(index, index.intent.planUid, open);
}

function withIntended(index: AppliedIndex, planUid: string, objects: Intent["objects"]): AppliedIndex {
  const { intent: _, ...rest } = index;
  return objects.length === 0 ? rest : { ...rest, intent: { planUid, objects } };
}
