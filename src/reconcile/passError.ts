import { AppError, type AppErrorOptions } from "../base/errors.ts";

/** A pass over an instance that cannot go on as things are. */
export class PassError extends AppError {
  readonly code: string;
  readonly retryable = true;

  /** @param options.conflict  what was asked for does not fit what the instance is doing */
  constructor(message: string, options: AppErrorOptions & { readonly conflict?: boolean } = {}) {
    super(message, options);
    this.code = options.conflict ? "instance.busy" : "instance.blocked";
  }
}
