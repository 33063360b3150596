import type { AppliedIndex } from "../apply/appliedIndex.ts";
import { maskTexts } from "../base/maskTexts.ts";
import { secretTexts } from "../package/randomRecord.ts";

/** Masks what the instance has drawn: for every text that leaves, whoever wrote it. */
export function maskRandom(index: AppliedIndex | undefined): (text: string) => string {
  return index?.randomRecord ? maskTexts(secretTexts(index.randomRecord)) : (text) => text;
}
