import { expect, test } from "vitest";
import type { ClusterClient, WatchEvent } from "../../src/cluster/clusterClient.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { type ObjectChange, ObjectTracker } from "../../src/reconcile/objectTracker.ts";

/** A Job in one of its lives. */
function job(uid: string, resourceVersion: string, isComplete: boolean): KubeObject {
  const conditions = isComplete ? [{ type: "Complete", status: "True" }] : [];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { namespace: "ns", name: "migrate", uid, resourceVersion },
    spec: {},
    status: { conditions },
  };
}

/** A tracker whose watch tells what the test hands in. */
function tracking() {
  const lines: ((line: WatchEvent) => void)[] = [];
  const changes: ObjectChange[] = [];
  const stop = new AbortController();
  const ended = Promise.withResolvers<void>();
  stop.signal.addEventListener("abort", () => ended.resolve());
  const client = {
    list: async () => ({ items: [job("first", "5", true)], resourceVersion: "5" }),
    async *watch() {
      for (;;) {
        const { promise, resolve } = Promise.withResolvers<WatchEvent>();
        lines.push(resolve);
        const line = await Promise.race([promise, ended.promise]);
        if (!line) return;
        yield line;
      }
    },
  } as unknown as ClusterClient;
  const tracker = new ObjectTracker({
    client,
    now: () => 0,
    onChange: (change) => changes.push(change),
    onError: () => {},
  });
  const tell = async (line: WatchEvent): Promise<void> => {
    await expect.poll(() => lines.length).toBeGreaterThan(0);
    lines.shift()?.(line);
    await expect.poll(() => lines.length).toBeGreaterThan(0);
  };
  return { tracker, tell, changes, stop };
}

test("late lines of an object's earlier life do not hide the object that we have just made", async () => {
  const { tracker, tell, changes, stop } = tracking();
  const ref = refOf(job("", "", false));
  await tracker.watch(ref, stop.signal);
  expect(tracker.health(ref)).toMatchObject({ status: "Healthy" });
  tracker.noteWritten(job("second", "20", false));
  changes.length = 0;
  await tell({ type: "MODIFIED", object: job("first", "7", true) });
  await tell({ type: "DELETED", object: job("first", "19", true) });
  expect(tracker.live(ref, false)).toMatchObject({ uid: "second" });
  expect(tracker.health(ref)).toMatchObject({ status: "Progressing" });
  expect(changes).toEqual([]);
  await tell({ type: "ADDED", object: job("second", "20", false) });
  await tell({ type: "MODIFIED", object: job("second", "24", true) });
  expect(tracker.health(ref)).toMatchObject({ status: "Healthy" });
  expect(changes).toHaveLength(1);
  stop.abort();
  await tracker.ended();
});
