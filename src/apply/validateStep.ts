import type { ObjectRef } from "../object/objectRef.ts";
import type { AppliedIndex } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import type { DesiredObject, IntendedObject } from "./desiredObject.ts";
import type { ObjectFailure } from "./objectFailure.ts";

/** How an object will be written. */
export type WriteAction =
  /** Nothing differs: no request. */
  | "unchanged"
  | "create"
  | "configure"
  /** Its Namespace or kind comes in the same step: dry-run once that is there. */
  | "deferred";

/** One object of a step with the decision about it. */
export interface PlannedWrite extends IntendedObject {
  readonly ref: ObjectRef;
  readonly action: WriteAction;
  /** uid of the live object, when it is known. */
  readonly uid?: string;
  readonly adopted: boolean;
  /** Manager whose entry in managedFields is turned into ours first. */
  readonly maker?: string;
  /** Takes fields of another instance's lower version of the same operator. */
  readonly outranks: boolean;
}

/** A step that may be written, in the order of writing; or everything that keeps it from being written. */
export type Validation =
  | { readonly kind: "valid"; readonly writes: readonly PlannedWrite[]; readonly notes: readonly ApplyNote[] }
  | {
      readonly kind: "failed";
      readonly failures: readonly ObjectFailure[];
      readonly notes: readonly ApplyNote[];
    };

/**
 * Decides what a step writes: prepares its objects, compares them with the applied set, and dry-runs what is new or
 * changed. Writes nothing. Hand `writes` to `withIntent`, then to `applyObjects`.
 *
 * @param desired  all objects of the step, in the order of its tasks; inside a task they are sorted by kind
 */
export async function validateStep(
  context: ApplyContext,
  index: AppliedIndex,
  desired: readonly DesiredObject[],
): Promise<Validation> {
  throw new Error(`not written yet: ${context.instance.name} ${index.entries.length} ${desired.length}`);
}
