import { isClusterError } from "../cluster/clusterError.ts";
import type { ApplyContext } from "./applyContext.ts";
import type { ApplyNote } from "./applyNote.ts";
import { describeDeletion, type PlannedWrite, planCreation } from "./plannedWrite.ts";

/** How far the deletion of an object that is to be recreated came. */
export type Way =
  | { readonly kind: "clear"; readonly next: PlannedWrite; readonly notes: readonly ApplyNote[] }
  | { readonly kind: "waiting"; readonly reason: string; readonly notes: readonly ApplyNote[] };

/**
 * Deletes an object that is to be recreated, in the background so that its pods go too, guarded by its uid. What comes
 * next is an ordinary creation: after a crash the next pass finds the object gone and plans the same.
 */
export async function makeWay({ client, signal }: ApplyContext, write: PlannedWrite): Promise<Way> {
  const { uid, resourceVersion: _, maker: __, frozenFields = [], ...prepared } = write;
  const { ref } = prepared;
  const notes: readonly ApplyNote[] = [{ kind: "recreated", ref, fields: frozenFields }];
  try {
    const left = await client.delete(ref, {
      propagation: "Background",
      signal,
      ...(uid !== undefined && { uid }),
    });
    if (left?.metadata.deletionTimestamp) return { kind: "waiting", reason: describeDeletion(left), notes };
  } catch (error) {
    if (!isClusterError(error, "conflict")) throw error;
    return { kind: "waiting", reason: "somebody else recreated it meanwhile", notes: [] };
  }
  return { kind: "clear", next: { ...planCreation(prepared), isProbed: false }, notes };
}
