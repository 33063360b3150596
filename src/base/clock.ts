import { setTimeout as delay } from "node:timers/promises";

/** Time as a collaborator, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with an AbortError when the signal fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest wait of a timer, 24 days: a longer one would end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    let left = ms;
    for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS)
      await delay(LONGEST_TIMER_MS, undefined, signal ? { signal } : {});
    await delay(left, undefined, signal ? { signal } : {});
  },
};

/** RFC 3339 in UTC with whole seconds, the form Kubernetes writes: `2026-11-21T10:11:12Z`. */
export function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
