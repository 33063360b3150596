import type { ObjectRef } from "../object/objectRef.ts";
import type { AppliedIndex } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import type { ObjectFailure } from "./objectFailure.ts";

/** How far a deletion came; call again until `done`. */
export interface DeletionProgress {
  readonly kind: "done" | "waiting" | "failed" | "held";
  /** Gone or released by now: to be taken out of the index with `withoutEntries`. */
  readonly gone: readonly ObjectRef[];
  readonly notes: readonly ApplyNote[];
  /** When waiting: objects and what holds them. */
  readonly reason?: string;
  readonly failures: readonly ObjectFailure[];
  /** When held: objects that need a person's word, each with the reason. */
  readonly held: readonly { readonly ref: ObjectRef; readonly reason: string }[];
}

/**
 * Deletes what a Delete task (or a Toggle that is off) names, foreground, guarded by the uid of the index where it is
 * known. Done at 404 or another uid; an unknown kind counts as gone.
 */
export async function deleteObjects(
  context: ApplyContext,
  index: AppliedIndex,
  refs: readonly ObjectRef[],
): Promise<DeletionProgress> {
  throw new Error(`not written yet: ${context.instance.name} ${index.entries.length} ${refs.length}`);
}
