import { randomUUID } from "node:crypto";
import { IndexStore } from "../apply/indexStore.ts";
import type { ObjectSchemas } from "../apply/objectSchemas.ts";
import { PackageStore } from "../apply/packageStore.ts";
import { RecentCrds } from "../apply/recentCrds.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { Render } from "../render/renderer.ts";
import { DriftMonitor } from "./driftMonitor.ts";
import { InstanceCache } from "./instanceCache.ts";
import { ObjectTracker } from "./objectTracker.ts";
import { PackageCache } from "./packageCache.ts";
import type { EmitEvent } from "./reconcileEvent.ts";
import { type ObserveObject, Reconciler } from "./reconciler.ts";

/** What the whole reconciling side needs from outside. */
export interface ReconcilerOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly emit: EmitEvent;
  readonly render: Render;
  /** Where packages are stored. */
  readonly namespace: string;
  readonly leaseMs: () => number;
  readonly requestTimeoutMs: number;
  readonly schemas?: ObjectSchemas;
  /** Default 8: more only queue up at the API server. */
  readonly workers?: number;
  readonly onInstance?: ObserveObject;
  readonly onOperatorVersion?: ObserveObject;
}

/** The reconciling side, joined: the loop and what others read from it. */
export interface ReconcileSide {
  readonly reconciler: Reconciler;
  readonly instances: InstanceCache;
  readonly indexes: IndexStore;
  readonly packages: PackageCache;
  readonly tracker: ObjectTracker;
  readonly drift: DriftMonitor;
}

/** Builds everything that one life of a leader needs; nothing starts before `reconciler.start()`. */
export function createReconciler(options: ReconcilerOptions): ReconcileSide {
  const { client, clock, emit } = options;
  const indexes = new IndexStore(client);
  const packages = new PackageCache(new PackageStore(client, options.namespace));
  const instances = new InstanceCache();
  const drift = new DriftMonitor({
    client,
    clock,
    indexes,
    // An object that is missing, or back, changes whether its instance is ready.
    emit: (event) => {
      emit(event);
      if (event.kind === "driftFound" || event.kind === "driftGone") reconciler.touch(event.instance);
    },
    indexOf: (key) => reconciler.indexOf(key),
    isBusy: (key) => reconciler.isBusy(key),
  });
  const tracker = new ObjectTracker({
    client,
    now: () => clock.now(),
    onChange: (change) => reconciler.objectChanged(change),
    onError: (resource, message) => emit({ kind: "watchFailed", resource, message }),
  });
  const { namespace: _, workers = 8, ...shared } = options;
  const reconciler: Reconciler = new Reconciler({
    ...shared,
    workers,
    indexes,
    packages,
    instances,
    tracker,
    drift,
    recentCrds: new RecentCrds(clock),
    newUid: () => randomUUID(),
  });
  return { reconciler, instances, indexes, packages, tracker, drift };
}
