import type { ApplyContext } from "../../apply/applyContext.ts";
import { IndexStore } from "../../apply/indexStore.ts";
import { RecentCrds } from "../../apply/recentCrds.ts";
import { removeInstance } from "../../apply/removeInstance.ts";
import { systemClock } from "../../base/clock.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { isClusterError } from "../../cluster/clusterError.ts";
import { FINALIZER_PRUNE, KUDO_CLEANUP_FINALIZER } from "../../object/ownership.ts";
import { type InstanceView, viewInstance } from "../../reconcile/instanceView.ts";
import { instanceRef } from "../../sync/crds.ts";
import { CliError } from "../cliError.ts";
import { CLIENT_MANAGER } from "./readInstance.ts";

/**
 * Lets a deleted instance go without the service: takes our marks off its objects, which stay as they are, then its
 * index, then the finalizers. What the service does of it at the same time does no harm.
 *
 * @returns how many objects were let go
 * @throws CliError when an object cannot be let go; the instance is then still there, and another call goes on
 */
export async function orphanInstance(
  client: ClusterClient,
  { namespace, name, uid }: InstanceView,
  signal: AbortSignal,
): Promise<number> {
  const indexes = new IndexStore(client);
  const instance = { namespace, name, uid };
  const index = await indexes.load(instance, signal);
  let released = 0;
  if (index && index.instance.uid === uid) {
    const context: ApplyContext = {
      client,
      clock: systemClock,
      instance,
      operator: { name: "", version: "" },
      live: () => ({ kind: "unknown" }),
      recentCrds: new RecentCrds(systemClock),
      signal,
    };
    const { failures, gone } = await removeInstance(context, index, "orphan");
    if (failures.length > 0) {
      throw new CliError(failures.map(({ message }) => message).join("\n       "), {
        hint: "the instance is still there; run the command again once this is mended",
      });
    }
    released = gone.length;
    await indexes.remove(instance, signal);
  }
  await dropFinalizers(client, instance, signal);
  return released;
}

/** Ours and KUDO's; those of others stay. */
async function dropFinalizers(
  client: ClusterClient,
  { namespace, name, uid }: Pick<InstanceView, "namespace" | "name" | "uid">,
  signal: AbortSignal,
): Promise<void> {
  const ref = instanceRef({ namespace, name });
  for (let attempts = 1; ; attempts++) {
    const live = await client.get(ref, { signal });
    if (!live || live.metadata.uid !== uid) return;
    const { finalizers, resourceVersion } = viewInstance(live);
    const rest = finalizers.filter((key) => key !== FINALIZER_PRUNE && key !== KUDO_CLEANUP_FINALIZER);
    if (rest.length === finalizers.length) return;
    try {
      const body = { metadata: { resourceVersion, finalizers: rest } };
      await client.patch(ref, "merge", body, { fieldManager: CLIENT_MANAGER, signal });
      return;
    } catch (error) {
      if (isClusterError(error, "notFound")) return;
      if (!isClusterError(error, "conflict") || attempts === 5) throw error;
    }
  }
}
