/** Reverts of one object within the window before it has to wait: another program that insists must not race with us. */
const MAX_REVERTS = 5;
const WINDOW_MS = 60_000;

/** Counts how often objects were written back lately. */
export class RevertThrottle {
  readonly #times = new Map<string, readonly number[]>();

  /** True when the object may be written back now, which is then counted. */
  admit(key: string, now: number): boolean {
    this.#forget(now);
    const times = this.#times.get(key) ?? [];
    if (times.length >= MAX_REVERTS) return false;
    this.#times.set(key, [...times, now]);
    return true;
  }

  #forget(now: number): void {
    for (const [key, times] of this.#times) {
      const recent = times.filter((time) => now - time < WINDOW_MS);
      if (recent.length === 0) this.#times.delete(key);
      else this.#times.set(key, recent);
    }
  }
}
