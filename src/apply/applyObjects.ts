import { mapConcurrently } from "../base/concurrency.ts";
import { formatRef, refKey } from "../object/objectRef.ts";
import type { AppliedObject } from "./appliedObject.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import { applyObject } from "./applyObject.ts";
import { type Manifests, manifestsOf } from "./indexDocument.ts";
import { makeWay } from "./makeWay.ts";
import { failureOf, type ObjectFailure } from "./objectFailure.ts";
import type { PlannedWrite } from "./plannedWrite.ts";
import { unknownKind } from "./prepareObjects.ts";
import { probeObject } from "./probeObject.ts";

export type { AppliedObject } from "./appliedObject.ts";

/** How far the writing came. The first object that cannot be written yet ends it; the next pass goes on there. */
export interface ApplyProgress {
  readonly kind: "done" | "waiting" | "failed";
  readonly applied: readonly AppliedObject[];
  readonly notes: readonly ApplyNote[];
  /** When waiting: object and what holds it, `ConfigMap/ns/a: is being deleted, held by finalizer x`. */
  readonly reason?: string;
  readonly failures: readonly ObjectFailure[];
  /** What was sent otherwise than intended (a stranger's object gets no owner, say): belongs into the next index write. */
  readonly corrections: Manifests;
}

/** Writes what a validated step may write, in order. The intent must stand in the index Secret before. */
export async function applyObjects(
  context: ApplyContext,
  writes: readonly PlannedWrite[],
): Promise<ApplyProgress> {
  const written = await writeInOrder(context, writes);
  const intended = new Map(writes.map((write) => [refKey(write.ref), write.object]));
  const corrected = written.applied.filter(({ ref, object }) => intended.get(refKey(ref)) !== object);
  return { ...written, corrections: manifestsOf(corrected) };
}

type Written = Omit<ApplyProgress, "corrections">;

async function writeInOrder(context: ApplyContext, writes: readonly PlannedWrite[]): Promise<Written> {
  const applied: AppliedObject[] = [];
  const notes: ApplyNote[] = [];
  let queue = writes;
  for (let at = 0; at < queue.length; at++) {
    const write = queue[at] as PlannedWrite;
    if (write.action === "deferred") {
      const settled = await settleDeferred(context, queue.slice(at));
      if (settled.kind !== "valid") return { ...settled, applied, notes };
      queue = [...queue.slice(0, at), ...settled.writes];
      at--;
      continue;
    }
    if (write.action === "blocked")
      return waiting(write, write.blockedBy ?? "is being deleted", applied, notes);
    try {
      if (write.action === "recreate") {
        const way = await makeWay(context, write);
        notes.push(...way.notes);
        if (way.kind === "waiting") return waiting(write, way.reason, applied, notes);
        queue = queue.with(at, way.next);
        at--;
        continue;
      }
      const result = await applyObject(context, write);
      notes.push(...result.notes);
      if (result.kind === "waiting") return waiting(write, result.reason, applied, notes);
      applied.push(result.applied);
    } catch (error) {
      return { kind: "failed", applied, notes, failures: [failureFor(context, write, error)] };
    }
  }
  return { kind: "done", applied, notes, failures: [] };
}

/** Dry-runs everything that waited for its Namespace or kind, all errors together, before the first of them is written. */
async function settleDeferred(
  context: ApplyContext,
  writes: readonly PlannedWrite[],
): Promise<
  | { readonly kind: "valid"; readonly writes: readonly PlannedWrite[] }
  | { readonly kind: "waiting"; readonly reason: string; readonly failures: readonly ObjectFailure[] }
  | { readonly kind: "failed"; readonly failures: readonly ObjectFailure[] }
> {
  const { client, signal, recentCrds } = context;
  const [first] = writes;
  const { apiVersion, kind } = first?.ref ?? { apiVersion: "", kind: "" };
  if (first && !(await client.resource(apiVersion, kind, { signal }))) {
    const ref = formatRef(first.ref);
    return recentCrds.covers(first.ref)
      ? { kind: "waiting", reason: `${ref}: the server does not serve its new kind yet`, failures: [] }
      : { kind: "failed", failures: [failureFor(context, first, unknownKind(first.ref))] };
  }
  const failures: ObjectFailure[] = [];
  const settled = await mapConcurrently(writes, context.concurrency ?? 4, async (write) => {
    if (write.action !== "deferred") return write;
    // A kind of another definition may still be missing: its turn comes later.
    if (!(await client.resource(write.ref.apiVersion, write.ref.kind, { signal }))) return write;
    try {
      return await probeObject(context, write, undefined);
    } catch (error) {
      failures.push(failureFor(context, write, error));
      return write;
    }
  });
  return failures.length > 0 ? { kind: "failed", failures } : { kind: "valid", writes: settled };
}

function waiting(
  write: PlannedWrite,
  reason: string,
  applied: readonly AppliedObject[],
  notes: readonly ApplyNote[],
): Written {
  return { kind: "waiting", applied, notes, reason: `${formatRef(write.ref)}: ${reason}`, failures: [] };
}

function failureFor(
  { recentCrds }: ApplyContext,
  { ref, file }: PlannedWrite,
  error: unknown,
): ObjectFailure {
  return failureOf(error, { ref, kindIsNew: recentCrds.covers(ref), ...(file !== undefined && { file }) });
}
