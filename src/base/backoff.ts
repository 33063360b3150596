/** Bounds of an exponential back-off, in milliseconds. */
export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Delay before the next attempt, in milliseconds: doubles with each failure, is capped, and is spread
 * over the upper half so that many failing together do not return together.
 *
 * @param attempt  failures so far, from 1
 * @param random   in [0, 1)
 */
export function backoffMs(attempt: number, random: number, { baseMs, maxMs }: BackoffOptions): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}
