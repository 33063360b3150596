import type { AppliedIndex } from "../apply/appliedIndex.ts";
import type { ApplyContext } from "../apply/applyContext.ts";
import type { ApplyNote } from "../apply/applyNote.ts";
import type { AppliedObject } from "../apply/applyObjects.ts";
import type { Manifests } from "../apply/indexStore.ts";
import type { Health } from "../health/health.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { NamedOutcome } from "../plan/recordOutcomes.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";
import type { ChildState } from "./childInstance.ts";

/** What a pass over a step needs from its surroundings. */
export interface StepDeps {
  readonly apply: ApplyContext;
  /** What the watch last saw of an object's health; `undefined` when it has not seen the object. */
  readonly health: (ref: ObjectRef) => Health | undefined;
  /** Tells the watch what was written, before its own line arrives. */
  readonly noteWritten: (object: AppliedObject) => void;
  /** How the instance that a KudoOperator task made fares. */
  readonly child: (ref: ObjectRef) => ChildState;
  /** Stores the index; must be over before the first write that depends on it. */
  readonly saveIndex: (index: AppliedIndex, changed: Manifests) => Promise<void>;
  /** Manifests of what the stored index names, by `refKey`. */
  readonly manifests: () => Promise<Manifests>;
  /** True while a write that starts now is over before another process may become the writer. */
  readonly mayWrite: () => boolean;
}

/** How the objects of one pass fared. */
export interface StepCounts {
  readonly created: number;
  readonly configured: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
}

/** What one pass over a step came to. */
export interface StepPass {
  readonly outcomes: readonly NamedOutcome[];
  readonly index: AppliedIndex;
  readonly notes: readonly ApplyNote[];
  readonly counts: StepCounts;
  /** Objects that the step still waits for. */
  readonly waitingFor: readonly ObjectRef[];
}

export const NO_COUNTS: StepCounts = { created: 0, configured: 0, unchanged: 0, deleted: 0, failed: 0 };

/** Counts of two parts of a pass together. */
export function addCounts(a: StepCounts, b: StepCounts): StepCounts {
  return {
    created: a.created + b.created,
    configured: a.configured + b.configured,
    unchanged: a.unchanged + b.unchanged,
    deleted: a.deleted + b.deleted,
    failed: a.failed + b.failed,
  };
}

/** A pass that wrote nothing. */
export function stopped(
  index: AppliedIndex,
  outcomes: readonly NamedOutcome[],
  notes: readonly ApplyNote[] = [],
): StepPass {
  return { outcomes, index, notes, counts: NO_COUNTS, waitingFor: [] };
}

/** A later part of a task's pass after an earlier one: its outcome and index count, notes and counts add up. */
export function afterwards(earlier: StepPass, later: StepPass): StepPass {
  return {
    ...later,
    notes: [...earlier.notes, ...later.notes],
    counts: addCounts(earlier.counts, later.counts),
  };
}

/** The outcome of the one task of a pass. */
export function outcomeIn({ outcomes }: StepPass): TaskOutcome {
  return outcomes[0]?.outcome ?? { kind: "done" };
}
