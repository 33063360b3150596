import type { KubeObject } from "../object/kubeObject.ts";
import { annotationsOf } from "../object/kubeObject.ts";
import { ANNOTATION_ADOPT, fieldManager, instanceKey } from "../object/ownership.ts";
import type { AppliedEntry } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import { ApplyError } from "./applyError.ts";
import { type FieldConflict, lockstepManagers } from "./fieldConflicts.ts";
import { isOlderThanIntent, judgeOwnership, type Ownership } from "./judgeOwnership.ts";
import { otherManagers } from "./managedFields.ts";
import { isMarkedAdopted, withAdoptedMark, withoutOwnerReference } from "./marks.ts";
import {
  describeDeletion,
  type PlannedWrite,
  type PreparedObject,
  planCreation,
  planWrite,
} from "./plannedWrite.ts";
import { planShared } from "./planShared.ts";
import { tryApply } from "./tryApply.ts";

/**
 * Asks the server what applying an object would do: one dry run when it is new or known to be ours, one more read when
 * it was there before us or a field is somebody else's.
 *
 * @throws ClusterError when the server refuses the object, ApplyError when our rules do
 */
export async function probeObject(
  context: ApplyContext,
  prepared: PreparedObject,
  entry: AppliedEntry | undefined,
): Promise<PlannedWrite> {
  const answer = await tryApply(context, prepared.object, { dryRun: true });
  if (answer.kind === "ok") {
    const simple = decideWithoutRead(context, prepared, entry, answer.object);
    if (simple) return simple;
  }
  const live = await context.client.get(prepared.ref, { signal: context.signal });
  if (!live) return planCreation(prepared);
  const conflicts = answer.kind === "conflict" ? answer.conflicts : [];
  const touched = isOlderThanIntent(live, entry);
  const ownership = judgeOwnership(live, context.instance, prepared.namespaced, touched);
  return await planExisting(context, prepared, { entry, live, conflicts, ownership });
}

/** An object that stands in the cluster, with all that was found out about it. */
export interface ExistingObject {
  readonly entry: AppliedEntry | undefined;
  readonly live: KubeObject;
  readonly conflicts: readonly FieldConflict[];
  readonly ownership: Ownership;
}

/** Decides about an object that stands in the cluster, by whose it is. */
export async function planExisting(
  context: ApplyContext,
  prepared: PreparedObject,
  { entry, live, conflicts, ownership }: ExistingObject,
): Promise<PlannedWrite> {
  if (live.metadata.deletionTimestamp)
    return planWrite(prepared, "blocked", { blockedBy: describeDeletion(live) });
  if (ownership.kind === "other") {
    throw new ApplyError(
      "ownedByOther",
      prepared.ref,
      `belongs to instance ${instanceKey(ownership.owner)}, instance ${instanceKey(context.instance)} cannot have it too`,
      { hint: "give the object another name in one of the two, or remove it from one" },
    );
  }
  if (ownership.kind === "shared")
    return await planShared(context, prepared, live, ownership.others, isMarkedAdopted(live));
  const rivals = lockstepManagers(conflicts);
  if (rivals.length > 0) {
    throw new ApplyError(
      "ownedByOther",
      prepared.ref,
      `field ${conflicts[0]?.field} is set by ${rivals.join(", ")} and by ${fieldManager(context.instance)}`,
    );
  }
  if (conflicts.length > 0) await context.client.apply(prepared.object, forcedDryRun(context));
  const adopted = ownership.kind === "stranger" || isStillAdopted(entry, live);
  const object = adopted ? asAdopted(context, prepared) : prepared.object;
  const strangers = otherManagers(live, fieldManager(context.instance));
  const maker = ownership.maker?.manager ?? entry?.maker;
  return planWrite({ ...prepared, object }, "configure", {
    ...identityOf(live),
    adopted,
    ...(adopted && entry?.adopted !== true && { adoptedFrom: strangers }),
    takesOver: ownership.maker !== undefined,
    ...(maker !== undefined && { maker }),
  });
}

function decideWithoutRead(
  { instance }: ApplyContext,
  prepared: PreparedObject,
  entry: AppliedEntry | undefined,
  merged: KubeObject,
): PlannedWrite | undefined {
  if (!merged.metadata.resourceVersion) return planCreation(prepared);
  if (merged.metadata.deletionTimestamp)
    return planWrite(prepared, "blocked", { blockedBy: describeDeletion(merged) });
  const isKnown = entry?.uid !== undefined && entry.uid === merged.metadata.uid;
  // A crash left it without a uid in the index: nobody but us ever wrote it.
  const isOursAlone = otherManagers(merged, fieldManager(instance)).length === 0;
  if (!isKnown && !isOursAlone) return undefined;
  if (!prepared.namespaced && isMarkedAdopted(merged)) return undefined;
  return planWrite(prepared, "configure", {
    ...identityOf(merged),
    adopted: isStillAdopted(entry, merged),
    ...(entry?.maker !== undefined && { maker: entry.maker }),
  });
}

function asAdopted({ instance }: ApplyContext, { object, namespaced }: PreparedObject): KubeObject {
  return namespaced ? withoutOwnerReference(object, instance) : withAdoptedMark(object);
}

function isStillAdopted(entry: AppliedEntry | undefined, live: KubeObject): boolean {
  return entry?.adopted === true && annotationsOf(live)[ANNOTATION_ADOPT] !== "true";
}

function identityOf({ metadata }: KubeObject): Pick<PlannedWrite, "uid" | "resourceVersion"> {
  return {
    ...(metadata.uid !== undefined && { uid: metadata.uid }),
    ...(metadata.resourceVersion !== undefined && { resourceVersion: metadata.resourceVersion }),
  };
}

function forcedDryRun({ instance, signal }: ApplyContext) {
  return { fieldManager: fieldManager(instance), dryRun: true, force: true, signal } as const;
}
