import { AppError } from "../base/errors.ts";

/** What a pod made cannot be taken: the same pod gives the same answer, so it is never retried (package-format 3.4). */
export class PipeError extends AppError {
  readonly code = "PipeTaskError";
  readonly retryable = false;
}
