import { expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { ClusterError, type ClusterReason } from "../../src/cluster/clusterError.ts";
import { acquireLease, type LeaseOptions } from "../../src/cluster/lease.ts";
import { leaseHolder } from "../../src/cluster/leaseHolder.ts";
import { asObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";

/** Time that goes on only when everybody sleeps. */
function manualClock() {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const abort = (): void => reject(signal?.reason);
        if (signal?.aborted) abort();
        signal?.addEventListener("abort", abort, { once: true });
        sleepers.push({ at: now + ms, wake: resolve });
      }),
    async advance(ms: number) {
      const end = now + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers[0];
        if (!next || next.at > end) break;
        sleepers.shift();
        now = next.at;
        next.wake();
      }
      now = end;
    },
  };
}

function failure(reason: ClusterReason): ClusterError {
  return new ClusterError(reason, { reason, verb: "update", subject: "Lease/s/l" });
}

/** An API server with one lease, guarded by its resource version. */
function leaseServer() {
  const server = {
    lease: undefined as KubeObject | undefined,
    version: 0,
    down: undefined as ClusterReason | undefined,
    requests: 0,
  };
  const store = (object: KubeObject): KubeObject => {
    server.version++;
    server.lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(server.version) } };
    return server.lease;
  };
  const request = (): void => {
    server.requests++;
    if (server.down) throw failure(server.down);
  };
  const client = {
    async get() {
      request();
      return server.lease;
    },
    async create(object: KubeObject) {
      request();
      if (server.lease) throw failure("conflict");
      return store(object);
    },
    async update(object: KubeObject) {
      request();
      if (object.metadata.resourceVersion !== server.lease?.metadata.resourceVersion)
        throw failure("conflict");
      return store(object);
    },
  } as unknown as ClusterClient;
  return { server, client, store };
}

function lease(holder: string, seconds = 60): KubeObject {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { namespace: "s", name: "l" },
    spec: { holderIdentity: holder, leaseDurationSeconds: seconds, leaseTransitions: 4 },
  };
}

function setUp(extra: Partial<LeaseOptions> = {}) {
  const clock = manualClock();
  const waitedFor: string[] = [];
  const errors: unknown[] = [];
  const options: LeaseOptions = {
    namespace: "s",
    name: "l",
    holder: "me",
    clock,
    onWaiting: (holder) => waitedFor.push(holder),
    onError: (error) => errors.push((error as ClusterError).reason),
    ...extra,
  };
  return { clock, options, waitedFor, errors, ...leaseServer(), signal: new AbortController().signal };
}

const holderOf = (object: KubeObject | undefined): unknown => asObject(object?.spec).holderIdentity;

test("takes a lease that is not there, renews it with one request, gives it back", async () => {
  const { client, options, server, clock, signal } = setUp();
  const held = await acquireLease(client, options, signal);
  expect(held.validForMs()).toBe(60_000);
  server.requests = 0;
  await clock.advance(59_000);
  expect(server.requests).toBe(2);
  expect(held.validForMs()).toBe(60_000 - 19_000);
  await held.release();
  expect(held.validForMs()).toBe(0);
  expect(holderOf(server.lease)).toBe("");
});

test("takes a lease that was given back, and counts the transition", async () => {
  const { client, options, store, server, signal } = setUp();
  store(lease(""));
  await acquireLease(client, options, signal);
  expect(asObject(server.lease?.spec)).toMatchObject({ holderIdentity: "me", leaseTransitions: 5 });
});

test("waits, says for whom, and takes over when the other has not renewed for its duration", async () => {
  const { client, options, store, clock, waitedFor, signal } = setUp();
  store(lease("other", 30));
  let held: unknown;
  const acquiring = acquireLease(client, options, signal).then((value) => {
    held = value;
  });
  await clock.advance(29_000);
  expect([held, waitedFor]).toEqual([undefined, ["other"]]);
  await clock.advance(4000);
  await acquiring;
  expect(held).toBeDefined();
});

test("a lease that is renewed meanwhile is not taken, whatever its clock says", async () => {
  const { client, options, store, clock, signal } = setUp();
  let held = false;
  void acquireLease(client, options, signal).then(
    () => {
      held = true;
    },
    () => {},
  );
  store(lease("other", 10));
  for (let i = 0; i < 10; i++) {
    await clock.advance(5000);
    store(lease("other", 10));
  }
  expect(held).toBe(false);
});

test("a holder that is known to be gone is not waited for", async () => {
  const { client, options, store, server, signal } = setUp({ isGone: (holder) => holder === "dead" });
  store(lease("dead", 3600));
  await acquireLease(client, options, signal);
  expect(holderOf(server.lease)).toBe("me");
});

test("waiting ends with the signal", async () => {
  const { client, options, store, clock } = setUp();
  store(lease("other"));
  const aborter = new AbortController();
  const acquiring = acquireLease(client, options, aborter.signal);
  await clock.advance(1000);
  aborter.abort();
  await expect(acquiring).rejects.toMatchObject({ name: "AbortError" });
});

test("a server that is down is waited for, a refusal is thrown", async () => {
  const { client, options, server, clock, errors, signal } = setUp();
  server.down = "unreachable";
  const acquiring = acquireLease(client, options, signal);
  await clock.advance(3000);
  expect(errors).toEqual(["unreachable", "unreachable"]);
  server.down = "forbidden";
  const refused = expect(acquiring).rejects.toMatchObject({ reason: "forbidden" });
  await clock.advance(3000);
  await refused;
});

test("renewals that fail for a while do not lose it", async () => {
  const { client, options, server, clock, signal } = setUp();
  const held = await acquireLease(client, options, signal);
  server.down = "unreachable";
  await clock.advance(50_000);
  expect(held.validForMs()).toBe(10_000);
  server.down = undefined;
  await clock.advance(2000);
  expect(held.validForMs()).toBeGreaterThan(50_000);
});

test("renewals that fail until its end lose it", async () => {
  const { client, options, server, clock, signal } = setUp();
  const held = await acquireLease(client, options, signal);
  server.down = "unreachable";
  await clock.advance(62_000);
  expect(held.validForMs()).toBe(0);
  expect(await held.lost).toContain("not renewed in time");
});

test.each([
  ["somebody else took it", () => lease("thief"), "taken by thief"],
  ["it was deleted", () => undefined, "nobody: it was deleted"],
])("lost when %s", async (_name, other, why) => {
  const { client, options, server, store, clock, signal } = setUp();
  const held = await acquireLease(client, options, signal);
  const object = other();
  if (object) store(object);
  else server.lease = undefined;
  await clock.advance(21_000);
  expect(held.validForMs()).toBe(0);
  expect(await held.lost).toContain(why);
});

test("a write of ours that nobody answered does not lose it", async () => {
  const { client, options, server, store, clock, signal } = setUp();
  const held = await acquireLease(client, options, signal);
  store(server.lease as KubeObject); // the server has a newer version, and we are its holder
  await clock.advance(25_000);
  expect(held.validForMs()).toBeGreaterThan(50_000);
});

test("a process knows itself alive, and one before it with its number gone", () => {
  const me = leaseHolder();
  const place = me.holder.split("_").slice(0, -2).join("_");
  expect(me.isGone(`${place}_${process.pid}_before`)).toBe(true);
  expect(me.isGone(`${place}_${process.ppid}_x`)).toBe(false);
  expect(me.isGone(`${place}_999999999_x`)).toBe(true);
  expect(me.isGone(`elsewhere_1_999999999_x`)).toBe(false);
});
