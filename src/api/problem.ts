import { AppError, type AppErrorOptions } from "../base/errors.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import type { ProblemDocument } from "./documents.ts";

/** Statuses that a problem has. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500 | 502 | 503;

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/** A request that is answered with a problem. */
export class ApiError extends AppError {
  readonly code: string;
  readonly status: ProblemStatus;
  readonly retryable: boolean;

  constructor(status: ProblemStatus, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.retryable = status === 503;
  }
}

/** Makes the document of any error. What nobody expected says nothing of itself. */
export function problemOf(error: unknown): ProblemDocument & { readonly status: ProblemStatus } {
  if (!(error instanceof AppError))
    return problem(500, "internal", "something went wrong; the log says what");
  return problem(statusOf(error), error.code, error.message, error.hint);
}

function statusOf(error: AppError): ProblemStatus {
  if (error instanceof ApiError) return error.status;
  if (isClusterError(error, "forbidden", "unauthorized")) return 502;
  if (isClusterError(error, "notFound") || error.code.endsWith("notFound")) return 404;
  if (isClusterError(error, "conflict") || error.code.startsWith("instance.")) return 409;
  return error.retryable ? 503 : 409;
}

function problem(
  status: ProblemStatus,
  code: string,
  detail: string,
  hint?: string,
): ProblemDocument & { readonly status: ProblemStatus } {
  return {
    type: "about:blank",
    title: TITLES[status],
    status,
    code,
    detail,
    ...(hint !== undefined && { hint }),
  };
}
