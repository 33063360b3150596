import type { KubeObject } from "../object/kubeObject.ts";
import type { AppliedIndex } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyProgress } from "./applyObjects.ts";

/**
 * Applies the stored set again as it is, without rendering: what drifted comes back, what was deleted is created.
 * Finished Jobs and what is pending deletion are left alone.
 *
 * @param manifests  by `refKey`, from `IndexStore.manifests`
 */
export async function reapply(
  context: ApplyContext,
  index: AppliedIndex,
  manifests: ReadonlyMap<string, KubeObject>,
): Promise<ApplyProgress> {
  throw new Error(`not written yet: ${context.instance.name} ${index.entries.length} ${manifests.size}`);
}
