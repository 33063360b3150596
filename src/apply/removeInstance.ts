import type { AppliedIndex } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { DeletionProgress } from "./deleteObjects.ts";

/**
 * What becomes of an instance's objects: `delete` takes them away, `orphan` lets them go unharmed, `namespace` is for a
 * namespace that is going away itself: only cluster-scoped objects are ours to delete.
 */
export type RemovalMode = "delete" | "orphan" | "namespace";

/**
 * Takes away all that an instance owns, in reverse order; shared objects go with their last owner. The index Secret is
 * the caller's to remove when this is `done`, with `IndexStore.remove`.
 *
 * @param confirmed  keys (`refKey`) of held objects that a person confirmed
 */
export async function removeInstance(
  context: ApplyContext,
  index: AppliedIndex,
  mode: RemovalMode,
  confirmed: ReadonlySet<string> = new Set(),
): Promise<DeletionProgress> {
  throw new Error(
    `not written yet: ${context.instance.name} ${index.entries.length} ${mode} ${confirmed.size}`,
  );
}
