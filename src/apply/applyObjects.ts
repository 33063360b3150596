import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { AppliedResult } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import type { ObjectFailure } from "./objectFailure.ts";
import type { PlannedWrite } from "./validateStep.ts";

/** One object after its turn. */
export interface AppliedObject extends AppliedResult {
  readonly action: "created" | "configured" | "unchanged";
  /** As the server answered; absent when nothing was asked. */
  readonly live?: KubeObject;
}

/** How far the writing came. The first object that cannot be written yet ends it; the next pass goes on there. */
export interface ApplyProgress {
  readonly kind: "done" | "waiting" | "failed";
  readonly applied: readonly AppliedObject[];
  readonly notes: readonly ApplyNote[];
  /** When waiting: object and what holds it, `ConfigMap/ns/a: is being deleted, held by finalizer x`. */
  readonly reason?: string;
  readonly failures: readonly ObjectFailure[];
}

/** Writes what a validated step may write, in order. The intent must stand in the index Secret before. */
export async function applyObjects(
  context: ApplyContext,
  writes: readonly PlannedWrite[],
): Promise<ApplyProgress> {
  throw new Error(`not written yet: ${context.instance.name} ${writes.length}`);
}

/** Refs and digests of objects that were not reached, for messages. */
export function notReached(writes: readonly PlannedWrite[], progress: ApplyProgress): readonly ObjectRef[] {
  return writes.slice(progress.applied.length).map((write) => write.ref);
}
