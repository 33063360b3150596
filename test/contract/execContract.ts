import { beforeAll, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { isClusterError } from "../../src/cluster/clusterError.ts";
import { asList, asObject, valueAt } from "../../src/object/json.ts";
import { contractWorld, until } from "./contractWorld.ts";

/**
 * Commands in containers. Where they run matters to nobody: `sh` is all that is needed. How a failing command is told
 * is not here: KWOK has no exit codes.
 */
export function execContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const name = "exec";
  const run = (
    script: string,
    options: { maxBytes?: number; timeoutMs?: number; signal?: AbortSignal } = {},
  ) =>
    world.client.exec(
      { namespace: world.namespace, name },
      { container: "shell", command: ["sh", "-c", script], ...options },
    );
  const failure = async (work: Promise<unknown>): Promise<unknown> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return isClusterError(error) ? { reason: error.reason, retryable: error.retryable } : error;
  };

  beforeAll(async () => {
    const { client, namespace } = world;
    const container = { name: "shell", image: "registry.example/shell:1" };
    const other = { name: "other", image: "registry.example/other:1" };
    await client.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace, name },
      spec: { containers: [container, other] },
    });
    await until(
      "the pod runs",
      () => client.get({ apiVersion: "v1", kind: "Pod", namespace, name }),
      (pod) =>
        asList(valueAt(pod, "status", "containerStatuses"))
          .map(asObject)
          .some((status) => valueAt(status, "state", "running") !== undefined),
    );
  });

  test("a command's output, its errors and its end come back", async () => {
    const { stdout, stderr, exitCode } = await run("echo out; echo err >&2");
    expect([stdout.toString(), stderr, exitCode]).toEqual(["out\n", "err\n", 0]);
  });

  test("a command without output ends, too", async () => {
    const { stdout, stderr, exitCode } = await run("true");
    expect([stdout.length, stderr, exitCode]).toEqual([0, "", 0]);
  });

  test("bytes come whole and in order", async () => {
    const { stdout } = await run(
      "i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done; printf '\\377\\000\\200'",
    );
    const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`).join("");
    expect(stdout.equals(Buffer.concat([Buffer.from(lines), Buffer.of(0xff, 0, 0x80)]))).toBe(true);
  });

  test("what is more than the limit is refused for good", async () => {
    const error = await failure(run("head -c 200000 /dev/zero", { maxBytes: 100_000 }));
    expect(error).toEqual({ reason: "tooLarge", retryable: false });
  });

  test("a command that takes too long may be tried again", async () => {
    expect(await failure(run("sleep 5", { timeoutMs: 300 }))).toEqual({ reason: "timeout", retryable: true });
  });

  test("an abort ends it with the signal's reason", async () => {
    const stop = new AbortController();
    const running = failure(run("sleep 5", { signal: stop.signal }));
    setTimeout(() => stop.abort(new Error("enough")), 100);
    expect(await running).toEqual(new Error("enough"));
  });

  test("no such pod is not found", async () => {
    const where = { namespace: world.namespace, name: "nobody" };
    const error = await failure(world.client.exec(where, { container: "shell", command: ["true"] }));
    expect(error).toEqual({ reason: "notFound", retryable: true });
  });

  test("no such container is a bad request", async () => {
    const where = { namespace: world.namespace, name };
    const error = await failure(world.client.exec(where, { container: "nobody", command: ["true"] }));
    expect(error).toEqual({ reason: "badRequest", retryable: false });
  });
}
