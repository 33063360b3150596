import { AppError, type AppErrorOptions } from "../base/errors.ts";
import { formatRef, type ObjectRef } from "../object/objectRef.ts";

/** Why an object may not be written although the server would let us. */
export type ApplyReason =
  | "ownedByOther" // another instance of ours has it
  | "sharedConflict" // two owners of a cluster-scoped object want different content
  | "immutable" // a field that cannot be changed, of an object that may not be recreated
  | "wrongType"; // a value that does not fit the server's schema

/** A refusal of our own rules; always fatal. The message begins with the object. */
export class ApplyError extends AppError {
  readonly code: `apply.${ApplyReason}`;
  readonly retryable = false;

  constructor(reason: ApplyReason, ref: ObjectRef, message: string, options?: AppErrorOptions) {
    super(`${formatRef(ref)}: ${message}`, options);
    this.code = `apply.${reason}`;
  }
}
