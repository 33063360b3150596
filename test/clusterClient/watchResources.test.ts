import { expect, test } from "vitest";
import type { ClusterClient, WatchEvent } from "../../src/cluster/clusterClient.ts";
import { ClusterError, type ClusterReason } from "../../src/cluster/clusterError.ts";
import { watchResources } from "../../src/cluster/watchResources.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

const type = { apiVersion: "v1", kind: "ConfigMap" };

function object(name: string, resourceVersion: string): KubeObject {
  return { ...type, metadata: { namespace: "n", name, resourceVersion } };
}

function failure(reason: ClusterReason, retryAfterMs?: number): ClusterError {
  return new ClusterError(reason, {
    reason,
    verb: "watch",
    subject: "ConfigMap",
    ...(retryAfterMs && { retryAfterMs }),
  });
}

type List = ClusterError | { readonly items: readonly KubeObject[]; readonly resourceVersion: string };
/** What a watch says, and how it ends: in good order, or with an error. */
type Watch = {
  readonly events?: readonly WatchEvent[];
  readonly end?: ClusterError;
  readonly livesMs?: number;
};

/** Plays a script of lists and watches, in order; the watch ends with the script. */
async function play(script: { readonly lists: readonly List[]; readonly watches: readonly Watch[] }) {
  const aborter = new AbortController();
  const lists = [...script.lists];
  const watches = [...script.watches];
  const heard: string[] = [];
  const errors: unknown[] = [];
  const requests: string[] = [];
  const waits: number[] = [];
  let now = 0;
  const client: Pick<ClusterClient, "list" | "watch"> = {
    async list() {
      requests.push("list");
      const list = lists.shift();
      if (!list) aborter.abort();
      aborter.signal.throwIfAborted();
      if (list instanceof ClusterError) throw list;
      return list as Exclude<List, ClusterError>;
    },
    async *watch(_type, { resourceVersion }) {
      requests.push(`watch ${resourceVersion}`);
      const watch = watches.shift();
      if (!watch) aborter.abort();
      aborter.signal.throwIfAborted();
      yield* watch?.events ?? [];
      now += watch?.livesMs ?? 0;
      if (watch?.end) throw watch.end;
    },
  };
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      waits.push(ms);
      now += ms;
    },
  };
  const { whenSynced, ended } = watchResources(
    client as ClusterClient,
    type,
    { clock, random: () => 1 },
    {
      onEvent: (what, { metadata }) =>
        heard.push(`${what} ${metadata.name} ${metadata.resourceVersion ?? "?"}`),
      onSynced: () => heard.push("synced"),
      onError: (error) => errors.push((error as ClusterError).reason),
    },
    aborter.signal,
  );
  const synced = await Promise.race([whenSynced.then(() => true), ended.then(() => false)]).catch(
    () => false,
  );
  await ended;
  return { heard, errors, requests, waits, synced };
}

const LIST = { items: [object("a", "1"), object("b", "2")], resourceVersion: "5" };

test("lists, says that it is through, then watches from there", async () => {
  const result = await play({
    lists: [LIST],
    watches: [
      {
        events: [
          { type: "MODIFIED", object: object("a", "6") },
          { type: "DELETED", object: object("b", "7") },
        ],
        livesMs: 60_000,
      },
    ],
  });
  expect(result.heard).toEqual(["ADDED a 1", "ADDED b 2", "synced", "MODIFIED a 6", "DELETED b 7"]);
  expect(result.synced).toBe(true);
});

test.each<[string, Watch, string]>([
  ["its last event", { events: [{ type: "ADDED", object: object("c", "9") }], livesMs: 60_000 }, "watch 9"],
  [
    "its last bookmark",
    { events: [{ type: "BOOKMARK", resourceVersion: "12" }], livesMs: 60_000 },
    "watch 12",
  ],
  ["the list when nothing came", { livesMs: 60_000 }, "watch 5"],
  [
    "its last event after a broken connection",
    { events: [{ type: "ADDED", object: object("c", "9") }], end: failure("unreachable") },
    "watch 9",
  ],
])("a watch that ended goes on from %s", async (_name, watch, resumed) => {
  const { requests } = await play({ lists: [LIST], watches: [watch] });
  expect(requests).toEqual(["list", "watch 5", resumed]);
});

test("a watch that the server ended after minutes is renewed without waiting", async () => {
  const { waits, errors } = await play({
    lists: [LIST],
    watches: [{ livesMs: 300_000 }, { livesMs: 300_000 }],
  });
  expect([waits, errors]).toEqual([[], []]);
});

test("watches that end at once back off", async () => {
  const { waits } = await play({ lists: [LIST], watches: [{}, {}, {}, {}] });
  expect(waits).toEqual([500, 1000, 2000]);
});

test("an expired resource version lists again and says only what changed", async () => {
  const again = { items: [object("a", "1"), object("c", "8")], resourceVersion: "9" };
  const result = await play({ lists: [LIST, again], watches: [{ end: failure("gone") }] });
  expect(result.heard).toEqual(["ADDED a 1", "ADDED b 2", "synced", "ADDED c 8", "DELETED b ?"]);
  expect(result.requests).toEqual(["list", "watch 5", "list", "watch 9"]);
  expect(result.waits).toEqual([]);
});

test("resource versions that expire again and again back off", async () => {
  const { waits } = await play({
    lists: [LIST, LIST, LIST],
    watches: Array(3).fill({ end: failure("gone") }),
  });
  expect(waits).toEqual([500, 1000]);
});

test("failures back off, are reported, and are forgotten after a healthy watch", async () => {
  const { waits, errors } = await play({
    lists: [failure("unreachable"), failure("forbidden"), LIST],
    watches: [{ livesMs: 60_000, end: failure("unreachable") }],
  });
  expect(errors).toEqual(["unreachable", "forbidden", "unreachable"]);
  expect(waits).toEqual([250, 500, 250]);
});

test("waits as long as the server asked for", async () => {
  const { waits } = await play({ lists: [failure("tooManyRequests", 7000), LIST], watches: [] });
  expect(waits).toEqual([7000]);
});

test("a kind that is not served is waited for quietly", async () => {
  const result = await play({ lists: [failure("unknownKind"), failure("unknownKind"), LIST], watches: [] });
  expect(result.heard).toEqual(["synced", "ADDED a 1", "ADDED b 2"]);
  expect([result.errors, result.waits]).toEqual([[], [1000, 2000]]);
});

test("a kind that is served no more has lost its objects", async () => {
  const result = await play({
    lists: [LIST, failure("unknownKind")],
    watches: [{ end: failure("notFound") }],
  });
  expect(result.heard.slice(3)).toEqual(["DELETED a ?", "DELETED b ?"]);
});

test("what was heard before is not said again", async () => {
  const events: WatchEvent[] = [
    { type: "ADDED", object: object("a", "1") },
    { type: "DELETED", object: object("z", "9") },
    { type: "ADDED", object: object("b", "6") },
  ];
  const { heard } = await play({ lists: [LIST], watches: [{ events }] });
  expect(heard.slice(3)).toEqual(["MODIFIED b 6"]);
});

test("a handler that throws ends the watch with its error", async () => {
  const client = { list: async () => LIST } as unknown as ClusterClient;
  const watch = watchResources(
    client,
    type,
    {},
    {
      onEvent: () => {
        throw new Error("a bug");
      },
    },
    new AbortController().signal,
  );
  await expect(watch.ended).rejects.toThrow("a bug");
  await expect(watch.whenSynced).rejects.toThrow("a bug");
});
