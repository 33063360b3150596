import type { WorkBudget } from "../template/execution.ts";
import { DEFAULT_LIMITS, type Limits, QUICK_WORK } from "../template/limits.ts";
import type { ReadingBudget } from "../yaml/readEvents.ts";

/** What one rendering, all templates of a task, may use. All of it is counted, nothing measured. */
export interface RenderBudget {
  readonly work: WorkBudget;
  /** Those that differ from the usual. */
  readonly limits: Partial<Limits>;
  /** Characters of templates that are parsed for the first time, and of rendered text that is read. */
  readonly text: ReadingBudget;
  /** Is told which template is at work, and where: in bytes of its file, where a function is called that may take long. */
  readonly onPlace?: (template: string, pos: number) => void;
}

/** Characters of templates and rendered text for one task. */
export const FULL_TEXT = 16 * 1024 * 1024;
/** As {@link QUICK_WORK}, for text. */
const QUICK_TEXT = 64 * 1024;

/** All that a task may use. */
export function fullBudget(limits: Partial<Limits> = {}, onPlace?: RenderBudget["onPlace"]): RenderBudget {
  const work = { left: limits.work ?? DEFAULT_LIMITS.work };
  return { work, limits, text: { left: FULL_TEXT }, ...(onPlace && { onPlace }) };
}

/** What may be used between other things: some ten milliseconds of it. */
export function quickBudget(): RenderBudget {
  return { work: { left: QUICK_WORK }, limits: {}, text: { left: QUICK_TEXT } };
}

/** Whether a rendering ended because the budget did. */
export function isSpent({ work, text }: RenderBudget): boolean {
  return work.left < 0 || text.left < 0;
}
