import { type Clock, systemClock } from "../base/clock.ts";
import { isAbort, messageOf } from "../base/errors.ts";
import { asObject, asString, type JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { ClusterClient } from "./clusterClient.ts";
import { isClusterError } from "./clusterError.ts";

/** Which Lease is held, by whom and for how long. */
export interface LeaseOptions {
  readonly namespace: string;
  readonly name: string;
  /** Who we are, unique for each process that may hold it. */
  readonly holder: string;
  /** True when that holder is known to be no more: then nobody waits for its lease to run out. */
  readonly isGone?: (holder: string) => boolean;
  /** How long it is valid after a renewal. Default 60 s. */
  readonly durationMs?: number;
  /** How often it is renewed. Default a third of the duration. */
  readonly renewMs?: number;
  readonly clock?: Clock;
  /** Called when another holder is waited for, and again when it is another one. */
  readonly onWaiting?: (holder: string) => void;
  /** Called when a request failed; it is tried again, when the lease is ours only while it is valid. */
  readonly onError?: (error: unknown) => void;
}

/** A lease that we hold until it is released or lost. */
export interface HeldLease {
  /** How long we may still take ourselves for its only holder, in milliseconds; 0 when it is lost. */
  validForMs(): number;
  /** Resolves with why when somebody else took it or it ran out; never after a release. */
  readonly lost: Promise<string>;
  /** Stops renewing and gives it back, so that the next holder need not wait. */
  release(): Promise<void>;
}

const DEFAULT_DURATION_MS = 60_000;
/** How often a lease that another holds is looked at, in milliseconds. */
const LOOK_MS = 2000;
/** Wait after a renewal that failed, in milliseconds. */
const RETRY_MS = 1000;

/** A lease as it was read, and since when it has not changed by our own clock. */
interface Observation {
  readonly object: KubeObject | undefined;
  readonly sinceMs: number;
}

/**
 * Waits until the lease is free, takes it and keeps renewing it.
 *
 * Another holder's lease counts as free when it was not renewed for its whole duration *while we watched*: clocks of
 * two machines are never compared. Failures of the API server are waited out; refusals (403, 422) are thrown.
 */
export async function acquireLease(
  client: ClusterClient,
  options: LeaseOptions,
  signal: AbortSignal,
): Promise<HeldLease> {
  const { clock = systemClock, holder, onWaiting } = options;
  let seen: Observation = { object: undefined, sinceMs: 0 };
  let waitingFor: string | undefined;
  for (;;) {
    const sentAt = clock.now();
    const taken = await lookAndTake(client, options, seen, signal);
    if (taken.kind === "held") return holdLease(client, options, taken.object, sentAt);
    seen = taken.seen;
    const other = holderOf(seen.object);
    if (other && other !== holder && other !== waitingFor) onWaiting?.(other);
    waitingFor = other;
    await clock.sleep(LOOK_MS, signal);
  }
}

type Attempt =
  | { readonly kind: "held"; readonly object: KubeObject }
  | { readonly kind: "waiting"; readonly seen: Observation };

async function lookAndTake(
  client: ClusterClient,
  options: LeaseOptions,
  before: Observation,
  signal: AbortSignal,
): Promise<Attempt> {
  const now = (options.clock ?? systemClock).now();
  try {
    const object = await client.get(leaseRef(options), { signal });
    if (!object) {
      const fresh = leaseObject(options, undefined, now);
      return { kind: "held", object: await client.create(fresh, { signal }) };
    }
    const isUnchanged = object.metadata.resourceVersion === before.object?.metadata.resourceVersion;
    const seen = { object, sinceMs: isUnchanged ? before.sinceMs : now };
    if (!isFree(object, options, now - seen.sinceMs)) return { kind: "waiting", seen };
    return { kind: "held", object: await client.update(leaseObject(options, object, now), { signal }) };
  } catch (error) {
    if (!isWorthWaiting(error)) throw error;
    // A conflict only means that somebody was faster: look again.
    if (!isClusterError(error, "conflict")) options.onError?.(error);
    return { kind: "waiting", seen: before };
  }
}

/** Refusals stay refusals; a namespace that is missing is for the caller to make. */
function isWorthWaiting(error: unknown): boolean {
  return (
    isClusterError(error) &&
    error.retryable &&
    !isClusterError(error, "forbidden", "unauthorized", "notFound")
  );
}

function isFree(object: KubeObject, { holder, isGone }: LeaseOptions, unchangedMs: number): boolean {
  const other = holderOf(object);
  if (!other || other === holder || isGone?.(other)) return true;
  const seconds = asObject(object.spec).leaseDurationSeconds;
  return unchangedMs > (typeof seconds === "number" ? seconds * 1000 : DEFAULT_DURATION_MS);
}

function holdLease(
  client: ClusterClient,
  options: LeaseOptions,
  taken: KubeObject,
  takenAt: number,
): HeldLease {
  const { clock = systemClock, holder } = options;
  const durationMs = options.durationMs ?? DEFAULT_DURATION_MS;
  const renewMs = options.renewMs ?? durationMs / 3;
  const stopped = new AbortController();
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  let object = taken;
  /** Counted from before the request that renewed it was sent. */
  let validUntil = takenAt + durationMs;

  const lose = (why: string): void => {
    validUntil = 0;
    resolve(why);
  };

  /** Answers how long to wait before the next renewal; `undefined` when the lease is lost. */
  const renew = async (): Promise<number | undefined> => {
    const sentAt = clock.now();
    try {
      object = await client.update(leaseObject(options, object, sentAt), { signal: stopped.signal });
      validUntil = sentAt + durationMs;
      return renewMs;
    } catch (error) {
      if (stopped.signal.aborted) return undefined;
      options.onError?.(error);
      const other = isClusterError(error, "conflict", "notFound") ? await reread() : undefined;
      if (other !== undefined) lose(`taken by ${other}`);
      else if (clock.now() >= validUntil) lose(`not renewed in time: ${messageOf(error)}`);
      else return RETRY_MS;
      return undefined;
    }
  };

  /** Somebody wrote the lease: who holds it now, unless it is still us. */
  const reread = async (): Promise<string | undefined> => {
    const now = await client.get(leaseRef(options), { signal: stopped.signal }).catch(() => object);
    if (!now) return "nobody: it was deleted";
    object = now;
    const other = holderOf(now);
    return other === holder ? undefined : (other ?? "nobody");
  };

  const renewing = (async () => {
    let waitMs: number | undefined = renewMs;
    while (waitMs !== undefined && !stopped.signal.aborted) {
      await clock.sleep(waitMs, stopped.signal);
      waitMs = await renew();
    }
  })().catch((error: unknown) => {
    if (!isAbort(error)) lose(messageOf(error));
  });

  return {
    validForMs: () => Math.max(0, validUntil - clock.now()),
    lost,
    async release() {
      stopped.abort();
      await renewing;
      if (validUntil === 0) return;
      validUntil = 0;
      const given = leaseObject({ ...options, holder: "", durationMs: 1000 }, object, clock.now());
      // Not reached: it runs out by itself.
      await client.update(given).catch(() => {});
    },
  };
}

function leaseRef({ namespace, name }: LeaseOptions): ObjectRef {
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace, name };
}

function holderOf(object: KubeObject | undefined): string | undefined {
  return asString(asObject(object?.spec).holderIdentity) || undefined;
}

/** The lease as we would have it; its resource version, when it has one, guards the write. */
function leaseObject(options: LeaseOptions, before: KubeObject | undefined, now: number): KubeObject {
  const { namespace, name, holder, durationMs = DEFAULT_DURATION_MS } = options;
  const spec = asObject(before?.spec);
  const time = `${new Date(now).toISOString().slice(0, -1)}000Z`;
  const isOurs = spec.holderIdentity === holder;
  const transitions = typeof spec.leaseTransitions === "number" ? spec.leaseTransitions : 0;
  const renewed: JsonObject = {
    holderIdentity: holder,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    renewTime: time,
    acquireTime: isOurs ? spec.acquireTime : time,
    leaseTransitions: !before || isOurs || holder === "" ? transitions : transitions + 1,
  };
  const { apiVersion, kind } = leaseRef(options);
  const { resourceVersion, uid, labels, annotations } = before?.metadata ?? {};
  const kept = {
    ...(resourceVersion && { resourceVersion }),
    ...(uid && { uid }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  };
  return { apiVersion, kind, metadata: { namespace, name, ...kept }, spec: renewed };
}
