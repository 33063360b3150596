import { isClusterError } from "../cluster/clusterError.ts";
import { asList, asObject, deepEqual, type JsonObject } from "../object/json.ts";
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
 * Lets go of an object that was there before us. The empty set is applied, so what only we wrote goes; where we had
 * taken over the whole object, or it cannot live without our fields, they are left to their earlier writer instead.
 *
 * @param maker  the manager whose entry we took over
 */
export async function releaseAdopted(context: ApplyContext, ref: ObjectRef, maker?: string): Promise<void> {
  await retryStale(async () => {
    const live = await context.client.get(ref, { signal: context.signal });
    if (!live) return;
    if (maker === undefined && (await applyEmptySet(context, live))) return;
    await handOver(context, live, maker ?? HEIR, [LABEL_HERITAGE, LABEL_OPERATOR, LABEL_INSTANCE]);
  });
}

/**
 * Lets go of an object that other instances own too. The empty set is applied; content that only we still hold, a
 * higher version's of the same operator, stays for the others.
 */
export async function releaseShared(context: ApplyContext, ref: ObjectRef): Promise<void> {
  const { client, signal } = context;
  await retryStale(async () => {
    const live = await client.get(ref, { signal });
    if (!live) return;
    const isHeldByOthers = (await leavesContent(context, live)) && (await applyEmptySet(context, live));
    if (!isHeldByOthers) await handOver(context, live, HEIR, [LABEL_INSTANCE]);
  });
}

/** Takes our mark and owner reference off an object and leaves everything else as it is. */
export async function unmark(context: ApplyContext, ref: ObjectRef): Promise<void> {
  await retryStale(async () => {
    const live = await context.client.get(ref, { signal: context.signal });
    if (live) await takeMarksOff(context, live);
  });
}

/** True when the others hold all of the content, so that it would not change. */
async function leavesContent({ client, instance, signal }: ApplyContext, live: KubeObject): Promise<boolean> {
  try {
    const options = { fieldManager: fieldManager(instance), dryRun: true, signal };
    return deepEqual(contentOf(await client.apply(emptySetOf(live), options)), contentOf(live));
  } catch (error) {
    if (isClusterError(error, "invalid")) return false;
    throw error;
  }
}

function contentOf({ metadata: _, status: __, ...content }: KubeObject): JsonObject {
  return content;
}

/** False when the object cannot live without our fields. */
async function applyEmptySet(context: ApplyContext, live: KubeObject): Promise<boolean> {
  const { client, instance, signal } = context;
  try {
    const left = await client.apply(emptySetOf(live), { fieldManager: fieldManager(instance), signal });
    await takeMarksOff(context, left);
    return true;
  } catch (error) {
    if (isClusterError(error, "invalid")) return false;
    throw error;
  }
}

async function takeMarksOff({ client, instance, signal }: ApplyContext, live: KubeObject): Promise<void> {
  const owners = asList(live.metadata.ownerReferences);
  const strangers = ownersBesides(live, instance);
  const annotations = annotationsOf(live);
  const marks = markKeys(instance).filter((key) => annotations[key] !== undefined);
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

/** Leaves all content where it is, under another manager's name, and takes our marks and the labels off. */
async function handOver(
  { client, instance, signal }: ApplyContext,
  live: KubeObject,
  heir: string,
  labels: readonly string[],
): Promise<void> {
  const manager = fieldManager(instance);
  const patch: readonly JsonObject[] = [
    { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion ?? "" },
    { op: "add", path: "/metadata/labels", value: without(labelsOf(live), labels) },
    {
      op: "add",
      path: "/metadata/annotations",
      value: without(annotationsOf(live), [...STAMPS, ...markKeys(instance)]),
    },
    { op: "add", path: "/metadata/ownerReferences", value: ownersBesides(live, instance) },
    { op: "replace", path: "/metadata/managedFields", value: withEntryHandedOver(live, manager, heir) },
  ];
  await client.patch(refOf(live), "json", patch, { fieldManager: heir, signal });
}

function without(map: Readonly<Record<string, string>>, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

function ownersBesides(live: KubeObject, instance: InstanceIdentity) {
  return asList(live.metadata.ownerReferences).filter((owner) => asObject(owner).uid !== instance.uid);
}
