import { type Command, Option } from "commander";
import { parseSeconds } from "../parseSeconds.ts";

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
  return parseSeconds("--wait-time", waitTime);
}
