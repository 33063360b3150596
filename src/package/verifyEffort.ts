import type { WorkBudget } from "../template/execution.ts";
import { DEFAULT_LIMITS, QUICK_WORK } from "../template/limits.ts";
import type { ReadingBudget } from "../yaml/readEvents.ts";

/** What verifying the templates of one package may use; what is beyond it stays unverified, without an issue. */
export interface VerifyEffort {
  readonly work: WorkBudget;
  /** Characters of templates and of what they render to. */
  readonly text: ReadingBudget;
}

/** For a person who waits for the answer. */
export function fullEffort(): VerifyEffort {
  return { work: { left: 4 * DEFAULT_LIMITS.work }, text: { left: 16 * 1024 * 1024 } };
}

/** For the service, which has other things to do: enough for any package whose templates are not after its time. */
export function quickEffort(): VerifyEffort {
  return { work: { left: 2 * QUICK_WORK }, text: { left: 512 * 1024 } };
}
