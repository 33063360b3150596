import { AppError } from "../base/errors.ts";
import type { JsonObject } from "../object/json.ts";
import type { FieldCause, Refusal } from "./objectPipeline.ts";
import { qualifiedKind, qualifiedResource } from "./registry/resourceType.ts";

interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** A refusal of the server: what it answers is the Status document of `body`. */
export class StatusError extends AppError {
  readonly code = "sandbox.status";
  readonly retryable = false;
  readonly httpCode: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    httpCode: number,
    reason: string,
    message: string,
    details?: JsonObject,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.httpCode = httpCode;
    this.headers = headers;
    this.body = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      ...(reason === "" ? {} : { reason }),
      ...(details ? { details } : {}),
      code: httpCode,
    };
  }
}

/** 404 of one object. `name` empty: the resource itself is not served. */
export function notFound(type: Named, name: string): StatusError {
  return new StatusError(
    404,
    "NotFound",
    `${qualifiedResource(type)} "${name}" not found`,
    detailsOf(type, name),
  );
}

/** 404 for a path under a known group version. */
export function unknownResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

/** 404 for a path under nothing that is served: the one answer that is no Status but plain text. */
export function pageNotFound(): StatusError {
  return new StatusError(404, "NotFound", "404 page not found", undefined, { "content-type": "text/plain" });
}

/** 405: the resource has no such verb. */
export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

/** 400: the request cannot be understood. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 409: a create of what is there. */
export function alreadyExists(type: Named, name: string): StatusError {
  return new StatusError(
    409,
    "AlreadyExists",
    `${qualifiedResource(type)} "${name}" already exists`,
    detailsOf(type, name),
  );
}

/** 409: a stale resource version, or a precondition that does not hold. */
export function conflict(type: Named, name: string, why: string): StatusError {
  return new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualifiedResource(type)} "${name}": ${why}`,
    detailsOf(type, name),
  );
}

/** Why of a stale write. */
export const STALE =
  "the object has been modified; please apply your changes to the latest version and try again";

/** 403, with the reason. */
export function forbidden(
  type: Named,
  name: string,
  why: string,
  causes?: readonly FieldCause[],
): StatusError {
  const subject = name === "" ? qualifiedResource(type) : `${qualifiedResource(type)} "${name}"`;
  return new StatusError(403, "Forbidden", `${subject} is forbidden: ${why}`, {
    ...detailsOf(type, name),
    ...(causes ? { causes: causes.map(causeJson) } : {}),
  });
}

/** 422 with its causes; the kind in the details is the Kind, not the plural. */
export function invalid(
  type: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly FieldCause[],
): StatusError {
  const texts = causes.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`));
  const why = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new StatusError(422, "Invalid", `${qualifiedKind(type)} "${name}" is invalid: ${why}`, {
    ...(name === "" ? {} : { name }),
    ...(type.group === "" ? {} : { group: type.group }),
    kind: type.kind,
    causes: causes.map(causeJson),
  });
}

/** 410: the resource version is older than what is kept. */
export function expired(message = "The resourceVersion for the provided list is too old."): StatusError {
  return new StatusError(410, "Expired", message);
}

/** A refusal of the typed part as the server's answer. */
export function refused({ code, reason, message, causes }: Refusal, type: Named, name: string): StatusError {
  if (reason === "Invalid" && message === "") return invalid(type, name, causes ?? []);
  const details =
    reason === "Invalid"
      ? {
          name,
          ...(type.group === "" ? {} : { group: type.group }),
          kind: type.kind,
        }
      : reason === "Conflict" || reason === ""
        ? {}
        : undefined;
  return new StatusError(
    code,
    reason,
    message,
    causes ? { ...details, causes: causes.map(causeJson) } : reason === "" ? undefined : details,
  );
}

function detailsOf({ group, plural }: Named, name: string): JsonObject {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind: plural };
}

function causeJson({ reason, message, field }: FieldCause): JsonObject {
  return { reason, message, ...(field === "" ? {} : { field }) };
}
