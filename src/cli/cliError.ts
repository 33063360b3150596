import { AppError, type AppErrorOptions } from "../base/errors.ts";
import { EXIT, type ExitCode } from "./cliIo.ts";

/** A command that cannot do what was asked; `exitCode` says whose fault it is. */
export class CliError extends AppError {
  readonly code = "cli";
  readonly retryable = false;
  readonly exitCode: ExitCode;

  constructor(message: string, options: AppErrorOptions & { readonly exitCode?: ExitCode } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** The words of the call are off. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(message, { exitCode: EXIT.usage, ...(hint !== undefined && { hint }) });
}
