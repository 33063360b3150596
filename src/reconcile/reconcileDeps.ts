import type { ApplyContext } from "../apply/applyContext.ts";
import type { IndexStore } from "../apply/indexStore.ts";
import type { ObjectSchemas } from "../apply/objectSchemas.ts";
import type { RecentCrds } from "../apply/recentCrds.ts";
import type { Clock } from "../base/clock.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";
import type { Render } from "../render/renderer.ts";
import type { DriftMonitor } from "./driftMonitor.ts";
import type { InstanceCache } from "./instanceCache.ts";
import type { InstanceMemory } from "./instanceMemory.ts";
import type { InstanceView } from "./instanceView.ts";
import type { ObjectTracker } from "./objectTracker.ts";
import type { PackageCache } from "./packageCache.ts";
import type { EmitEvent } from "./reconcileEvent.ts";

/** Everything that a pass over an instance works with. */
export interface ReconcileDeps {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly indexes: IndexStore;
  readonly packages: PackageCache;
  readonly instances: InstanceCache;
  readonly tracker: ObjectTracker;
  readonly drift: DriftMonitor;
  readonly recentCrds: RecentCrds;
  readonly schemas?: ObjectSchemas;
  readonly emit: EmitEvent;
  readonly render: Render;
  /** Milliseconds that the Lease is ours for certain; writes need more than a request may take. */
  readonly leaseMs: () => number;
  /** How long one request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly newUid: () => string;
  /** The other instances: an instance and its children have to do with each other. */
  readonly family: Family;
  /** The controllers' lifetime: watches on owned kinds outlive a pass. */
  readonly lifetime: AbortSignal;
}

/** What a pass may ask, and do, about another instance; costs no request. */
export interface Family {
  memory(key: InstanceKey): InstanceMemory | undefined;
  /** Looks at the instance soon. */
  touch(key: InstanceKey): void;
}

/** One pass over one instance: what it is, what is known of it, until when. */
export interface Pass {
  readonly deps: ReconcileDeps;
  readonly view: InstanceView;
  readonly memory: InstanceMemory;
  readonly signal: AbortSignal;
}

/** True while a write that starts now is over before another process may become the writer. */
export function mayWrite({ leaseMs, requestTimeoutMs }: ReconcileDeps): boolean {
  return leaseMs() > requestTimeoutMs;
}

/** What the apply functions need to act for this instance. */
export function applyContext(pass: Pass, operator: ApplyContext["operator"]): ApplyContext {
  const { deps, view, signal } = pass;
  return {
    client: deps.client,
    clock: deps.clock,
    instance: { namespace: view.namespace, name: view.name, uid: view.uid },
    operator,
    live: (ref) => deps.tracker.live(ref, deps.drift.isDrifted(view, ref)),
    recentCrds: deps.recentCrds,
    ...(deps.schemas && { schemas: deps.schemas }),
    signal,
  };
}

/** Reference to the custom resource itself. */
export function instanceRef({ namespace, name }: InstanceView): ObjectRef {
  return { apiVersion: "kudo.dev/v1beta1", kind: "Instance", namespace, name };
}
