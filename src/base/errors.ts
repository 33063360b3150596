/** What an {@link AppError} may carry besides its message. */
export interface AppErrorOptions {
  readonly cause?: unknown;
  /** One sentence that says what to do next. */
  readonly hint?: string;
}

/**
 * Base of every error this program throws on purpose.
 *
 * `code` is stable and documented; messages may change. `retryable` decides what the
 * scheduler does: back off and try again, or hold until the input changes.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(message: string, { cause, hint }: AppErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** The message of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for the error with which an aborted wait ends. */
export function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || (error as { code?: unknown }).code === "ABORT_ERR")
  );
}
