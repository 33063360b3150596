import type { KubeObject } from "../object/kubeObject.ts";
import { fieldManager, instanceKey } from "../object/ownership.ts";
import type { AppliedObject } from "./appliedObject.ts";
import type { ApplyContext } from "./applyContext.ts";
import { ApplyError } from "./applyError.ts";
import type { ApplyNote } from "./applyNote.ts";
import { type FieldConflict, lockstepManagers, managersOf } from "./fieldConflicts.ts";
import { judgeOwnership } from "./judgeOwnership.ts";
import { otherManagers } from "./managedFields.ts";
import { describeDeletion, type PlannedWrite } from "./plannedWrite.ts";
import { planExisting, probeObject } from "./probeObject.ts";
import { takeOver } from "./takeOver.ts";
import { tryApply } from "./tryApply.ts";

/** What became of one write. */
export type WriteResult =
  | { readonly kind: "written"; readonly applied: AppliedObject; readonly notes: readonly ApplyNote[] }
  | { readonly kind: "waiting"; readonly reason: string; readonly notes: readonly ApplyNote[] };

/**
 * Writes one object: takes it over first where another account of its fields exists, without force, then with force
 * when the fields are no other instance's.
 */
export async function applyObject(context: ApplyContext, write: PlannedWrite): Promise<WriteResult> {
  if (write.action === "unchanged")
    return { kind: "written", applied: appliedOf(write, "unchanged"), notes: [] };
  const notes: ApplyNote[] = [];
  if (write.takesOver) {
    const maker = await takeOver(context, write.ref);
    if (maker !== undefined) notes.push({ kind: "takenOver", ref: write.ref, maker });
  }
  const answer = await tryApply(context, write.object, { force: write.outranks });
  if (answer.kind === "conflict" && !write.isProbed) return await again(context, write);
  const live = answer.kind === "ok" ? answer.object : await force(context, write, answer.conflicts, notes);
  if (live.metadata.deletionTimestamp) return { kind: "waiting", reason: describeDeletion(live), notes };
  const found = await strangerFound(context, write, live);
  if (found) return await applyObject(context, found);
  context.recentCrds.note(live);
  return {
    kind: "written",
    applied: appliedOf(write, actionOf(write, live), live),
    notes: [...notes, ...notesOf(context, write)],
  };
}

/** Something stands where a new object was to be: find out what, then write by that. */
async function again(context: ApplyContext, write: PlannedWrite): Promise<WriteResult> {
  const probed = await probeObject(context, write, undefined);
  return probed.action === "blocked"
    ? { kind: "waiting", reason: probed.blockedBy ?? "is being deleted", notes: [] }
    : await applyObject(context, probed);
}

async function force(
  context: ApplyContext,
  { object, ref }: PlannedWrite,
  conflicts: readonly FieldConflict[],
  notes: ApplyNote[],
): Promise<KubeObject> {
  const rivals = lockstepManagers(conflicts);
  if (rivals.length > 0) {
    const field = conflicts.find(({ manager }) => rivals.includes(manager))?.field;
    const message = `field ${field} is set by ${rivals.join(", ")} and by ${fieldManager(context.instance)}`;
    throw new ApplyError("ownedByOther", ref, message);
  }
  const { client, instance, signal } = context;
  const live = await client.apply(object, { force: true, fieldManager: fieldManager(instance), signal });
  const fields = conflicts.map(({ field }) => field);
  notes.push({ kind: "conflictForced", ref, managers: managersOf(conflicts), fields });
  return live;
}

/** An object that was to be created and turns out to have had a life before: decide by whose it was. */
async function strangerFound(
  context: ApplyContext,
  write: PlannedWrite,
  live: KubeObject,
): Promise<PlannedWrite | undefined> {
  if (write.action !== "create") return undefined;
  if (otherManagers(live, fieldManager(context.instance)).length === 0) return undefined;
  const ownership = judgeOwnership(live, context.instance, write.namespaced, true);
  return await planExisting(context, write, { entry: undefined, live, conflicts: [], ownership });
}

function actionOf(write: PlannedWrite, live: KubeObject): AppliedObject["action"] {
  if (write.action === "create") return "created";
  return write.resourceVersion === live.metadata.resourceVersion ? "unchanged" : "configured";
}

function appliedOf(write: PlannedWrite, action: AppliedObject["action"], live?: KubeObject): AppliedObject {
  const { ref, object, digest, adopted, maker, origin, warnings } = write;
  return {
    ref,
    object,
    digest,
    adopted,
    origin,
    warnings,
    action,
    uid: live?.metadata.uid ?? write.uid ?? "",
    ...(maker !== undefined && { maker }),
    ...(live && { live }),
  };
}

function notesOf(context: ApplyContext, write: PlannedWrite): readonly ApplyNote[] {
  const { ref, adoptedFrom, sharedWith } = write;
  const notes: ApplyNote[] = [];
  if (adoptedFrom) notes.push({ kind: "adopted", ref, managers: adoptedFrom });
  const owners = sharedWith.filter((owner) => instanceKey(owner) !== instanceKey(context.instance));
  if (owners.length > 0) notes.push({ kind: "shared", ref, owners });
  return notes;
}
