import type { JsonObject } from "../object/json.ts";
import { formatPointer } from "../object/jsonPointer.ts";
import { annotationsOf } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import {
  ANNOTATION_KUBECTL_LAST_APPLIED,
  ANNOTATION_KUDO_LAST_APPLIED,
  fieldManager,
} from "../object/ownership.ts";
import type { ApplyContext } from "./applyContext.ts";
import { findMaker, withMakerReplaced } from "./managedFields.ts";
import { retryStale } from "./retryStale.ts";

/**
 * Turns the entry of kubectl's client-side apply or of KUDO into ours, so that the apply that follows removes what is
 * no longer wanted; a forced apply alone would leave it standing. Other controllers' entries stay.
 *
 * @returns the manager that was replaced, `undefined` when there is none (any more)
 * @throws ClusterError `conflict` when the object kept changing between the read and the patch: try again later
 */
export async function takeOver(context: ApplyContext, ref: ObjectRef): Promise<string | undefined> {
  return await retryStale(() => attempt(context, ref));
}

async function attempt(context: ApplyContext, ref: ObjectRef): Promise<string | undefined> {
  const { client, instance, signal } = context;
  const live = await client.get(ref, { signal });
  const maker = live && findMaker(live);
  if (!live || !maker) return undefined;
  const manager = fieldManager(instance);
  const annotations = annotationsOf(live);
  const lastApplied = [ANNOTATION_KUBECTL_LAST_APPLIED, ANNOTATION_KUDO_LAST_APPLIED].filter(
    (key) => annotations[key] !== undefined,
  );
  const patch: readonly JsonObject[] = [
    // A `test` of the version would answer a stale one with 422; a replaced one answers 409.
    { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion ?? "" },
    { op: "replace", path: "/metadata/managedFields", value: withMakerReplaced(live, maker, manager) },
    ...lastApplied.map((key) => ({
      op: "remove",
      path: formatPointer(["metadata", "annotations", key]),
    })),
  ];
  await client.patch(ref, "json", patch, { fieldManager: manager, signal });
  return maker.manager;
}
