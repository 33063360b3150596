import type { AppliedIndex } from "../apply/appliedIndex.ts";
import type { Pass } from "./reconcileDeps.ts";

/** The index of the instance, which every pass over a plan has read. */
export function requireIndex({ memory }: Pass): AppliedIndex {
  if (!memory.index) throw new TypeError("a plan runs only from a known index");
  return memory.index;
}
