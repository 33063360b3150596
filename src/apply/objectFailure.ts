import { isAbort, messageOf } from "../base/errors.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { formatRef, type ObjectRef } from "../object/objectRef.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";

/** An object that could not be written, and whether another attempt may help. */
export interface ObjectFailure {
  readonly ref: ObjectRef;
  /** Stable: `cluster.invalid`, `apply.ownedByOther`. */
  readonly code: string;
  readonly retryable: boolean;
  /** Begins with the object. */
  readonly message: string;
}

/**
 * Judges an error of one object by the table of engine.md, 4. Aborts are thrown again.
 *
 * @param kindIsNew  its CustomResourceDefinition was applied less than 30 s ago
 */
export function failureOf(error: unknown, ref: ObjectRef, kindIsNew = false): ObjectFailure {
  if (isAbort(error)) throw error;
  const subject = formatRef(ref);
  const message = messageOf(error);
  const text = message.startsWith(subject) ? message : `${subject}: ${message}`;
  if (!isClusterError(error)) return { ref, code: "apply.unexpected", retryable: true, message: text };
  const settling = kindIsNew && (error.reason === "unknownKind" || error.reason === "notFound");
  return { ref, code: error.code, retryable: settling || error.retryable, message: text };
}

/** All failures of a step as one outcome: fatal when one of them is. */
export function outcomeOf(failures: readonly ObjectFailure[]): TaskOutcome {
  const [first] = failures;
  if (!first) return { kind: "done" };
  const decisive = failures.find((failure) => !failure.retryable) ?? first;
  const message = [...new Set(failures.map((failure) => failure.message))].join("; ");
  return { kind: "failed", retryable: decisive.retryable, code: decisive.code, message };
}
