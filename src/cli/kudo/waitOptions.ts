import { type Command, Option } from "commander";
import { parseDuration } from "../../base/duration.ts";
import { usageError } from "../cliError.ts";

/** What `withWait` reads. */
export interface WaitOptions {
  readonly wait?: boolean;
  readonly waitTime: string;
}

/** Adds `--wait` and `--wait-time`. */
export function withWait(command: Command, until: string): Command {
  return withWaitTime(command.option("--wait", until));
}

/** Adds `--wait-time` alone, for a command that always waits. */
export function withWaitTime(command: Command): Command {
  return command.addOption(
    new Option("--wait-time <time>", "how long at most: seconds, or a duration like 10m").default("300"),
  );
}

/** Milliseconds of `--wait-time`. @throws CliError */
export function waitMsOf({ waitTime }: WaitOptions): number {
  const ms = /^\d+$/.test(waitTime) ? Number(waitTime) * 1000 : parseDuration(waitTime);
  if (ms === undefined) {
    throw usageError(`--wait-time ${waitTime}: expected seconds, or a duration like 90s or 10m`);
  }
  return ms;
}
