import { AppError, type AppErrorOptions } from "../base/errors.ts";
import type { Location } from "../base/issue.ts";

/** Event reasons of KUDO for what can go wrong before an object reaches the cluster (package-format 4.6). */
export type RenderReason =
  | "TaskBuildError" // the task itself is impossible
  | "TaskRenderingError" // a template is missing or fails
  | "ResourceUnmarshalError" // the text is no Kubernetes YAML
  | "TaskEnhancementError" // the object cannot take our labels, namespace or owner
  | "ResourceValidationError" // the pod of a pipe cannot make its files
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
    super(shortened(message), options);
    this.reason = reason;
    this.code = `render.${reason}`;
    this.location = options.location ?? {};
  }
}

/** Bytes of a message that a status can hold beside those of other tasks. */
const MAX_MESSAGE = 16 * 1024;

/** What a template says of itself may be of any size; the place of a mistake stands at the beginning and at the end. */
function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  return `${message.slice(0, MAX_MESSAGE - 2048)} … ${message.slice(-2048)}`;
}
