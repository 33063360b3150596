import { AppError, type AppErrorOptions } from "../base/errors.ts";

/** Why a source could not be read, as one of few words that callers switch on. */
export type SourceReason =
  | "auth" // 401 or 403, or credentials asked for that we do not have
  | "credentials" // a token, user or CA file of ours cannot be read
  | "repositoryNotFound" // no such repository or folder
  | "refNotFound" // no such branch, tag or commit
  | "emptyRepository" // no commit yet
  | "notGit" // something answers, but not a Git server
  | "unreachable" // no connection, no such host
  | "tls" // a certificate that we do not trust
  | "timeout" // connected, then silence
  | "serverError" // 5xx, 429 or an error that the Git server reported
  | "redirect" // to another host, or in a circle
  | "truncated" // the answer ended too early
  | "corrupt" // what came or what is stored does not hold together
  | "tooLarge" // over the size limit
  | "storage" // our own data directory cannot be written
  | "unsupported"; // a kind of URL or repository that this version cannot read

/** Reasons that another poll alone does not cure. It is tried all the same: a person may have cured it outside. */
const HELD: ReadonlySet<SourceReason> = new Set([
  "auth",
  "credentials",
  "notGit",
  "redirect",
  "tooLarge",
  "unsupported",
]);

/** A poll that failed. The message names the source without its credentials; the hint says what to do next. */
export class SourceError extends AppError {
  readonly code: string;
  readonly retryable: boolean;
  readonly reason: SourceReason;

  constructor(reason: SourceReason, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.code = `source.${reason}`;
    this.retryable = !HELD.has(reason);
  }
}

/** True when the error is a SourceError with one of the reasons. */
export function isSourceError(error: unknown, ...reasons: readonly SourceReason[]): error is SourceError {
  return error instanceof SourceError && (reasons.length === 0 || reasons.includes(error.reason));
}
