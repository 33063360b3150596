import { AppError, type AppErrorOptions } from "../base/errors.ts";

/** Why a revision could not be worked through. */
export type SyncReason =
  | "notLeader" // another process may be the writer
  | "incomplete"; // some objects could not be written; each is an issue

/** A pass that has to be tried again. */
export class SyncError extends AppError {
  readonly code: string;
  readonly retryable = true;

  constructor(reason: SyncReason, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = `sync.${reason}`;
  }
}
