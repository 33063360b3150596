import { createHash, randomBytes } from "node:crypto";
import type { RandomRecord } from "../package/randomRecord.ts";

/** The record of an instance that has drawn nothing yet. */
export function newRandomRecord(): RandomRecord {
  return { key: randomBytes(32).toString("hex"), values: {} };
}

/** A record from which the same values are drawn each time: for rendering without a cluster. */
export function seededRandomRecord(seed: string): RandomRecord {
  return { key: createHash("sha256").update(seed).digest("hex"), values: {} };
}
