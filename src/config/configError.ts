import { AppError } from "../base/errors.ts";
import { formatIssue, type Issue } from "../base/issue.ts";

/** A configuration that cannot be used: every mistake in it at once. */
export class ConfigError extends AppError {
  readonly code = "config.invalid";
  readonly retryable = false;
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(`the configuration cannot be used\n${issues.map(formatIssue).join("\n")}`);
    this.issues = issues;
  }
}
