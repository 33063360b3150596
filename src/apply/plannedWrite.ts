import { conditionOf } from "../health/conditions.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";
import type { IntendedObject } from "./desiredObject.ts";

/** How an object will be written. */
export type WriteAction =
  /** Nothing differs: no request. */
  | "unchanged"
  | "create"
  | "configure"
  /** A field that cannot be changed differs, and a new object with this content would be accepted: deleted, then created. */
  | "recreate"
  /** Its Namespace or kind comes in the same step: dry-run once that is there. */
  | "deferred"
  /** The live object is being deleted: created once it is gone. */
  | "blocked";

/** One object of a step, prepared, before anybody asked the cluster about it. */
export interface PreparedObject extends Omit<IntendedObject, "adopted" | "maker"> {
  readonly ref: ObjectRef;
  /** As rendered and prepared, with everything; `object` may carry less for a shared object. */
  readonly full: KubeObject;
  readonly namespaced: boolean;
  readonly file?: string;
}

/** One object of a step with the decision about it. */
export interface PlannedWrite extends PreparedObject {
  readonly action: WriteAction;
  /** Of the live object, when it is known. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** False until the cluster said what stands there: the write itself finds out. */
  readonly isProbed: boolean;
  readonly adopted: boolean;
  /** The first time that a stranger's object is met: its managers, for people to hear of. */
  readonly adoptedFrom?: readonly string[];
  /** Manager whose entry in managedFields was, or will be, turned into ours. */
  readonly maker?: string;
  /** The entry is still the maker's. */
  readonly takesOver: boolean;
  /** Other owners of a cluster-scoped object. */
  readonly sharedWith: readonly InstanceIdentity[];
  /** Its content beats that of owners with a lower version of the same operator. */
  readonly outranks: boolean;
  /** When it is recreated: the fields that cannot be changed. */
  readonly frozenFields?: readonly string[];
  /** When blocked: what holds the live object. */
  readonly blockedBy?: string;
}

/** The decision as it is before the cluster was asked. */
export function planWrite(
  prepared: PreparedObject,
  action: WriteAction,
  decision: Partial<PlannedWrite> = {},
): PlannedWrite {
  return {
    ...prepared,
    action,
    isProbed: true,
    adopted: false,
    takesOver: false,
    sharedWith: [],
    outranks: false,
    ...decision,
  };
}

/** The creation of an object that is not there: it has its owner, even where an adopted one stood before. */
export function planCreation(prepared: PreparedObject): PlannedWrite {
  return planWrite({ ...prepared, object: prepared.full }, "create");
}

/** What keeps an object that is being deleted: `is being deleted, held by finalizer a, b`. */
export function describeDeletion(live: KubeObject): string {
  const finalizers = live.metadata.finalizers ?? [];
  const told = conditionOf(live, "Deleting")?.message; // an Instance says what it waits for
  if (told) return `is being deleted: ${told}`;
  if (finalizers.length === 0) return "is being deleted";
  return `is being deleted, held by ${finalizers.length > 1 ? "finalizers" : "finalizer"} ${finalizers.join(", ")}`;
}
