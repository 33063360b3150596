import { expect, test, vi } from "vitest";
import { LONGEST_TIMER_MS, systemClock } from "../../src/base/clock.ts";

test("a wait of more than 24 days does not end at once, and can be aborted", async () => {
  const warn = vi.spyOn(process, "emitWarning");
  const stop = new AbortController();
  const waiting = systemClock.sleep(LONGEST_TIMER_MS * 1000, stop.signal);
  const first = await Promise.race([waiting.then(() => "ended"), systemClock.sleep(20).then(() => "waits")]);
  expect([first, warn.mock.calls]).toEqual(["waits", []]);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  warn.mockRestore();
});
