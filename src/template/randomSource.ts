import { randomBytes } from "node:crypto";

/** One call of a function whose result is random, as the record of an instance knows it (engine.md, 9). */
export interface RandomCall {
  /** Name of the template's file. */
  readonly template: string;
  readonly function: string;
  /** What tells calls with other arguments apart. May hold a password: never store or log it as it is. */
  readonly args: string;
}

/** Where the random functions of one rendering get their values from. */
export interface RandomSource {
  /** Unpredictable bytes; those of a seeded source are the same each time. */
  bytes(count: number): Uint8Array;
  /** What was recorded for the call, the second such call of the rendering having its own record; else what `make` gives. */
  recall(call: RandomCall, make: () => string): string;
}

/** New values each time, recorded nowhere. */
export const freshRandom: RandomSource = {
  bytes: (count) => randomBytes(count),
  recall: (_call, make) => make(),
};
