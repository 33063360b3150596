import { expect, test } from "vitest";
import { WorkQueue, type WorkResult } from "../../src/reconcile/workQueue.ts";

const options = { workers: 2, backoff: { baseMs: 1, maxMs: 4 }, random: () => 0 };

function recorder(results: Record<string, WorkResult[]> = {}) {
  const log: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  let most = 0;
  let now = 0;
  const queue = new WorkQueue(options, async (key) => {
    most = Math.max(most, ++now);
    log.push(key);
    await gates.get(key)?.promise;
    now--;
    return results[key]?.shift() ?? { kind: "done" };
  });
  return {
    queue,
    log,
    hold: (key: string) => gates.set(key, Promise.withResolvers()).get(key),
    most: () => most,
  };
}

const turn = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("a key that is added while it runs runs once more, never twice at a time", async () => {
  const { queue, log, hold, most } = recorder();
  const gate = hold("a");
  queue.start();
  queue.add("a");
  queue.add("a");
  queue.add("a");
  await turn();
  expect(log).toEqual(["a"]);
  gate?.resolve();
  await turn();
  expect([log, most()]).toEqual([["a", "a"], 1]);
  await queue.stop();
});

test("as many keys run at once as there are workers", async () => {
  const { queue, log, hold, most } = recorder();
  const gates = ["a", "b", "c"].map(hold);
  for (const key of ["a", "b", "c"]) queue.add(key);
  expect([log, queue.depth]).toEqual([[], 3]);
  queue.start();
  await turn();
  expect([log, queue.depth]).toEqual([["a", "b"], 1]);
  for (const gate of gates) gate?.resolve();
  await turn();
  expect([log, most()]).toEqual([["a", "b", "c"], 2]);
  await queue.stop();
});

test("a failed key comes back, one that looks again too", async () => {
  const { queue, log } = recorder({ a: [{ kind: "retry" }, { kind: "again", afterMs: 1 }] });
  queue.start();
  queue.add("a");
  await turn(40);
  expect(log).toEqual(["a", "a", "a"]);
  await queue.stop();
});

test("stop waits for what runs, and takes nothing more", async () => {
  const { queue, log, hold } = recorder();
  const gate = hold("a");
  queue.start();
  queue.add("a");
  let stopped = false;
  const stopping = queue.stop().then(() => {
    stopped = true;
  });
  queue.add("b");
  await turn();
  expect(stopped).toBe(false);
  gate?.resolve();
  await stopping;
  expect(log).toEqual(["a"]);
});

test("a forgotten key does not come back", async () => {
  const { queue, log } = recorder();
  queue.start();
  queue.addAfter("a", 5);
  queue.forget("a");
  await turn(20);
  expect(log).toEqual([]);
  await queue.stop();
});

test("what is added first goes before what waits, and starves nobody", async () => {
  const { queue, log, hold } = recorder();
  const gates = ["x", "y"].map(hold);
  for (const key of ["x", "y"]) queue.add(key);
  queue.start();
  await turn();
  for (const key of ["a", "b", "c"]) queue.add(key);
  for (const key of ["c", "d", "e", "f", "g"]) queue.addFirst(key);
  for (const gate of gates) gate?.resolve();
  await turn();
  const [, , ...order] = log;
  expect(order.slice(0, 1)).toEqual(["c"]);
  expect(order.indexOf("a")).toBeLessThan(order.indexOf("g"));
  expect([...order].sort()).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  await queue.stop();
});
