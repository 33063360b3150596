import { joinRandomUse, type RandomRecord, type RandomUse, withRandom } from "../package/randomRecord.ts";
import { newRandomRecord } from "../render/newRandomRecord.ts";
import type { Pass } from "./reconcileDeps.ts";

/** What the instance has drawn so far, what no write has stored yet among it. */
export function randomRecordOf({ memory }: Pass): RandomRecord {
  return memory.index?.randomRecord ?? newRandomRecord();
}

/**
 * Takes what a rendering drew into memory. It rides on the next write of the index, and the intent is written before
 * the first object that could show it; an object that is not written shows nothing new.
 *
 * @param record  the one that was rendered with
 */
export function recordRandom({ memory }: Pass, record: RandomRecord, use: RandomUse): void {
  memory.random = joinRandomUse(memory.random, use);
  if (!memory.index || Object.keys(use.added).length === 0) return;
  memory.index = { ...memory.index, randomRecord: withRandom(memory.index.randomRecord ?? record, use) };
}
