import type { ClusterClient } from "../cluster/clusterClient.ts";
import { rootCause } from "../health/rootCause.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef } from "../object/objectRef.ts";
import { type InstanceKey, LABEL_INSTANCE } from "../object/ownership.ts";

/** How many waiting objects are asked about; the message names one anyway. */
const ASKED = 3;

/**
 * Why a step waits, as deep as pods, events, volume claims and quotas tell: `StatefulSet/db/galera: pod galera-0: …`.
 *
 * A handful of requests: callers ask only when a step has waited for a while. `undefined` when nothing tells more than
 * the objects themselves do, and when looking is not allowed: a missing right must not hold up the plan.
 */
export async function findCause(
  client: Pick<ClusterClient, "get" | "list">,
  instance: InstanceKey,
  waitingFor: readonly ObjectRef[],
  now: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace, name } = instance;
  const list = async (
    apiVersion: string,
    kind: string,
    labelSelector?: string,
  ): Promise<readonly KubeObject[]> => {
    try {
      const { items } = await client.list(
        { apiVersion, kind },
        { namespace, signal, ...(labelSelector && { labelSelector }) },
      );
      return items;
    } catch {
      signal.throwIfAborted();
      return []; // without the right to look the objects' own words must do
    }
  };
  const [pods, events, persistentVolumeClaims, quotas] = await Promise.all([
    list("v1", "Pod", `${LABEL_INSTANCE}=${name}`),
    list("v1", "Event"),
    list("v1", "PersistentVolumeClaim"),
    list("v1", "ResourceQuota"),
  ]);
  for (const ref of waitingFor.slice(0, ASKED)) {
    const object = await client.get(ref, { signal });
    const cause = object && rootCause(object, { pods, events, persistentVolumeClaims, quotas }, now);
    if (cause) return `${formatRef(ref)}: ${cause}`;
  }
  return undefined;
}
