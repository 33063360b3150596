import type { AppliedIndex } from "../apply/appliedIndex.ts";
import type { Manifests } from "../apply/indexStore.ts";
import type { Pass } from "./reconcileDeps.ts";

/** Stores the index with everything that rode along in memory, `accepted` above all. */
export async function saveIndex(
  { deps, memory, signal }: Pass,
  index: AppliedIndex,
  changed: Manifests,
): Promise<void> {
  await deps.indexes.write(index, changed, signal);
  memory.index = index;
  memory.acceptedUnsaved = false;
}

/** Makes sure that what the plan was accepted for is in the cluster; no request when it is. */
export async function saveAccepted(pass: Pass): Promise<void> {
  const { memory } = pass;
  if (memory.acceptedUnsaved && memory.index) await saveIndex(pass, memory.index, new Map());
}
