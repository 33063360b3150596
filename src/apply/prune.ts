import { refKey } from "../object/objectRef.ts";
import { type AppliedIndex, pendingDeletions } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { DeletionProgress } from "./deletionProgress.ts";
import { takeAwayAll } from "./takeAwayAll.ts";

/**
 * Deletes what has no claim left, in reverse order, while no plan runs. Adopted objects are released instead; what must
 * never be pruned by itself is held (engine.md, 5).
 *
 * @param confirmed  keys (`refKey`) of held objects that a person confirmed
 */
export async function prune(
  context: ApplyContext,
  index: AppliedIndex,
  confirmed: ReadonlySet<string> = new Set(),
): Promise<DeletionProgress> {
  return await takeAwayAll(context, pendingDeletions(index), (ref) => confirmed.has(refKey(ref)));
}
