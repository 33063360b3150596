import type { Command } from "commander";
import { newRandomRecord, seededRandomRecord } from "../render/newRandomRecord.ts";
import type { RenderContext } from "../render/renderTask.ts";

/** `--seed TEXT`. */
export interface SeedOptions {
  readonly seed?: string;
}

/** What `now` gives when there is a seed: 2000-01-01T00:00:00Z, in nanoseconds since 1970. */
const SEEDED_NOW = 946_684_800_000_000_000n;

/** Adds the option to a command that renders without a cluster. */
export function withSeed(command: Command): Command {
  return command.option(
    "--seed <text>",
    "draw the same random values each time, and let the time be 2000-01-01T00:00:00Z",
  );
}

/** The time and the random values of a rendering: new ones each time, or those of the seed. */
export function chanceOf({ seed }: SeedOptions): Pick<RenderContext, "now" | "random"> {
  return seed === undefined
    ? { now: BigInt(Date.now()) * 1_000_000n, random: newRandomRecord() }
    : { now: SEEDED_NOW, random: seededRandomRecord(seed) };
}
