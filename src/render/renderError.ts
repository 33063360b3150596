import { AppError, type AppErrorOptions } from "../base/errors.ts";
import type { Location } from "../base/issue.ts";

/** Event reasons of KUDO for what can go wrong before an object reaches the cluster (package-format 4.6). */
export type RenderReason =
  | "TaskBuildError" // the task itself is impossible
  | "TaskRenderingError" // a template is missing or fails
  | "ResourceUnmarshalError" // the text is no Kubernetes YAML
  | "TaskEnhancementError" // the object cannot take our labels, namespace or owner
  | "ToggleTaskError"; // the parameter is no boolean

/** A task that does not render. Only other inputs can change that, so it is never retried. */
export class RenderError extends AppError {
  readonly code: string;
  readonly retryable = false;
  readonly reason: RenderReason;
  readonly location: Location;

  constructor(
    reason: RenderReason,
    message: string,
    options: AppErrorOptions & { readonly location?: Location } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.code = `render.${reason}`;
    this.location = options.location ?? {};
  }
}
