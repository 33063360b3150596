import type { AppliedIndex } from "../apply/appliedIndex.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import { NO_RANDOM, type RandomUse } from "../package/randomRecord.ts";
import type { Choice } from "../plan/choosePlan.ts";
import type { PlanStatus } from "../plan/planStatus.ts";
import type { NamedOutcome } from "../plan/recordOutcomes.ts";
import type { PreparedTask } from "../task/prepareStep.ts";
import type { ObjectHold } from "./objectHold.ts";

/** A step that has begun in this process: rendered once, however long it waits. */
export interface StepMemory {
  readonly tasks: readonly PreparedTask[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The root cause as last found, and when to look again. */
  cause?: { readonly text: string | undefined; readonly lookAgainAt: number; readonly intervalMs: number };
}

/** Somebody waits for the stored set to be applied again. */
export interface ReapplyRequest {
  readonly resolve: (result: { readonly applied: number }) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What the process knows of an instance beyond the cluster: nothing here must survive, all of it is made again from the
 * custom resource and the index Secret.
 */
export interface InstanceMemory {
  /** The index with what rides on its next write: uids, the last run's record. */
  index: AppliedIndex | undefined;
  /** True while `accepted` of that index is not in the cluster yet. */
  acceptedUnsaved: boolean;
  /** An intent that an earlier process left open has been settled. */
  recovered: boolean;
  /** Plan statuses, ahead of the cluster until the next status write. */
  planStatus: Readonly<Record<string, PlanStatus>> | undefined;
  /** When a status that memory is ahead with has to be in the cluster, milliseconds since the epoch. */
  statusDueAt: number | undefined;
  /** When the running plan began, milliseconds since the epoch; unknown after a restart. */
  runStartedAt: number | undefined;
  /** By plan uid, phase and step. */
  readonly steps: Map<string, StepMemory>;
  /** What the last pass over each step of the running plan came to, by `phase/step`. */
  readonly outcomes: Map<string, readonly NamedOutcome[]>;
  /** Why the plan failed beside its steps: the reason of the Event. */
  failure: string | undefined;
  /** What this run's tasks rendered, for the claims at its end. */
  readonly rendered: Map<string, readonly ObjectRef[]>;
  /** What this run's templates drew, for the record at its end. */
  random: RandomUse;
  /** One sentence for people: why nothing happens, what failed last. */
  message: string;
  /** What waits for a person's word. */
  hold: ObjectHold | undefined;
  /** What the last pass decided about which version of the spec; the parent of the instance asks for it. */
  decided: { readonly uid: string; readonly generation: number; readonly choice: Choice } | undefined;
  /** What the parent was last told to look at. */
  toldParent: string;
  /** Notes already told, so that a pass that is repeated does not repeat them. */
  readonly told: Set<string>;
  /** Nothing is left to do for an instance that is being deleted; only its last line of the watch is missing. */
  removed: boolean;
  /** Failed passes since the last good one; 0 when all is well. */
  failures: number;
  reapply: ReapplyRequest[];
}

/** Nothing known yet. */
export function newMemory(): InstanceMemory {
  return {
    index: undefined,
    acceptedUnsaved: false,
    recovered: false,
    planStatus: undefined,
    statusDueAt: undefined,
    runStartedAt: undefined,
    steps: new Map(),
    outcomes: new Map(),
    failure: undefined,
    rendered: new Map(),
    random: NO_RANDOM,
    message: "",
    hold: undefined,
    decided: undefined,
    toldParent: "",
    told: new Set(),
    removed: false,
    failures: 0,
    reapply: [],
  };
}
