import { AppError, messageOf } from "../base/errors.ts";
import type { ClusterError } from "../cluster/clusterError.ts";
import { asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, refOf } from "../object/objectRef.ts";
import type { AppliedEntry } from "./appliedIndex.ts";
import type { ApplyContext } from "./applyContext.ts";
import { ApplyError } from "./applyError.ts";
import { type FrozenField, frozenFieldsOf, isImmutability } from "./isImmutability.ts";
import { judgeOwnership } from "./judgeOwnership.ts";
import { judgeRecreate } from "./judgeRecreate.ts";
import { isMarkedAdopted } from "./marks.ts";
import { describeDeletion, type PlannedWrite, type PreparedObject, planWrite } from "./plannedWrite.ts";
import { probeObject } from "./probeObject.ts";
import { throwAwayCopy } from "./throwAwayCopy.ts";
import { tryApply } from "./tryApply.ts";
import { withJobVersionOf } from "./withJobVersionOf.ts";

/**
 * Decides about an object whose change was refused because fields of it cannot be changed: recreated when it is ours
 * alone, holds nothing (or its template allows it), and the server would accept it as a new one. Deletes nothing.
 * A Job that differs by the version of its operator alone keeps the one it ran with.
 *
 * @param refusal  the server's answer to the dry run, judged by `isImmutability`
 * @throws ClusterError the refusal where the object is not ours alone, or a retryable failure of the proof;
 *   ApplyError `immutable` when it may not be recreated
 */
export async function planRecreate(
  context: ApplyContext,
  prepared: PreparedObject,
  { entry, refusal }: { readonly entry: AppliedEntry | undefined; readonly refusal: ClusterError },
): Promise<PlannedWrite> {
  const { client, instance, signal } = context;
  const live = await client.get(prepared.ref, { signal });
  if (!live) return await probeObject(context, prepared, entry);
  const { uid, resourceVersion, deletionTimestamp } = live.metadata;
  if (deletionTimestamp) return planWrite(prepared, "blocked", { blockedBy: describeDeletion(live) });
  const isOurs = judgeOwnership(live, instance, prepared.namespaced).kind === "ours";
  if (!entry || uid === undefined || entry.uid !== uid || !isOurs) throw refusal;
  const kept = await planKeptJob(context, prepared, { entry, live });
  if (kept) return kept;
  const fields = frozenFieldsOf(refusal);
  const verdict = judgeRecreate(prepared.full, live, entry.adopted || isMarkedAdopted(live));
  if (verdict.kind === "refused") {
    throw new ApplyError("immutable", prepared.ref, `${describe(fields)}; ${verdict.reason}`, {
      cause: refusal,
    });
  }
  await prove(context, prepared, { live, fields });
  return planWrite(prepared, "recreate", {
    uid,
    ...(resourceVersion !== undefined && { resourceVersion }),
    adopted: entry.adopted,
    ...(entry.maker !== undefined && { maker: entry.maker }),
    frozenFields: fields.map(({ field }) => field),
  });
}

/** A Job that differs in nothing frozen but the operator version of its pods is not run again. */
async function planKeptJob(
  context: ApplyContext,
  prepared: PreparedObject,
  { entry, live }: { readonly entry: AppliedEntry; readonly live: KubeObject },
): Promise<PlannedWrite | undefined> {
  const object = withJobVersionOf(prepared.object, live);
  if (!object) return undefined;
  try {
    return await probeObject(context, { ...prepared, object, full: object }, entry);
  } catch (error) {
    if (isImmutability(error)) return undefined;
    throw error;
  }
}

/** Throws unless the server would accept the object as a new one. */
async function prove(
  context: ApplyContext,
  { ref, full }: PreparedObject,
  { live, fields }: { readonly live: KubeObject; readonly fields: readonly FrozenField[] },
): Promise<void> {
  const leftAlone = (reason: string, cause?: unknown): ApplyError => {
    const message = `${describe(fields)}; it is left alone, for it would not be accepted as a new object: ${reason}`;
    return new ApplyError("immutable", ref, message, { cause });
  };
  try {
    await tryApply(context, throwAwayCopy(full, live), { dryRun: true });
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    throw leftAlone(messageOf(error), error);
  }
  const rival = full.kind === "Service" ? await addressHolder(context, full, live) : undefined;
  if (rival) throw leftAlone(`${formatRef(rival)} has its clusterIP`);
}

/** Another Service that has the address wanted: a dry run does not look at those in use. */
async function addressHolder(
  { client, signal }: ApplyContext,
  service: KubeObject,
  live: KubeObject,
): Promise<ObjectRef | undefined> {
  const address = asString(valueAt(service, "spec", "clusterIP"));
  if (!address || address === "None" || address === valueAt(live, "spec", "clusterIP")) return undefined;
  const { items } = await client.list(
    { apiVersion: "v1", kind: "Service" },
    { fieldSelector: `spec.clusterIP=${address}`, signal },
  );
  return items.map(({ metadata }) => refOf({ apiVersion: "v1", kind: "Service", metadata }))[0];
}

function describe(fields: readonly FrozenField[]): string {
  return fields.map(({ field, detail }) => `${field} cannot be changed (${detail})`).join(", ");
}
