import { AppError, isAbort, messageOf } from "../base/errors.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { formatRef, type ObjectRef } from "../object/objectRef.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";

/** An object that could not be written, and whether another attempt may help. */
export interface ObjectFailure {
  readonly ref: ObjectRef;
  /** Stable: `cluster.invalid`, `apply.ownedByOther`. */
  readonly code: string;
  readonly retryable: boolean;
  /** Begins with the object, after the template it came from. */
  readonly message: string;
}

/** What the judgement needs besides the error. */
export interface FailureSubject {
  readonly ref: ObjectRef;
  readonly file?: string;
  /** Its CustomResourceDefinition was applied less than 30 s ago. */
  readonly kindIsNew?: boolean;
}

/** Judges an error of one object by the table of engine.md, 4. Aborts are thrown again. */
export function failureOf(error: unknown, { ref, file, kindIsNew = false }: FailureSubject): ObjectFailure {
  if (isAbort(error)) throw error;
  const subject = formatRef(ref);
  const text = ref.kind === "Secret" ? secretSafeText(error) : messageOf(error);
  const message = `${file === undefined ? "" : `${file}: `}${text.startsWith(subject) ? text : `${subject}: ${text}`}`;
  if (isClusterError(error)) {
    const settling = kindIsNew && (error.reason === "unknownKind" || error.reason === "notFound");
    return { ref, code: error.code, retryable: settling || error.retryable, message };
  }
  return error instanceof AppError
    ? { ref, code: error.code, retryable: error.retryable, message }
    : { ref, code: "apply.unexpected", retryable: true, message };
}

/** What may be told of an error about a Secret: the server's own words can quote its values. */
function secretSafeText(error: unknown): string {
  if (!isClusterError(error, "badRequest", "invalid", "typedPatch")) return messageOf(error);
  const fields = error.causes.map(({ field }) => field).filter(Boolean);
  const where = fields.length > 0 ? ` (${fields.join(", ")})` : "";
  return `${error.verb}: the API server refused it as ${error.reason}${where}; its words are left out, as they may quote values`;
}

/** All failures of a step as one outcome: fatal when one of them is. */
export function outcomeOf(failures: readonly ObjectFailure[]): TaskOutcome {
  const [first] = failures;
  if (!first) return { kind: "done" };
  const decisive = failures.find((failure) => !failure.retryable) ?? first;
  const message = [...new Set(failures.map((failure) => failure.message))].join("; ");
  return { kind: "failed", retryable: decisive.retryable, code: decisive.code, message };
}
