import { afterAll, beforeAll, expect, test } from "vitest";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { createTransport, type Transport } from "../../src/cluster/transport.ts";
import type { PodExec } from "../../src/sandbox/podExec.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { until } from "../contract/contractWorld.ts";
import { localCommands } from "./localCommands.ts";

const stop = new AbortController();
const transports: Transport[] = [];
let empty: Sandbox;
let local: Sandbox;

beforeAll(async () => {
  empty = await startSandbox({ speed: { podStartMs: 1 } }, stop.signal);
  local = await startSandbox({ speed: { podStartMs: 1 }, podExec: commands }, stop.signal);
  await Promise.all([empty, local].map(startPod));
});

afterAll(async () => {
  for (const transport of transports) await transport.close();
  stop.abort();
  await Promise.all([empty.stop(), local.stop()]);
});

const commands: PodExec = (command) =>
  command.command[0] === "break" ? Promise.reject(new Error("the runtime is gone")) : localCommands(command);

function clientOf({ url, tokens }: Sandbox, who: keyof Sandbox["tokens"] = "admin") {
  const transport = createTransport({
    access: {
      server: url,
      origin: "the embedded cluster",
      namespace: "default",
      insecureSkipTlsVerify: false,
      authentication: { kind: "token", token: tokens[who] },
      impersonation: {},
    },
  });
  transports.push(transport);
  return createClusterClient(transport);
}

async function startPod(sandbox: Sandbox): Promise<void> {
  const client = clientOf(sandbox);
  const ref = { apiVersion: "v1", kind: "Pod", namespace: "default", name: "p" };
  await client.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "default", name: "p" },
    spec: { containers: [{ name: "main", image: "main" }] },
  });
  await until(
    "the pod runs",
    () => client.get(ref),
    (pod) => JSON.stringify(pod?.status ?? {}).includes("Running"),
  );
}

const exec = (sandbox: Sandbox, command: readonly string[], who?: keyof Sandbox["tokens"]) =>
  clientOf(sandbox, who).exec({ namespace: "default", name: "p" }, { container: "main", command });

test("a failing command ends with its code", async () => {
  const { exitCode, stderr } = await exec(local, ["sh", "-c", "echo no >&2; exit 3"]);
  expect([exitCode, stderr]).toEqual([3, "no\n"]);
});

test("without anybody to play them, containers are empty", async () => {
  expect(await exec(empty, ["stat", "-c", "%s", "/a/b"])).toMatchObject({
    exitCode: 1,
    stderr: "stat: can't stat '/a/b': No such file or directory\n",
  });
});

test("a runtime that fails is a server error, which may pass", async () => {
  await expect(exec(local, ["break"])).rejects.toMatchObject({
    reason: "serverError",
    retryable: true,
    message: expect.stringContaining("the runtime is gone"),
  });
});

test.each([
  ["a viewer", "viewer", "forbidden"],
  ["nobody", "nobody", "forbidden"],
] as const)("%s may not run commands", async (_, who, reason) => {
  await expect(exec(local, ["true"], who)).rejects.toMatchObject({
    reason,
    verb: "exec",
    subject: "Pod/default/p",
  });
});

test("a server that went away is told from one that refuses", async () => {
  const gone = await startSandbox({}, stop.signal);
  const client = clientOf(gone);
  await gone.stop();
  await expect(
    client.exec({ namespace: "default", name: "p" }, { container: "main", command: ["true"] }),
  ).rejects.toMatchObject({ reason: "unreachable", retryable: true });
});

test("a server that stops while a command runs leaves it without an end", async () => {
  const going = await startSandbox(
    { speed: { podStartMs: 1 }, podExec: () => new Promise(() => {}) },
    stop.signal,
  );
  await startPod(going);
  const running = exec(going, ["sleep", "60"]);
  setTimeout(() => void going.stop(), 100);
  await expect(running).rejects.toMatchObject({ reason: "unreachable", retryable: true });
});
