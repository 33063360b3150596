import { formatRef, type ObjectRef } from "../object/objectRef.ts";
import type { ApplyNote } from "./applyNote.ts";
import type { ObjectFailure } from "./objectFailure.ts";

/** How far a deletion came; call again until `done`. */
export interface DeletionProgress {
  readonly kind: "done" | "waiting" | "failed" | "held";
  /** Gone or released by now: to be taken out of the index with `withoutEntries`. */
  readonly gone: readonly ObjectRef[];
  readonly notes: readonly ApplyNote[];
  /** When waiting: objects and what holds them. */
  readonly reason?: string;
  readonly failures: readonly ObjectFailure[];
  /** Objects that need a person's word, each with the reason; `held` when nothing else is open. */
  readonly held: readonly { readonly ref: ObjectRef; readonly reason: string }[];
}

/** What happened to the objects of a deletion so far. */
export interface DeletionParts {
  readonly gone: readonly ObjectRef[];
  readonly notes: readonly ApplyNote[];
  readonly waiting: readonly { readonly ref: ObjectRef; readonly reason: string }[];
  readonly held: readonly { readonly ref: ObjectRef; readonly reason: string }[];
  readonly failures: readonly ObjectFailure[];
}

/** The parts as one progress: a failure is told first, then what is waited for, then what is held. */
export function deletionProgress({ gone, notes, waiting, held, failures }: DeletionParts): DeletionProgress {
  const kind =
    failures.length > 0 ? "failed" : waiting.length > 0 ? "waiting" : held.length > 0 ? "held" : "done";
  const reason = waiting.map((item) => `${formatRef(item.ref)}: ${item.reason}`).join("; ");
  const heldNotes = held.map((item): ApplyNote => ({ kind: "held", ...item }));
  return { kind, gone, notes: [...notes, ...heldNotes], failures, held, ...(reason && { reason }) };
}
