import { AppError } from "../base/errors.ts";

/** A kubeconfig, or credentials it names, that cannot be used. The message names the file; the hint says what to do. */
export class KubeConfigError extends AppError {
  readonly code = "cluster.kubeconfig";
  readonly retryable = false;
}
