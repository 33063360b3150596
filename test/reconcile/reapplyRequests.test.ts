import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { rejectOnAbort } from "../../src/base/rejectOnAbort.ts";
import type { ClusterClient, ListOptions, WatchEvent } from "../../src/cluster/clusterClient.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { createReconciler } from "../../src/reconcile/createReconciler.ts";
import type { Reconciler } from "../../src/reconcile/reconciler.ts";
import { renderAtOnce } from "../../src/render/renderer.ts";

const KEY = { namespace: "prod", name: "web" };

test("who asks for a reconcile hears no when another process holds the lease", async () => {
  const { reconciler } = await started({ leaseMs: 0 });
  await expect(reconciler.reapply(KEY)).rejects.toThrow("lease");
});

test("who asks for a reconcile hears of a namesake that took the instance's place", async () => {
  const { reconciler, see } = await started({ leaseMs: 60_000 });
  const answer = reconciler.reapply(KEY);
  see({ type: "MODIFIED", object: instance("second", "2") });
  await expect(answer).rejects.toThrow("deleted");
});

function instance(uid: string, resourceVersion: string): KubeObject {
  const spec = { operatorVersion: { name: "web-1.0.0" } };
  return {
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { ...KEY, uid, resourceVersion, generation: 1 },
    spec,
  };
}

/** A reconciler over a cluster of one Instance that never answers a request about it. */
async function started({ leaseMs }: { readonly leaseMs: number }): Promise<{
  readonly reconciler: Reconciler;
  readonly see: (event: WatchEvent) => void;
}> {
  const end = new AbortController();
  const next = Promise.withResolvers<WatchEvent>();
  const never = (): Promise<never> => rejectOnAbort(end.signal);
  const client = {
    get: never,
    patch: never,
    apply: never,
    list: async (type: { readonly kind: string }, { onPage }: ListOptions) => {
      const items = type.kind === "Instance" ? [instance("first", "1")] : [];
      onPage?.(items);
      return { items, resourceVersion: "1" };
    },
    async *watch(type: { readonly kind: string }, { signal }: { readonly signal?: AbortSignal }) {
      if (type.kind === "Instance") yield await next.promise;
      await rejectOnAbort(signal ?? end.signal);
    },
  } as unknown as ClusterClient;
  const { reconciler } = createReconciler({
    client,
    clock: systemClock,
    random: () => 0,
    log: silentLogger,
    emit: () => {},
    render: renderAtOnce,
    namespace: "lockstep",
    leaseMs: () => leaseMs,
    requestTimeoutMs: 30_000,
  });
  onTestFinished(async () => {
    end.abort();
    next.resolve({ type: "MODIFIED", object: instance("last", "9") });
    await reconciler.stop();
  });
  await reconciler.start();
  return { reconciler, see: next.resolve };
}
