import { AppError, type AppErrorOptions } from "../base/errors.ts";

/** `busy` and `suspended`: what was asked for does not fit what the instance is doing now. */
export type PassErrorCode = "instance.blocked" | "instance.busy" | "instance.suspended";

/** A pass over an instance that cannot go on as things are. */
export class PassError extends AppError {
  readonly code: string;
  readonly retryable = true;

  constructor(message: string, options: AppErrorOptions & { readonly code?: PassErrorCode } = {}) {
    super(message, options);
    this.code = options.code ?? "instance.blocked";
  }
}
