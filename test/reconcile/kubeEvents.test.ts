import { expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { KubeEvents } from "../../src/reconcile/kubeEvents.ts";
import type { ReconcileEvent } from "../../src/reconcile/reconcileEvent.ts";

const instance = { namespace: "ns", name: "one" };
const started = (uid = "u1", reason = "created"): ReconcileEvent => ({
  kind: "planStarted",
  instance,
  plan: "deploy",
  uid,
  reason,
});
const finished = (event: Partial<Extract<ReconcileEvent, { kind: "planFinished" }>>): ReconcileEvent => ({
  kind: "planFinished",
  instance,
  plan: "deploy",
  status: "COMPLETE",
  durationMs: 1,
  ...event,
});
const noted = (message: string): ReconcileEvent => ({
  kind: "noted",
  instance,
  severity: "warning",
  reason: "IllegalChange",
  message,
});

/** Events written to a cluster, with a clock that a test moves. */
function world() {
  const written: string[] = [];
  let now = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ until: now + ms, wake: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  const create: ClusterClient["create"] = async (object) => {
    written.push(`${String(object.type)} ${String(object.reason)}: ${String(object.message)}`);
    return object;
  };
  const events = new KubeEvents({ client: { create }, clock, uidOf: () => "uid" });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 500; turn++) await Promise.resolve();
  };
  return {
    events,
    written,
    settle,
    pass: async (ms: number): Promise<void> => {
      const end = now + ms;
      while (now < end) {
        now += 200;
        for (const sleeper of sleepers.splice(0)) {
          if (sleeper.until <= now) sleeper.wake();
          else sleepers.push(sleeper);
        }
        await settle();
      }
    },
  };
}

test.each<[string, ReconcileEvent, readonly string[]]>([
  ["§4.6 PlanStarted", started(), ["Normal PlanStarted: plan 'deploy' has started, run u1"]],
  ["§4.6 a run that goes on after a restart starts nothing", started("u1", "resumed"), []],
  ["§4.6 PlanFinished", finished({}), ["Normal PlanFinished: plan 'deploy' is COMPLETE"]],
  [
    "§4.6 not on the fatal path: there is its reason",
    finished({ status: "FATAL_ERROR", reason: "TaskRenderingError", message: "no such key" }),
    ["Warning TaskRenderingError: plan 'deploy' ended in FATAL_ERROR: no such key"],
  ],
  ["a note", noted("why"), ["Warning IllegalChange: why"]],
  [
    "what only counts",
    { kind: "objectsApplied", instance, created: 1, configured: 0, unchanged: 0, deleted: 0, failed: 0 },
    [],
  ],
])("%s", async (_rule, event, expected) => {
  const { events, written, settle } = world();
  events.take(event);
  await settle();
  expect(written).toEqual(expected);
  await events.stop();
});

test("the same note is told once, each run every time", async () => {
  const { events, written, settle } = world();
  for (const event of [noted("a"), noted("a"), started("u1"), started("u2")]) events.take(event);
  await settle();
  expect(written).toHaveLength(3);
  await events.stop();
});

test("many plans at once are told at a pace, warnings before them, and the rest is dropped", async () => {
  const { events, written, settle, pass } = world();
  await pass(1_000_000);
  for (let run = 0; run < 1_000; run++) events.take(started(`u${run}`));
  events.take(noted("urgent"));
  await settle();
  expect(written).toHaveLength(101);
  await pass(10_000);
  expect(written).toHaveLength(151);
  await pass(60_000);
  expect(written).toHaveLength(202);
  events.take(started("later"));
  await settle();
  expect(written.at(-1)).toContain("run later");
  await events.stop();
});

test("stopping drops what waits", async () => {
  const { events, written } = world();
  for (let run = 0; run < 500; run++) events.take(started(`u${run}`));
  await events.stop();
  expect(written.length).toBeLessThan(5);
});
