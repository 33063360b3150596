import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { ClusterError, type ClusterReason } from "../../src/cluster/clusterError.ts";

/** What goes wrong before a request arrives. */
const REFUSALS: readonly ClusterReason[] = ["serverError", "forbidden", "tooManyRequests", "unreachable"];
/** Of all requests, in how many something goes wrong. */
const SHARE = 0.02;

/** An API server that fails now and then: a request never arrives, or its answer is lost after it was carried out. */
export function flakyClient(client: ClusterClient, seed: number): ClusterClient {
  const random = randomOf(seed);
  const call = async <T>(verb: string, work: () => Promise<T>): Promise<T> => {
    if (random() >= SHARE) return await work();
    const lost = random() < 0.5;
    if (lost) await work();
    const reason = lost ? "timeout" : (REFUSALS[Math.floor(random() * REFUSALS.length)] ?? "serverError");
    throw new ClusterError("bad luck", { reason, verb, subject: "a request" });
  };
  return {
    resource: (...args) => call("discovery", () => client.resource(...args)),
    get: (...args) => call("get", () => client.get(...args)),
    getJson: (...args) => call("get", () => client.getJson(...args)),
    list: (...args) => call("list", () => client.list(...args)),
    watch: (...args) => client.watch(...args),
    exec: (...args) => call("exec", () => client.exec(...args)),
    log: (...args) => client.log(...args),
    create: (...args) => call("create", () => client.create(...args)),
    update: (...args) => call("update", () => client.update(...args)),
    apply: (...args) => call("apply", () => client.apply(...args)),
    patch: (...args) => call("patch", () => client.patch(...args)),
    delete: (...args) => call("delete", () => client.delete(...args)),
  };
}

/** The same numbers in [0, 1) for the same seed. @see mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
