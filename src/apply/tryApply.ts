import { isClusterError } from "../cluster/clusterError.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { fieldManager } from "../object/ownership.ts";
import type { ApplyContext } from "./applyContext.ts";
import { type FieldConflict, fieldConflictsOf } from "./fieldConflicts.ts";

/** The server's answer to an apply, with a conflict as a value: it is a question, not yet an error. */
export type ApplyAnswer =
  | { readonly kind: "ok"; readonly object: KubeObject }
  | { readonly kind: "conflict"; readonly conflicts: readonly FieldConflict[]; readonly error: Error };

/** One server-side apply as the instance's field manager. */
export async function tryApply(
  { client, instance, signal }: Pick<ApplyContext, "client" | "instance" | "signal">,
  object: KubeObject,
  options: { readonly dryRun?: boolean; readonly force?: boolean } = {},
): Promise<ApplyAnswer> {
  try {
    const answer = await client.apply(object, { ...options, fieldManager: fieldManager(instance), signal });
    return { kind: "ok", object: answer };
  } catch (error) {
    if (!isClusterError(error, "fieldConflict")) throw error;
    return { kind: "conflict", conflicts: fieldConflictsOf(error), error };
  }
}
