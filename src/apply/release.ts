import { isClusterError } from "../cluster/clusterError.ts";
import { asList, asObject, type JsonObject } from "../object/json.ts";
import { annotationsOf, type KubeObject, labelsOf } from "../object/kubeObject.ts";
import { type ObjectRef, refOf } from "../object/objectRef.ts";
import {
  fieldManager,
  type InstanceIdentity,
  LABEL_HERITAGE,
  LABEL_INSTANCE,
  LABEL_OPERATOR,
  STAMPS,
} from "../object/ownership.ts";
import type { ApplyContext } from "./applyContext.ts";
import { withEntryHandedOver } from "./managedFields.ts";
import { emptySetOf, markKeys } from "./marks.ts";
import { retryStale } from "./retryStale.ts";

/** Who is named as the writer of fields that stay behind although nobody else has them. */
const HEIR = "lockstep-released";

/**
 * Lets go of an object that stays. The empty set is applied, so what only we wrote goes; where we had taken over the
 * whole object, or it cannot live without our fields, they are left to their earlier writer instead.
 *
 * @param maker  the manager whose entry we took over
 */
export async function release(context: ApplyContext, ref: ObjectRef, maker?: string): Promise<void> {
  await retryStale(async () => {
    const live = await context.client.get(ref, { signal: context.signal });
    if (live) await attempt(context, live, maker);
  });
}

async function attempt(context: ApplyContext, live: KubeObject, maker: string | undefined): Promise<void> {
  const { client, instance, signal } = context;
  const manager = fieldManager(instance);
  if (maker !== undefined) return await handOver(context, live, maker);
  try {
    const left = await client.apply(emptySetOf(live), { fieldManager: manager, signal });
    if (carriesMarks(left, instance)) await takeMarksOff(context, left);
  } catch (error) {
    if (!isClusterError(error, "invalid")) throw error;
    await handOver(context, live, HEIR);
  }
}

/** Takes our mark and owner reference off an object and leaves everything else as it is. */
export async function unmark(context: ApplyContext, ref: ObjectRef): Promise<void> {
  await retryStale(async () => {
    const live = await context.client.get(ref, { signal: context.signal });
    if (live) await takeMarksOff(context, live);
  });
}

async function takeMarksOff({ client, instance, signal }: ApplyContext, live: KubeObject): Promise<void> {
  const owners = asList(live.metadata.ownerReferences);
  const strangers = owners.filter((owner) => asObject(owner).uid !== instance.uid);
  const marks = markKeys(instance).filter((key) => annotationsOf(live)[key] !== undefined);
  if (marks.length === 0 && strangers.length === owners.length) return;
  const patch: JsonObject = {
    metadata: {
      resourceVersion: live.metadata.resourceVersion ?? "",
      ...(marks.length > 0 && { annotations: Object.fromEntries(marks.map((key) => [key, null])) }),
      ...(strangers.length < owners.length && { ownerReferences: strangers }),
    },
  };
  await client.patch(refOf(live), "merge", patch, { fieldManager: fieldManager(instance), signal });
}

async function handOver({ client, instance, signal }: ApplyContext, live: KubeObject, heir: string) {
  const manager = fieldManager(instance);
  const ours = [LABEL_HERITAGE, LABEL_OPERATOR, LABEL_INSTANCE, ...STAMPS, ...markKeys(instance)];
  const without = (map: Readonly<Record<string, string>>): JsonObject =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !ours.includes(key)));
  const owners = asList(live.metadata.ownerReferences);
  const patch: readonly JsonObject[] = [
    { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion ?? "" },
    { op: "add", path: "/metadata/labels", value: without(labelsOf(live)) },
    { op: "add", path: "/metadata/annotations", value: without(annotationsOf(live)) },
    {
      op: "add",
      path: "/metadata/ownerReferences",
      value: owners.filter((owner) => asObject(owner).uid !== instance.uid),
    },
    { op: "replace", path: "/metadata/managedFields", value: withEntryHandedOver(live, manager, heir) },
  ];
  await client.patch(refOf(live), "json", patch, { fieldManager: heir, signal });
}

function carriesMarks(object: KubeObject, instance: InstanceIdentity): boolean {
  const annotations = annotationsOf(object);
  return markKeys(instance).some((key) => annotations[key] !== undefined);
}
