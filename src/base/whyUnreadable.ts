import { messageOf } from "./errors.ts";

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "no such file or folder"],
  ["EACCES", "permission denied"],
  ["EISDIR", "is a folder"],
  ["ENOTDIR", "is below something that is no folder"],
]);

/** Why a file could not be read, in words and without its path: whoever says it names the file first. */
export function whyUnreadable(error: unknown): string {
  return REASONS.get((error as { code?: unknown } | undefined)?.code) ?? messageOf(error);
}
