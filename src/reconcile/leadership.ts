import { backoffMs } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import { isAbort, messageOf } from "../base/errors.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { acquireLease, type HeldLease } from "../cluster/lease.ts";
import type { LeaseHolder } from "../cluster/leaseHolder.ts";
import type { EmitEvent } from "./reconcileEvent.ts";

/** What being the one writer takes. */
export interface LeadershipOptions {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly holder: LeaseHolder;
  /** Of the installation. */
  readonly namespace: string;
  readonly emit: EmitEvent;
  /** The lease was lost and is ours again: others may have written meanwhile. */
  readonly onRegained: () => void;
}

const LEASE_NAME = "lockstep";
const RETRY = { baseMs: 1_000, maxMs: 15_000 };

/** One Lease per installation: holds it, and takes it again when it was lost. Its renewal is the one request at rest. */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #lease: HeldLease | undefined;
  #waitingFor: string | undefined;
  #problem: string | undefined;
  #running: Promise<void> | undefined;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#first.promise.catch(() => {}); // whoever waits for it handles it
  }

  /** Milliseconds that the lease is ours for certain. */
  leaseMs(): number {
    return this.#lease?.validForMs() ?? 0;
  }

  /** Who holds the lease while we wait for it. */
  get waitingFor(): string | undefined {
    return this.leaseMs() > 0 ? undefined : this.#waitingFor;
  }

  /** Why the lease could not even be asked for, the last time it was tried. */
  get problem(): string | undefined {
    return this.leaseMs() > 0 ? undefined : this.#problem;
  }

  /** Begins to ask for the lease; resolves when it is ours for the first time. */
  start(): Promise<void> {
    this.#running ??= this.#run();
    return this.#first.promise;
  }

  /** Gives the lease back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#lease?.release();
    this.#lease = undefined;
  }

  async #run(): Promise<void> {
    const { emit, holder, onRegained } = this.#options;
    const { signal } = this.#stop;
    for (let held = 0; !signal.aborted; ) {
      const lease = await this.#acquire(signal);
      if (!lease) break;
      this.#lease = lease;
      this.#waitingFor = undefined;
      this.#problem = undefined;
      emit({ kind: "leaseChanged", held: true, holder: holder.holder });
      if (held++ === 0) this.#first.resolve();
      else onRegained();
      const stopped = new Promise<undefined>((resolve) =>
        signal.addEventListener("abort", () => resolve(undefined), { once: true }),
      );
      const why = await Promise.race([lease.lost, stopped]);
      if (why === undefined) break;
      this.#lease = undefined;
      emit({ kind: "leaseChanged", held: false, holder: why });
    }
    this.#first.reject(signal.reason);
  }

  async #acquire(signal: AbortSignal): Promise<HeldLease | undefined> {
    const { client, clock, random, namespace, holder, emit } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        return await acquireLease(
          client,
          {
            namespace,
            name: LEASE_NAME,
            holder: holder.holder,
            isGone: (other) => holder.isGone(other),
            clock,
            onWaiting: (other) => {
              this.#waitingFor = other;
            },
          },
          signal,
        );
      } catch (error) {
        if (isAbort(error) || signal.aborted) return undefined;
        this.#problem = messageOf(error);
        emit({
          kind: "watchFailed",
          resource: `Lease/${namespace}/${LEASE_NAME}`,
          message: messageOf(error),
        });
        await clock.sleep(backoffMs(attempt, random(), RETRY), signal).catch(() => {}); // the signal ends the loop
      }
    }
    return undefined;
  }
}
