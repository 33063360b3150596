import { mapConcurrently } from "../base/concurrency.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { type AppliedEntry, type AppliedIndex, findEntry } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import type { DesiredObject } from "./desiredObject.ts";
import { isImmutability } from "./isImmutability.ts";
import { withoutOwnerReference, withStampsOf } from "./marks.ts";
import { failureOf, type ObjectFailure } from "./objectFailure.ts";
import { type PlannedWrite, type PreparedObject, planWrite } from "./plannedWrite.ts";
import { planRecreate } from "./planRecreate.ts";
import { groupKind, kindsBrought, prepareObjects } from "./prepareObjects.ts";
import { probeObject } from "./probeObject.ts";

export type { PlannedWrite } from "./plannedWrite.ts";

/** A step that may be written, in the order of writing; or everything that keeps it from being written. */
export type Validation =
  | { readonly kind: "valid"; readonly writes: readonly PlannedWrite[]; readonly notes: readonly ApplyNote[] }
  | {
      readonly kind: "failed";
      readonly failures: readonly ObjectFailure[];
      readonly notes: readonly ApplyNote[];
    };

/** Dry runs in flight: more make the server no faster. */
const CONCURRENCY = 4;

/**
 * Decides what a step writes: prepares its objects, compares them with the applied set, and dry-runs what is new or
 * changed. Writes nothing. Hand `writes` to `withIntent` and `manifestsOf`, then to `applyObjects`.
 *
 * @param desired  all objects of the step, in the order of its tasks; inside a task they are sorted by kind
 */
export async function validateStep(
  context: ApplyContext,
  index: AppliedIndex,
  desired: readonly DesiredObject[],
): Promise<Validation> {
  const { objects: prepared, failures, notes } = await prepareObjects(context, desired);
  const objects = prepared.map((object) => asKnown(context, index, object));
  const unchanged = new Map(objects.map((object) => [object, unchangedWrite(context, index, object)]));
  const open = objects.filter((object) => !unchanged.get(object));
  const arrivals = arrivalsOf(open);
  const [single] = open;
  // A single new object is its own dry run: nothing else of the step is written before it.
  const isSingle = open.length === 1 && single?.namespaced && !findEntry(index, single.ref)?.uid;
  const refused = [...failures];
  const writes = await mapConcurrently(objects, context.concurrency ?? CONCURRENCY, async (object) => {
    const known = unchanged.get(object);
    if (known) return known;
    if (isSingle && failures.length === 0) return planWrite(object, "create", { isProbed: false });
    try {
      return await decide(context, findEntry(index, object.ref), object, arrivals);
    } catch (error) {
      const { ref, file } = object;
      const kindIsNew = context.recentCrds.covers(ref);
      refused.push(failureOf(error, { ref, kindIsNew, ...(file !== undefined && { file }) }));
      return undefined;
    }
  });
  return refused.length > 0
    ? { kind: "failed", failures: refused, notes }
    : { kind: "valid", writes: writes.filter((write) => write !== undefined), notes };
}

function asKnown({ instance }: ApplyContext, index: AppliedIndex, prepared: PreparedObject): PreparedObject {
  const isAdopted = findEntry(index, prepared.ref)?.adopted === true;
  return isAdopted ? { ...prepared, object: withoutOwnerReference(prepared.object, instance) } : prepared;
}

/** What a step brings itself, and may change: namespaces by name, kinds by `group/kind`. */
interface Arrivals {
  readonly namespaces: ReadonlySet<string>;
  readonly kinds: ReadonlyMap<string, boolean>;
}

function arrivalsOf(open: readonly PreparedObject[]): Arrivals {
  const namespaces = open.filter(({ ref }) => ref.kind === "Namespace").map(({ ref }) => ref.name);
  return { namespaces: new Set(namespaces), kinds: kindsBrought(open.map(({ full }) => full)) };
}

function unchangedWrite(
  { live }: ApplyContext,
  index: AppliedIndex,
  object: PreparedObject,
): PlannedWrite | undefined {
  const entry = findEntry(index, object.ref);
  if (!entry?.uid || entry.digest !== object.digest) return undefined;
  const seen = live(object.ref);
  const isAsLeft = seen.kind === "seen" && seen.uid === entry.uid && !seen.deleting && !seen.drifted;
  return isAsLeft ? planWrite(object, "unchanged", recorded(entry)) : undefined;
}

async function decide(
  context: ApplyContext,
  entry: AppliedEntry | undefined,
  object: PreparedObject,
  arrivals: Arrivals,
): Promise<PlannedWrite> {
  const deferred = planWrite(object, "deferred", { isProbed: false });
  if (arrivals.kinds.has(groupKind(object.ref))) return deferred;
  const asLeft = await readAsLeft(context, entry, object);
  if (asLeft) return asLeft;
  try {
    return await probeObject(context, object, entry);
  } catch (error) {
    if (isClusterError(error, "notFound") && arrivals.namespaces.has(object.ref.namespace ?? ""))
      return deferred;
    if (isImmutability(error)) return await planRecreate(context, object, { entry, refusal: error });
    throw error;
  }
}

/**
 * Content we applied before, drifted or seen by no watch: written again with the stamps it has, so that the server
 * writes nothing when nothing differs. A shared object may carry less than everything, so the dry run decides there.
 */
async function readAsLeft(
  { client, signal }: ApplyContext,
  entry: AppliedEntry | undefined,
  object: PreparedObject,
): Promise<PlannedWrite | undefined> {
  if (!entry?.uid || entry.digest !== object.digest || !object.namespaced) return undefined;
  const live = await client.get(object.ref, { signal });
  const { uid, resourceVersion, deletionTimestamp } = live?.metadata ?? {};
  if (!live || uid !== entry.uid || deletionTimestamp) return undefined;
  return planWrite({ ...object, object: withStampsOf(object.object, live) }, "configure", {
    ...recorded(entry),
    ...(resourceVersion !== undefined && { resourceVersion }),
  });
}

function recorded({ uid, adopted, maker }: AppliedEntry): Partial<PlannedWrite> {
  return { adopted, ...(uid !== undefined && { uid }), ...(maker !== undefined && { maker }) };
}
