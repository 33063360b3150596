import { createTask, type ScheduledTask } from "node-cron";
import { backoffMs } from "../base/backoff.ts";
import { type Clock, rfc3339, systemClock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import type { PollResult, Source } from "./source.ts";
import type { SourceError } from "./sourceError.ts";

/** When to look: a timer with jitter, or a cron expression of six fields. */
export type PollSchedule =
  | { readonly kind: "interval"; readonly intervalMs: number }
  | { readonly kind: "cron"; readonly expression: string; readonly timeZone?: string };

/** How a source stands, for people. */
export interface SourceCondition {
  /** ok: seen and good; stale: an older good revision works on; failed: nothing to work with; pending: not looked yet. */
  readonly state: "ok" | "stale" | "failed" | "pending";
  /** What is wrong and what to do; empty when all is well. */
  readonly message: string;
  readonly revision?: string;
  /** RFC 3339, when that revision came. */
  readonly fetchedAt?: string;
  readonly error?: SourceError;
}

/** What is polled, when, and who hears of it. */
export interface PollLoopOptions {
  readonly source: Source;
  readonly schedule: PollSchedule;
  /**
   * Told after the last good snapshot of an earlier life was restored and after each poll, once the condition is up to
   * date. Must not throw; the next poll does not wait for work started here.
   */
  readonly onResult: (result: PollResult) => void;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Share of the interval by which a poll may come earlier or later. */
const JITTER = 0.1;
const RETRY_MAX_MS = 120_000;
const CRON_RETRY_BASE_MS = 5_000;
/** The longest that a timer takes. */
const FOREVER_MS = 2 ** 31 - 1;

const quiet = { info() {}, warn() {}, error() {}, debug() {} };

/** Polls one source for as long as it runs; never twice at a time. */
export class PollLoop {
  readonly #options: PollLoopOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  #condition: SourceCondition = { state: "pending", message: "not read yet" };
  #failures = 0;
  #poked = false;
  #wake = new AbortController();
  #cron: ScheduledTask | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PollLoopOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  get condition(): SourceCondition {
    return this.#condition;
  }

  /** Begins with a poll at once. */
  start(): void {
    if (this.#running !== undefined) return;
    const { schedule } = this.#options;
    if (schedule.kind === "cron") {
      const { expression, timeZone } = schedule;
      const options = { logger: quiet, ...(timeZone !== undefined && { timezone: timeZone }) };
      this.#cron = createTask(expression, () => this.poke(), options);
      void this.#cron.start();
    }
    this.#running = this.#run();
  }

  /** Asks for a poll now; during a poll, for another one right after it. */
  poke(): void {
    this.#poked = true;
    this.#wake.abort();
  }

  /** Resolves when nothing runs any more; the source's connections are closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#cron?.destroy();
    await this.#running;
    await this.#options.source.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      await this.#restore(signal);
      while (!signal.aborted) {
        this.#poked = false;
        this.#record(await this.#options.source.poll(signal));
        await this.#sleep();
      }
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) throw error;
    }
  }

  async #restore(signal: AbortSignal): Promise<void> {
    const restored = await this.#options.source.restore(signal);
    if (!restored) return;
    const { snapshot, fetchedAt } = restored;
    this.#condition = {
      state: "stale",
      message: "restored from the last run; not checked yet",
      revision: snapshot.revision,
      fetchedAt,
    };
    this.#options.onResult({ kind: "snapshot", snapshot });
  }

  #record(result: PollResult): void {
    this.#failures = result.kind === "failed" ? this.#failures + 1 : 0;
    this.#condition = nextCondition(this.#condition, result, rfc3339(this.#clock.now()));
    this.#options.onResult(result);
  }

  async #sleep(): Promise<void> {
    this.#wake = new AbortController();
    if (this.#poked || this.#stopping.signal.aborted) return;
    const ms = nextDelayMs(this.#options.schedule, this.#failures, this.#random());
    try {
      await this.#clock.sleep(ms, this.#wake.signal);
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
}

/** The condition after a poll. */
export function nextCondition(before: SourceCondition, result: PollResult, now: string): SourceCondition {
  switch (result.kind) {
    case "snapshot":
      return { state: "ok", message: "", revision: result.snapshot.revision, fetchedAt: now };
    case "unchanged":
      return {
        state: "ok",
        message: "",
        revision: result.revision,
        fetchedAt: (before.revision === result.revision && before.fetchedAt) || now,
      };
    case "failed": {
      const { error } = result;
      const { revision, fetchedAt } = before;
      return {
        state: revision === undefined ? "failed" : "stale",
        message: [error.message, error.hint].filter(Boolean).join("; "),
        error,
        ...(revision !== undefined && { revision }),
        ...(fetchedAt !== undefined && { fetchedAt }),
      };
    }
  }
}

/** Milliseconds to the next poll; with cron and no failure the next tick wakes us. */
export function nextDelayMs(schedule: PollSchedule, failures: number, random: number): number {
  if (schedule.kind === "cron") {
    if (failures === 0) return FOREVER_MS;
    return backoffMs(failures, random, { baseMs: CRON_RETRY_BASE_MS, maxMs: RETRY_MAX_MS });
  }
  const { intervalMs } = schedule;
  if (failures === 0) return Math.round(intervalMs * (1 - JITTER + 2 * JITTER * random));
  return backoffMs(failures, random, { baseMs: intervalMs, maxMs: Math.max(intervalMs, RETRY_MAX_MS) });
}
