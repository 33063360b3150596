import { parseDuration } from "../base/duration.ts";
import { usageError } from "./cliError.ts";

/** Milliseconds of an option that takes seconds, as KUDO's client, or a duration. @throws CliError */
export function parseSeconds(option: string, text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (ms === undefined)
    throw usageError(`${option} ${text}: expected seconds, or a duration like 90s or 10m`);
  return ms;
}
