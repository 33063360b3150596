import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { isClusterError } from "../../cluster/clusterError.ts";
import { watchResources } from "../../cluster/watchResources.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { InstanceKey } from "../../object/ownership.ts";
import { KUDO_API_VERSION } from "../../sync/crds.ts";

/** What `look` answers when it has seen what it waits for. */
export interface Seen<T> {
  readonly value: T;
}

/**
 * Watches one Instance until `look` has seen what it waits for.
 *
 * @param look  called with each state of the Instance, and with `undefined` when it is gone; it may throw
 * @param timeoutMs  how long at most
 * @returns `undefined` when the time ran out
 * @throws ClusterError when the Instance may not be watched; an AbortError
 */
export async function watchInstance<T>(
  client: ClusterClient,
  { namespace, name }: InstanceKey,
  look: (object: KubeObject | undefined) => Seen<T> | undefined,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<T | undefined> {
  const stop = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<Seen<T> | undefined>();
  let isThere = false;
  let isSynced = false;
  const see = (object: KubeObject | undefined): void => {
    try {
      const seen = look(object);
      if (seen) resolve(seen);
    } catch (error) {
      reject(error);
    }
  };
  const { ended } = watchResources(
    client,
    { apiVersion: KUDO_API_VERSION, kind: "Instance" },
    { namespace },
    {
      onEvent: (type, object) => {
        if (object.metadata.name !== name) return;
        isThere = type !== "DELETED";
        if (isThere) see(object);
        else if (isSynced) see(undefined);
      },
      onSynced: () => {
        isSynced = true;
        if (!isThere) see(undefined);
      },
      onError: (error) => {
        if (isClusterError(error, "forbidden", "unauthorized")) reject(error);
      },
    },
    AbortSignal.any([stop.signal, signal]),
  );
  const timer = setTimeout(() => resolve(undefined), timeoutMs);
  try {
    return (await Promise.race([promise, ended.then(() => undefined)]))?.value;
  } finally {
    clearTimeout(timer);
    stop.abort();
    await ended;
    signal.throwIfAborted();
  }
}
