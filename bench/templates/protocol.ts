import type { JsonObject } from "../../src/object/json.ts";
import type { LargeTemplate } from "./largeTemplates.ts";

/** What both sides are given to do, as a file of JSON. */
export interface Workload {
  readonly small: readonly string[];
  readonly smallData: JsonObject;
  readonly large: readonly LargeTemplate[];
}

/** One round of a shape, or with `outputs` all texts that it makes, once each; a line on standard input. */
export type Command = "small" | "large" | "smallOutputs" | "largeOutputs";

/** What comes back for a round, a line of JSON. */
export interface Round {
  readonly milliseconds: number;
}
