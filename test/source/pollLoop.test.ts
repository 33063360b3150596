import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { nextCondition, nextDelayMs, PollLoop, type PollSchedule } from "../../src/source/pollLoop.ts";
import type { Snapshot } from "../../src/source/snapshot.ts";
import type { PollResult, RestoredSnapshot, Source } from "../../src/source/source.ts";
import { SourceError } from "../../src/source/sourceError.ts";

const tree = {
  paths: [],
  symlinks: [],
  read: async () => undefined,
  bytes: async () => undefined,
  size: async () => undefined,
  hash: async () => undefined,
};
const snapshot = (revision: string): Snapshot => ({ source: "fleet", revision, tree });
const failed: PollResult = {
  kind: "failed",
  error: new SourceError("unreachable", "http://git: gone", { hint: "start it" }),
};
const every: PollSchedule = { kind: "interval", intervalMs: 10_000 };
const cron: PollSchedule = { kind: "cron", expression: "0 0 3 * * *" };

describe("the delay to the next poll", () => {
  test.each([
    ["is the interval, less a tenth at most", every, 0, 0, 9_000],
    ["is the interval, and a tenth at most", every, 0, 1, 11_000],
    ["doubles with failures", every, 3, 1, 40_000],
    ["is spread over the upper half", every, 3, 0, 20_000],
    ["grows to two minutes", every, 20, 1, 120_000],
    [
      "is never shorter than a long interval's half",
      { kind: "interval", intervalMs: 600_000 },
      5,
      0,
      300_000,
    ],
    ["is for ever with cron", cron, 0, 0.5, 2 ** 31 - 1],
    ["is seconds after a failure with cron", cron, 1, 1, 5_000],
  ] as const)("%s", (_name, schedule, failures, random, expected) => {
    expect(nextDelayMs(schedule, failures, random)).toBe(expected);
  });
});

describe("the condition", () => {
  const pending = { state: "pending", message: "" } as const;
  const good = { state: "ok", message: "", revision: "a", fetchedAt: "then" } as const;
  test.each([
    [
      "a first snapshot",
      pending,
      { kind: "snapshot", snapshot: snapshot("a") },
      { ...good, fetchedAt: "now" },
    ],
    ["nothing new", good, { kind: "unchanged", revision: "a" }, good],
    ["a failure from the start", pending, failed, { state: "failed", message: "http://git: gone; start it" }],
    ["a failure later", good, failed, { ...good, state: "stale", message: "http://git: gone; start it" }],
  ] as const)("after %s", (_name, before, result, expected) => {
    const { error: _, ...rest } = nextCondition(before, result as PollResult, "now");
    expect(rest).toEqual(expected);
  });
});

/** A source that answers what is put in, and a clock that sleeps until told. */
function fixture(answers: PollResult[], restored?: RestoredSnapshot) {
  const log: string[] = [];
  let running = 0;
  const source: Source = {
    name: "fleet",
    url: "http://git",
    ref: undefined,
    restore: async () => restored,
    poll: async (signal) => {
      running++;
      log.push(running > 1 ? "overlap" : "poll");
      await turn();
      running--;
      signal.throwIfAborted();
      return answers.shift() ?? { kind: "unchanged", revision: "a" };
    },
    close: async () => void log.push("close"),
  };
  const sleeps: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        log.push("sleep");
        sleeps.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  const loop = new PollLoop({
    source,
    schedule: every,
    clock,
    random: () => 0,
    onResult: (result) => log.push(`${result.kind} ${loop.condition.state}`),
  });
  return { loop, log, wake: () => sleeps.shift()?.() };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

describe("the loop", () => {
  test("restores, polls at once, sleeps, polls again, and stops for good", async () => {
    const { loop, log, wake } = fixture([{ kind: "snapshot", snapshot: snapshot("b") }, failed], {
      snapshot: snapshot("a"),
      fetchedAt: "then",
    });
    loop.start();
    await settle();
    expect(log).toEqual(["snapshot stale", "poll", "snapshot ok", "sleep"]);
    wake();
    await settle();
    expect(log.slice(4)).toEqual(["poll", "failed stale", "sleep"]);
    await loop.stop();
    expect(log.slice(7)).toEqual(["close"]);
  });

  test("a poke wakes it, and during a poll asks for another", async () => {
    const { loop, log } = fixture([]);
    loop.start();
    await settle();
    loop.poke();
    await turn();
    loop.poke();
    loop.poke();
    await settle();
    expect(log.filter((line) => line === "poll").length).toBe(3);
    expect(log).not.toContain("overlap");
    await loop.stop();
  });

  test("stops in the middle of a poll", async () => {
    const { loop, log } = fixture([]);
    loop.start();
    await loop.stop();
    expect(log.at(-1)).toBe("close");
    expect(log).not.toContain("unchanged ok");
  });
});

test("a cron expression polls on its ticks", async () => {
  const polls: number[] = [];
  const source: Source = {
    name: "fleet",
    url: "",
    ref: undefined,
    restore: async () => undefined,
    poll: async () => ({ kind: "unchanged", revision: "a" }),
    close: async () => {},
  };
  const third = Promise.withResolvers<void>();
  const loop = new PollLoop({
    source,
    schedule: { kind: "cron", expression: "* * * * * *" },
    onResult: () => {
      if (polls.push(Date.now()) === 3) third.resolve();
    },
  });
  loop.start();
  await third.promise;
  await loop.stop();
  expect(polls.length).toBe(3);
});
