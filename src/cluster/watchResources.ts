import { type BackoffOptions, backoffMs } from "../base/backoff.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ClusterClient } from "./clusterClient.ts";
import { ClusterError, isClusterError } from "./clusterError.ts";
import { type KindRef, type ResourceEventType, trackResources } from "./trackResources.ts";

/** Which objects of a kind are watched. */
export interface WatchOptions {
  readonly labelSelector?: string;
  /** Default: all namespaces. */
  readonly namespace?: string;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** None of them may throw: that would be a bug, ends the watch and rejects `ended`. */
export interface WatchHandlers {
  /**
   * Called for each object when it is first seen, each time it has changed, and once when it is gone from what is
   * watched, be it deleted or no longer selected. A DELETED that only its absence from a later list has shown carries
   * nothing but the object's identity. The object is not kept here.
   */
  onEvent(type: ResourceEventType, object: KubeObject): void;
  /** Called once, when everything that existed has been seen; a kind that is not served has nothing to see. */
  onSynced?(): void;
  /** Called with what broke before each new attempt. Nothing needs to be done. */
  onError?(error: unknown): void;
}

/** A watch that runs. */
export interface ResourceWatch {
  /** Resolves with `onSynced`; rejects when the watch ends before. */
  readonly whenSynced: Promise<void>;
  /** Resolves when the signal has ended it. */
  readonly ended: Promise<void>;
}

const BACKOFF: BackoffOptions = { baseMs: 250, maxMs: 30_000 };
/** For a kind that the server does not serve: it may come with a CustomResourceDefinition. */
const ABSENT_BACKOFF: BackoffOptions = { baseMs: 1000, maxMs: 10_000 };
/** A round that lived so long was healthy: what ends it counts as the first failure. */
const HEALTHY_MS = 10_000;

/**
 * Lists a kind, then watches it from there for ever, through disconnects, expired resource versions and absence.
 *
 * At rest it sends nothing but a new watch whenever the server has ended the last one, some minutes each.
 */
export function watchResources(
  client: ClusterClient,
  type: KindRef,
  options: WatchOptions,
  handlers: WatchHandlers,
  signal: AbortSignal,
): ResourceWatch {
  const { promise: whenSynced, resolve, reject } = Promise.withResolvers<void>();
  whenSynced.catch(() => {}); // who does not wait for it need not handle it
  let isSynced = false;
  const onSynced = (): void => {
    if (!isSynced) handlers.onSynced?.();
    isSynced = true;
    resolve();
  };
  const ended = follow(client, type, options, { ...handlers, onSynced }, signal);
  ended.then(() => reject(signal.reason), reject);
  return { whenSynced, ended };
}

async function follow(
  client: ClusterClient,
  type: KindRef,
  options: WatchOptions,
  handlers: WatchHandlers & { onSynced(): void },
  signal: AbortSignal,
): Promise<void> {
  const { clock = systemClock, random = Math.random } = options;
  const selection = selectionOf(options, signal);
  const tracked = trackResources(type, handlers.onEvent);
  /** Where to watch from; `undefined` asks for a list. */
  let position: string | undefined;
  let failures = 0;

  const round = async (): Promise<void> => {
    if (position === undefined) {
      const sweep = tracked.sweep();
      const { items, resourceVersion } = await client.list(type, { ...selection, onPage: sweep.take });
      sweep.take(items);
      sweep.finish();
      position = resourceVersion;
      handlers.onSynced();
    }
    for await (const event of client.watch(type, { ...selection, resourceVersion: position })) {
      failures = 0;
      position = event.type === "BOOKMARK" ? event.resourceVersion : tracked.take(event.type, event.object);
    }
  };

  /** What to do about the end of a round, and how long to wait before the next. */
  const recover = (error: unknown): number => {
    if (isClusterError(error, "unknownKind", "notFound")) {
      position = undefined;
      tracked.sweep().finish();
      handlers.onSynced();
      return backoffMs(failures, random(), ABSENT_BACKOFF);
    }
    const wait = backoffMs(failures, random(), BACKOFF);
    if (error === undefined) return failures > 1 ? wait : 0; // the server ends watches in good order, too
    handlers.onError?.(error);
    if (isClusterError(error, "gone")) {
      position = undefined;
      return failures > 1 ? wait : 0;
    }
    return Math.max(wait, error instanceof ClusterError ? (error.retryAfterMs ?? 0) : 0);
  };

  while (!signal.aborted) {
    const startedAt = clock.now();
    const error = await round().catch((thrown: unknown) => thrown);
    if (signal.aborted) return;
    if (tracked.broken) throw tracked.broken.error;
    if (clock.now() - startedAt >= HEALTHY_MS) failures = 0;
    failures++;
    const waitMs = recover(error);
    if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => {}); // aborted: the loop sees it
  }
}

function selectionOf({ labelSelector, namespace }: WatchOptions, signal: AbortSignal) {
  return { signal, ...(labelSelector && { labelSelector }), ...(namespace && { namespace }) };
}
