import { type BackoffOptions, backoffMs } from "../base/backoff.ts";
import { LONGEST_TIMER_MS } from "../base/clock.ts";

/** What a queue needs from outside. */
export interface WorkQueueOptions {
  /** Keys worked on at once. */
  readonly workers: number;
  readonly backoff: BackoffOptions;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What a pass over one key came to. */
export type WorkResult =
  | { readonly kind: "done" }
  /** Look again after this long, in milliseconds, unless something happens before. */
  | { readonly kind: "again"; readonly afterMs: number }
  /** Look again with back-off. */
  | { readonly kind: "retry" };

/** Every so many turns goes to the key that waits longest, so that urgent ones starve nobody. */
const OTHERS_TURN = 4;

/**
 * A queue of keys: each is worked on by one worker at a time, and once more when it was added meanwhile.
 *
 * A key that is idle leaves nothing behind but its timer and, while it fails, its count of failures.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #work: (key: string, signal: AbortSignal) => Promise<WorkResult>;
  readonly #ready = new Set<string>();
  /** Those of the ready ones that go first. */
  readonly #urgent = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly at: number }>();
  readonly #failures = new Map<string, number>();
  readonly #stop = new AbortController();
  #started = false;
  #turns = 0;

  /** @param work  must not throw: what it throws counts as `retry` */
  constructor(options: WorkQueueOptions, work: (key: string, signal: AbortSignal) => Promise<WorkResult>) {
    this.#options = options;
    this.#work = work;
  }

  /** Keys that wait for a worker. */
  get depth(): number {
    return this.#ready.size;
  }

  /** Begins to work; keys may be added before. */
  start(): void {
    this.#started = true;
    this.#dispatch();
  }

  /** Works on the key as soon as a worker is free; a planned later turn is dropped. */
  add(key: string): void {
    if (this.#stop.signal.aborted) return;
    this.#cancelTimer(key);
    this.#ready.add(key);
    this.#dispatch();
  }

  /** The same, before those that only wait to begin: work that is under way holds memory, and somebody waits for it. */
  addFirst(key: string): void {
    if (this.#stop.signal.aborted) return;
    this.#urgent.add(key);
    this.add(key);
  }

  /** Adds the key after a while; an earlier turn that is planned already stays. */
  addAfter(key: string, ms: number): void {
    if (this.#stop.signal.aborted || this.#ready.has(key)) return;
    const at = Date.now() + ms;
    const planned = this.#timers.get(key);
    if (planned && planned.at <= at) return;
    this.#cancelTimer(key);
    const timer = setTimeout(() => this.add(key), Math.min(ms, LONGEST_TIMER_MS));
    this.#timers.set(key, { timer, at });
  }

  /** Drops what is planned for a key that is gone. */
  forget(key: string): void {
    this.#cancelTimer(key);
    this.#ready.delete(key);
    this.#urgent.delete(key);
    this.#failures.delete(key);
  }

  /** Takes no more work, aborts what runs, and resolves when the last worker has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const key of [...this.#timers.keys()]) this.#cancelTimer(key);
    this.#ready.clear();
    this.#urgent.clear();
    await Promise.all(this.#running.values());
  }

  #dispatch(): void {
    if (!this.#started) return;
    while (this.#running.size < this.#options.workers) {
      const isOthersTurn = ++this.#turns % OTHERS_TURN === 0;
      const key = (isOthersTurn ? undefined : this.#next(this.#urgent)) ?? this.#next(this.#ready);
      if (key === undefined) return;
      this.#ready.delete(key);
      this.#urgent.delete(key);
      this.#running.set(key, this.#run(key));
    }
  }

  /** The oldest that is not being worked on. */
  #next(keys: ReadonlySet<string>): string | undefined {
    for (const key of keys) if (!this.#running.has(key)) return key;
    return undefined;
  }

  async #run(key: string): Promise<void> {
    let result: WorkResult;
    try {
      result = await this.#work(key, this.#stop.signal);
    } catch {
      result = { kind: "retry" }; // the work reports its own errors; here only the schedule counts
    }
    this.#running.delete(key);
    this.#plan(key, result);
    this.#dispatch();
  }

  #plan(key: string, result: WorkResult): void {
    if (result.kind !== "retry") this.#failures.delete(key);
    if (result.kind === "again") this.addAfter(key, result.afterMs);
    if (result.kind !== "retry") return;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.addAfter(key, backoffMs(failures, this.#options.random(), this.#options.backoff));
  }

  #cancelTimer(key: string): void {
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
  }
}
