import { AppError, type AppErrorOptions } from "../base/errors.ts";
import { asList, asObject, asString, type JsonObject, valueAt } from "../object/json.ts";

/** Why a request to the API server failed, as one of few words that callers switch on. */
export type ClusterReason =
  | "badRequest" // 400
  | "unauthorized" // 401
  | "forbidden" // 403, quota too
  | "notFound" // 404
  | "methodNotAllowed" // 405
  | "conflict" // 409: stale resourceVersion, a uid precondition, or an object that exists already
  | "fieldConflict" // 409 of server-side apply: another manager owns a field
  | "gone" // 410: the resource version is too old
  | "tooLarge" // 413
  | "unsupportedMediaType" // 415
  | "invalid" // 422
  | "typedPatch" // 500 'failed to create typed patch object': a wrong type or a duplicate key
  | "tooManyRequests" // 429
  | "timeout" // 408, 504 or our own limit
  | "serverError" // other 5xx
  | "unreachable" // no answer at all
  | "unknownKind"; // discovery does not have the kind

/** One entry of `details.causes` in a Kubernetes Status. */
export interface StatusCause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** What a {@link ClusterError} tells besides its message. */
export interface ClusterErrorDetails extends AppErrorOptions {
  readonly reason: ClusterReason;
  readonly verb: string;
  /** `StatefulSet/ns/name`, or a path. */
  readonly subject: string;
  readonly statusCode?: number;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterMs?: number;
}

/** Fatal reasons; the rest is worth another attempt (engine.md, 4). */
const FATAL: ReadonlySet<ClusterReason> = new Set([
  "badRequest",
  "methodNotAllowed",
  "tooLarge",
  "unsupportedMediaType",
  "invalid",
  "typedPatch",
  "unknownKind",
  "fieldConflict",
]);

/** A request that the API server refused or never answered. */
export class ClusterError extends AppError {
  readonly code: string;
  readonly retryable: boolean;
  readonly reason: ClusterReason;
  readonly verb: string;
  readonly subject: string;
  readonly statusCode: number | undefined;
  readonly causes: readonly StatusCause[];
  readonly retryAfterMs: number | undefined;
  /** True for 403 in a namespace that is going away: fatal, where other 403 are not. */
  readonly namespaceTerminating: boolean;

  constructor(message: string, details: ClusterErrorDetails) {
    super(`${details.subject}: ${details.verb}: ${message}`, details);
    this.reason = details.reason;
    this.code = `cluster.${details.reason}`;
    this.verb = details.verb;
    this.subject = details.subject;
    this.statusCode = details.statusCode;
    this.causes = details.causes ?? [];
    this.retryAfterMs = details.retryAfterMs;
    this.namespaceTerminating = this.causes.some((cause) => cause.reason === "NamespaceTerminating");
    this.retryable = !FATAL.has(details.reason) && !this.namespaceTerminating;
  }
}

/** True when the error is a ClusterError with one of the reasons. */
export function isClusterError(error: unknown, ...reasons: readonly ClusterReason[]): error is ClusterError {
  return error instanceof ClusterError && (reasons.length === 0 || reasons.includes(error.reason));
}

/** Makes an error of a Kubernetes Status document and its HTTP status. */
export function clusterErrorOf(
  statusCode: number,
  body: JsonObject,
  request: { readonly verb: string; readonly subject: string; readonly retryAfterMs?: number },
): ClusterError {
  const message = asString(body.message) || `HTTP ${statusCode}`;
  const causes = asList(valueAt(body, "details", "causes")).map((cause) => ({
    reason: asString(asObject(cause).reason) ?? "",
    field: asString(asObject(cause).field) ?? "",
    message: asString(asObject(cause).message) ?? "",
  }));
  return new ClusterError(message, {
    ...request,
    statusCode,
    causes,
    reason: reasonOf(statusCode, message, causes),
  });
}

function reasonOf(statusCode: number, message: string, causes: readonly StatusCause[]): ClusterReason {
  switch (statusCode) {
    case 400:
      return "badRequest";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "notFound";
    case 405:
      return "methodNotAllowed";
    case 408:
    case 504:
      return "timeout";
    case 409:
      return causes.some((cause) => cause.reason === "FieldManagerConflict") ? "fieldConflict" : "conflict";
    case 410:
      return "gone";
    case 413:
      return "tooLarge";
    case 415:
      return "unsupportedMediaType";
    case 422:
      return "invalid";
    case 429:
      return "tooManyRequests";
    default:
      if (message.startsWith("failed to create typed patch object")) return "typedPatch";
      return statusCode >= 500 ? "serverError" : "badRequest";
  }
}
