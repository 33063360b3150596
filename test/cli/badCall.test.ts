import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runProgram } from "../../src/cli/program.ts";
import { createInstance, reconcileWorld } from "../reconcile/reconcileWorld.ts";
import { kubeconfigFor } from "../wire/gate.ts";

const world = reconcileWorld();
let folder = "";
let taken: Server;
let port = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-call-"));
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  port = (taken.address() as { port: number }).port;
  await writeFile(join(folder, "broken"), "clusters: [\n");
  await writeFile(join(folder, "empty"), "");
  await writeFile(join(folder, "gone"), kubeconfigFor("http://127.0.0.1:1", "token"));
  await writeFile(join(folder, "nobody"), kubeconfigFor(world.sandbox.url, world.sandbox.tokens.nobody));
  await writeFile(join(folder, "admin"), kubeconfigFor(world.sandbox.url, world.sandbox.tokens.admin));
  await createInstance(world.client, { namespace: "default", name: "galera" }, "web-1.0.0");
});

afterAll(async () => {
  await new Promise((resolve) => taken.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

interface Row {
  readonly title: string;
  readonly call: () => readonly string[];
  readonly code: number;
  readonly says: () => readonly string[];
}

const ROWS: readonly Row[] = [
  {
    title: "a flag with a near name",
    call: () => ["serve", "--intervall", "2s"],
    code: 2,
    says: () => ["unknown option '--intervall'", "Did you mean --interval?"],
  },
  {
    title: "a command with a near name",
    call: () => ["servee"],
    code: 2,
    says: () => ["unknown command 'servee'", "Did you mean serve?"],
  },
  {
    title: "a value that is no duration",
    call: () => ["serve", "--repo", "/tmp", "--interval", "soon"],
    code: 2,
    says: () => ["--interval", "soon"],
  },
  {
    title: "a kubeconfig that does not exist",
    call: () => ["serve", "--port", "0", "--kubeconfig", join(folder, "none")],
    code: 1,
    says: () => [join(folder, "none"), "hint: "],
  },
  {
    title: "a kubeconfig that does not parse",
    call: () => ["serve", "--port", "0", "--kubeconfig", join(folder, "broken")],
    code: 1,
    says: () => [join(folder, "broken")],
  },
  {
    title: "a kubeconfig with nothing in it",
    call: () => ["plan", "status", "--instance", "galera", "--kubeconfig", join(folder, "empty")],
    code: 1,
    says: () => [join(folder, "empty")],
  },
  {
    title: "a context with a near name",
    call: () => [
      "plan",
      "status",
      "--instance",
      "galera",
      "--kubeconfig",
      join(folder, "admin"),
      "--context",
      "d",
    ],
    code: 1,
    says: () => ['context "d"', join(folder, "admin")],
  },
  {
    title: "a port in use",
    call: () => ["serve", "--kubeconfig", join(folder, "admin"), "--port", String(port)],
    code: 1,
    says: () => [
      `port ${port} on 127.0.0.1 is in use by another program`,
      "hint: choose another with --port",
    ],
  },
  {
    title: "a cluster that is gone",
    call: () => ["plan", "status", "--instance", "galera", "--kubeconfig", join(folder, "gone")],
    code: 1,
    says: () => ["127.0.0.1:1", "connection refused"],
  },
  {
    title: "a cluster that refuses",
    call: () => ["plan", "status", "--instance", "galera", "--kubeconfig", join(folder, "nobody")],
    code: 1,
    says: () => ['User "nobody" cannot get resource "instances"', 'namespace "default"'],
  },
  {
    title: "an instance with a near name",
    call: () => ["plan", "status", "--instance", "galeera", "--kubeconfig", join(folder, "admin")],
    code: 1,
    says: () => ["galeera", 'did you mean "galera"?'],
  },
  {
    title: "a service that is not there",
    call: () => ["status", "--server", "http://127.0.0.1:1"],
    code: 1,
    says: () => ["http://127.0.0.1:1", "hint: "],
  },
];

test.each(ROWS)("$title", async ({ call, code, says }) => {
  let out = "";
  let err = "";
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    env: { HOME: folder },
    readStdin: async () => "",
    stdinChunks: async function* () {},
    ask: async () => undefined,
    isTerminal: false,
    columns: () => 80,
    signal: new AbortController().signal,
  };
  const exitCode = await runProgram(call(), io, COMMANDS);
  for (const part of says()) expect(err).toContain(part);
  expect([exitCode, out]).toEqual([code, ""]);
  expect(err).not.toMatch(/^ +at /m);
});
