import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, refKey } from "../object/objectRef.ts";
import { ANNOTATION_PLAN_UID, fieldManager } from "../object/ownership.ts";
import { type AppliedEntry, type AppliedIndex, findEntry } from "./appliedIndex.ts";
import { isOlderThanIntent, judgeOwnership } from "./judgeOwnership.ts";
import { hasApplied } from "./managedFields.ts";

/**
 * Settles an intent that a crash, or a run that ended without a further index write, left open: every intended object
 * is read; one that carries our field manager is ours, its uid is recorded, and its digest when this run wrote it.
 *
 * @param read  from a watch's first list where there is one, else a GET; `undefined` when there is no such object
 */
export async function recoverIntent(
  index: AppliedIndex,
  read: (ref: ObjectRef) => Promise<KubeObject | undefined>,
): Promise<AppliedIndex> {
  const { intent, ...rest } = index;
  if (!intent) return index;
  const found = new Map<string, AppliedEntry>();
  for (const { ref, digest } of intent.objects) {
    const entry = findEntry(index, ref);
    const live = entry && (await read(ref));
    const { uid } = live?.metadata ?? {};
    if (!entry || !live || uid === undefined || !hasApplied(live, fieldManager(index.instance))) continue;
    const namespaced = ref.namespace !== undefined;
    const judged = judgeOwnership(live, index.instance, namespaced, isOlderThanIntent(live, entry));
    // Not taken over yet: left open, so that the step that runs again does it.
    if (judged.kind === "other" || (judged.kind !== "shared" && judged.maker)) continue;
    const adopted = entry.adopted || judged.kind === "stranger";
    const isWritten = annotationsOf(live)[ANNOTATION_PLAN_UID] === intent.planUid;
    const { intendedAt: _, ...seen } = entry;
    found.set(refKey(ref), { ...seen, uid, adopted, ...(isWritten && { digest }) });
  }
  return { ...rest, entries: index.entries.map((entry) => found.get(refKey(entry.ref)) ?? entry) };
}
