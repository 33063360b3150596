import type { ObjectRef } from "../object/objectRef.ts";
import type { AppliedEntry } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import { type DeletionProgress, deletionProgress } from "./deletionProgress.ts";
import { failureOf, type ObjectFailure } from "./objectFailure.ts";
import { takeAway } from "./takeAway.ts";

/**
 * Takes objects away in the order given. One that finalizers hold stops the rest: its controller may be among them.
 *
 * @param isConfirmed  true for an object that may go although it would be held
 */
export async function takeAwayAll(
  context: ApplyContext,
  entries: readonly AppliedEntry[],
  isConfirmed: (ref: ObjectRef) => boolean,
): Promise<DeletionProgress> {
  const gone: ObjectRef[] = [];
  const notes: ApplyNote[] = [];
  const waiting: { ref: ObjectRef; reason: string }[] = [];
  const held: { ref: ObjectRef; reason: string }[] = [];
  const failures: ObjectFailure[] = [];
  for (const entry of entries) {
    const { ref } = entry;
    try {
      const result = await takeAway(context, entry, isConfirmed);
      if (result.kind === "gone") {
        gone.push(ref);
        if (result.note) notes.push(result.note);
      } else if (result.kind === "held") held.push({ ref, reason: result.reason });
      else {
        waiting.push({ ref, reason: result.reason });
        if (result.blocks) break;
      }
    } catch (error) {
      failures.push(failureOf(error, { ref }));
    }
  }
  return deletionProgress({ gone, notes, waiting, held, failures });
}
