import { AppError, type AppErrorOptions } from "../base/errors.ts";

/** A package that cannot be found, fetched or used. */
export class PackageError extends AppError {
  readonly code = "package.unresolved";
  readonly retryable: boolean;

  constructor(message: string, options: AppErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options);
    this.retryable = options.retryable ?? false;
  }
}
