import type { DeletionProgress } from "../apply/deleteObjects.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { formatRef, refKey } from "../object/objectRef.ts";
import { ownerMark, shortHash } from "../object/ownership.ts";
import type { InstanceView } from "./instanceView.ts";

/** On the Instance: the hold that a person confirmed, by its id. */
export const ANNOTATION_CONFIRMED = "lockstep.dev/confirmed";

/** Objects of an instance that nobody deletes without a person's word. */
export interface ObjectHold {
  /** New whenever the objects are others, so that nobody confirms what they have not seen. */
  readonly id: string;
  readonly reason: string;
  readonly keys: ReadonlySet<string>;
}

/** The hold that a deletion ran into; `undefined` when it ran into none. */
export function objectHold(view: InstanceView, held: DeletionProgress["held"]): ObjectHold | undefined {
  if (held.length === 0) return undefined;
  const keys = held.map(({ ref }) => refKey(ref)).sort();
  const reason = held.map((object) => `${formatRef(object.ref)}: ${object.reason}`).join("; ");
  return { id: `objects-${shortHash([ownerMark(view), ...keys].join("\n"))}`, reason, keys: new Set(keys) };
}

/** The objects that may go because the hold over them was confirmed. */
export function confirmedKeys(
  object: KubeObject | undefined,
  hold: ObjectHold | undefined,
): ReadonlySet<string> {
  const confirmed = object && annotationsOf(object)[ANNOTATION_CONFIRMED];
  return hold && confirmed === hold.id ? hold.keys : new Set();
}

/** What people read while a hold stands. */
export function heldMessage({ id, reason }: ObjectHold): string {
  return `held until \`lockstep confirm ${id}\`: ${reason}`;
}
