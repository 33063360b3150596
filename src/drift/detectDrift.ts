import type { CallOptions, ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { deepEqual } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, parseApiVersion, refOf } from "../object/objectRef.ts";
import { attribute } from "./attribute.ts";
import { type Difference, diffObjects } from "./diffObjects.ts";
import type { FieldDrift, ObjectDrift } from "./driftReport.ts";
import { identityOf } from "./fieldPath.ts";
import { redactSides } from "./redact.ts";

/** One object to look at. */
export interface DriftInput {
  /** As we sent it: the manifest in the applied set. */
  readonly desired: KubeObject;
  /** As our watch last saw it; `undefined` when the watch lost it. */
  readonly live: KubeObject | undefined;
  /** Our own field manager on it. */
  readonly fieldManager: string;
  /** When our watch told us, RFC 3339. */
  readonly seenAt: string;
  readonly signal?: AbortSignal;
}

/**
 * Says how an object differs from what we applied, or `undefined` when it does not.
 *
 * Found by comparison in memory, so an object that is as it should be costs no request; what was found is confirmed by
 * one dry-run apply and only what that would change counts. An object that the watch lost is missing only once a GET says
 * so; one that is being deleted is not missing yet. Values of Secrets are masked.
 *
 * @throws ClusterError when the server cannot be asked
 */
export async function detectDrift(
  client: Pick<ClusterClient, "get" | "apply">,
  { desired, live, fieldManager, seenAt, signal }: DriftInput,
): Promise<ObjectDrift | undefined> {
  const options = signal ? { signal } : {};
  const ref = refOf(desired);
  const found = live ?? (await read(client, ref, options));
  if (!found) return mayVanish(desired) ? undefined : { ...ref, change: "missing", seenAt, fields: [] };
  if (found.metadata.deletionTimestamp) return undefined;
  const differences = diffObjects(desired, found);
  if (differences.length === 0) return undefined;
  const confirmed = await confirm(client, differences, desired, { fieldManager, ...options });
  if (confirmed.length === 0) return undefined;
  const fields = confirmed.map(
    ({ path, pointer, ...sides }): FieldDrift => ({
      pointer,
      ...redactSides(desired, pointer, sides),
      ...(sides.live === undefined ? NOBODY : attribute(found, path, fieldManager)),
      seenAt,
    }),
  );
  return { ...ref, change: "changed", fields };
}

/** A kind that is not served any more has no objects. */
async function read(
  client: Pick<ClusterClient, "get">,
  ref: ObjectRef,
  options: CallOptions,
): Promise<KubeObject | undefined> {
  try {
    return await client.get(ref, options);
  } catch (error) {
    if (isClusterError(error, "unknownKind")) return undefined;
    throw error;
  }
}

const NOBODY = { manager: null, time: null } as const;

/** True for an object that ends by itself and may then be cleared away: a Job, or a Pod of its own. */
function mayVanish({ apiVersion, kind }: KubeObject): boolean {
  const { group } = parseApiVersion(apiVersion);
  return (kind === "Job" && group === "batch") || (kind === "Pod" && group === "");
}

/**
 * The differences that an apply would mend. What the server would store is compared in the same way: a difference that
 * stays is the server's own doing (a webhook, a canonical form), no drift.
 */
async function confirm(
  client: Pick<ClusterClient, "apply">,
  differences: readonly Difference[],
  desired: KubeObject,
  options: { readonly fieldManager: string; readonly signal?: AbortSignal },
): Promise<readonly Difference[]> {
  let merged: KubeObject;
  try {
    merged = await client.apply(desired, { ...options, force: true, dryRun: true });
  } catch (error) {
    // The server would refuse our manifest, an immutable field that was recreated otherwise: the differences are real.
    if (isClusterError(error, "invalid")) return differences;
    throw error;
  }
  const lasting = new Map(
    diffObjects(desired, merged).map((difference) => [identityOf(difference.path), difference.live]),
  );
  return differences.filter(({ path, live }) => {
    const key = identityOf(path);
    return !(lasting.has(key) && deepEqual(lasting.get(key), live));
  });
}
