import { AppError, type AppErrorOptions } from "../base/errors.ts";

/** A package that cannot be found, fetched or used. */
export class PackageError extends AppError {
  readonly code = "package.unresolved";
  readonly retryable: boolean;
  /** Names of the KudoOperator tasks that lead to it, the outermost first; empty when none does. */
  readonly tasks: readonly string[];

  constructor(
    message: string,
    options: AppErrorOptions & { readonly retryable?: boolean; readonly tasks?: readonly string[] } = {},
  ) {
    super(message, options);
    this.retryable = options.retryable ?? false;
    this.tasks = options.tasks ?? [];
  }
}
