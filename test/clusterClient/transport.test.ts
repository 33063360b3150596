import { writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Authentication } from "../../src/cluster/clusterAccess.ts";
import {
  createTransport,
  type TransportOptions,
  type TransportRequest,
} from "../../src/cluster/transport.ts";
import { accessTo, answer, fakeApiServer, type Responder, status } from "./fakeApiServer.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const read: TransportRequest = {
  method: "GET",
  path: "/x",
  verb: "get",
  kind: "ConfigMap",
  subject: "ConfigMap/a/b",
};
const write: TransportRequest = { ...read, method: "PATCH", verb: "apply", body: { a: 1 } };

/** Waits that take no time, and are remembered. */
function noWaiting() {
  const waits: number[] = [];
  return {
    waits,
    clock: { now: () => 0, sleep: async (ms: number) => void waits.push(ms) },
    random: () => 1,
  };
}

async function connect(
  respond: Responder,
  options: Partial<TransportOptions> = {},
  authentication?: Authentication,
) {
  const server = await fakeApiServer(respond, authentication);
  const transport = createTransport({ access: server.access, ...options });
  cleanups.push(
    () => server.close(),
    () => transport.close(),
  );
  return { server, transport };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  return folder;
}

test("sends our own JSON, once, and parses the answer", async () => {
  const { server, transport } = await connect((_, response) => answer(response, 200, { kept: null, n: 1 }), {
    userAgent: "lockstep/1.2.3",
  });
  expect(await transport.request({ ...write, contentType: "application/apply-patch+yaml" })).toEqual({
    kept: null,
    n: 1,
  });
  expect(server.seen).toMatchObject([
    {
      method: "PATCH",
      url: "/x",
      body: '{"a":1}',
      headers: { "user-agent": "lockstep/1.2.3", "content-type": "application/apply-patch+yaml" },
    },
  ]);
});

test("keeps the path of a server behind a prefix", async () => {
  const { server } = await connect((_, response) => answer(response, 200, {}));
  const transport = createTransport({
    access: { ...server.access, server: `${server.access.server}/k8s/c-1` },
  });
  cleanups.push(() => transport.close());
  await transport.request(read);
  expect(server.seen[0]?.url).toBe("/k8s/c-1/x");
});

test.each([
  ["429 waits as long as Retry-After says", 429, { "retry-after": "3" }, write, [3000, 3000]],
  ["429 without Retry-After waits a second", 429, {}, write, [1000, 1000]],
  ["503 waits as long as Retry-After says", 503, { "retry-after": "1" }, read, [1000, 1000]],
] as const)("%s, then sends again", async (_name, code, headers, request, waits) => {
  const time = noWaiting();
  const records: unknown[] = [];
  const { server, transport } = await connect(
    (_, response, count) => answer(response, count < 3 ? code : 200, { count }, headers),
    { ...time, onRequest: (record) => records.push({ verb: record.verb, statusCode: record.statusCode }) },
  );
  expect(await transport.request(request)).toEqual({ count: 3 });
  expect(time.waits).toEqual(waits);
  expect(server.seen).toHaveLength(3);
  expect(records.map((record) => (record as { statusCode: number }).statusCode)).toEqual([code, code, 200]);
});

test.each([
  ["429 for ever is tooManyRequests, with the wait", 429, { "retry-after": "1" }, "tooManyRequests", 6],
  ["a wait beyond the time limit is not begun", 429, { "retry-after": "3600" }, "tooManyRequests", 1],
  ["503 without Retry-After is not repeated", 503, {}, "serverError", 1],
  ["500 is not repeated", 500, {}, "serverError", 1],
  ["409 is not repeated", 409, {}, "conflict", 1],
] as const)("%s", async (_name, code, headers, reason, requests) => {
  const { server, transport } = await connect(
    (_, response) => answer(response, code, status(code, "no"), headers),
    noWaiting(),
  );
  await expect(transport.request(write)).rejects.toMatchObject({
    reason,
    statusCode: code,
    message: "ConfigMap/a/b: apply: no",
  });
  expect(server.seen).toHaveLength(requests);
});

test.each([
  ["a read goes out again after a broken connection", read, 2, undefined],
  ["a write does not", write, 1, "unreachable"],
] as const)("%s", async (_name, request, requests, reason) => {
  const { server, transport } = await connect((_, response, count) => {
    if (count === 1) response.socket?.destroy();
    else answer(response, 200, { count });
  }, noWaiting());
  const outcome = await transport.request(request).catch((error: { reason: string }) => error.reason);
  expect(outcome).toEqual(reason ?? { count: 2 });
  expect(server.seen).toHaveLength(requests);
});

test("an answer that does not come in time is a timeout", async () => {
  const { transport } = await connect(() => {}, { timeoutMs: 50 });
  await expect(transport.request(write)).rejects.toMatchObject({ reason: "timeout", retryable: true });
});

test("an answer that stops in the middle is a timeout", async () => {
  const { transport } = await connect(
    (_, response) => {
      response.writeHead(200);
      response.write('{"a":');
    },
    { timeoutMs: 50 },
  );
  await expect(transport.request(write)).rejects.toMatchObject({ reason: "timeout" });
});

test("nobody listening names the server and what to do", async () => {
  const server = await fakeApiServer(() => {});
  await server.close();
  const transport = createTransport({ access: server.access, ...noWaiting() });
  await expect(transport.request(read)).rejects.toMatchObject({
    reason: "unreachable",
    message: `ConfigMap/a/b: get: no answer from ${server.access.server}: connection refused`,
    hint: 'check that the API server runs there, or choose another: context "test" of a test',
  });
});

test("a server of TLS that speaks none is unreachable, not a crash", async () => {
  const { server } = await connect((_, response) => answer(response, 200, {}));
  const transport = createTransport({ access: accessTo(server.access.server.replace("http:", "https:")) });
  cleanups.push(() => transport.close());
  await expect(transport.request(read)).rejects.toMatchObject({ reason: "unreachable" });
});

test("a page of a proxy becomes one line of text", async () => {
  const { transport } = await connect((_, response) => {
    response.writeHead(502, { "content-type": "text/html" });
    response.end("<html><h1>Bad   gateway</h1>\n<p>upstream</p></html>");
  });
  await expect(transport.request(read)).rejects.toThrow("ConfigMap/a/b: get: Bad gateway upstream");
});

test("an answer of success that is no JSON says what to check", async () => {
  const { transport } = await connect((_, response) => response.end("<html>hello</html>"));
  await expect(transport.request(read)).rejects.toMatchObject({
    reason: "serverError",
    hint: 'check that this is the address of an API server: context "test" of a test',
  });
});

test("an answer that is too large is refused", async () => {
  const { transport } = await connect((_, response) => answer(response, 200, { a: "x".repeat(5000) }), {
    maxResponseBytes: 1000,
  });
  await expect(transport.request(read)).rejects.toMatchObject({ reason: "tooLarge", retryable: false });
});

test("an abort rejects at once, also while waiting for a connection", async () => {
  const { transport } = await connect(() => {}, { connections: 1 });
  const aborter = new AbortController();
  const first = transport.request({ ...read, signal: aborter.signal });
  const queued = transport.request({ ...read, signal: aborter.signal });
  aborter.abort();
  await expect(first).rejects.toMatchObject({ name: "AbortError" });
  await expect(queued).rejects.toMatchObject({ name: "AbortError" });
});

test("no more connections are opened than allowed", async () => {
  const sockets = new Set<unknown>();
  const { transport } = await connect(
    (_, response) => {
      sockets.add(response.socket);
      answer(response, 200, {});
    },
    { connections: 3 },
  );
  await Promise.all(Array.from({ length: 30 }, () => transport.request(read)));
  expect(sockets.size).toBe(3);
});

test("a token goes into the header and never into an error", async () => {
  const { server, transport } = await connect(
    (_, response) => answer(response, 401, status(401, "Unauthorized")),
    {},
    { kind: "token", token: "s3cret" },
  );
  const error = await transport.request(read).catch((thrown: Error) => thrown);
  expect(server.seen[0]?.headers.authorization).toBe("Bearer s3cret");
  expect(error).toMatchObject({ reason: "unauthorized" });
  expect(JSON.stringify([error, String(error)])).not.toContain("s3cret");
});

test("user and password are sent as basic", async () => {
  const { server, transport } = await connect(
    (_, response) => answer(response, 200, {}),
    {},
    {
      kind: "basic",
      username: "me",
      password: "pw",
    },
  );
  await transport.request(read);
  expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:pw").toString("base64")}`);
});

test("a token file is read again when the server refuses the token", async () => {
  const path = join(await temporaryFolder(), "token");
  await writeFile(path, "old\n");
  const { server, transport } = await connect(
    ({ headers }, response) => {
      if (headers.authorization === "Bearer new") return answer(response, 200, {});
      writeFileSync(path, "new\n");
      answer(response, 401, status(401, "Unauthorized"));
    },
    {},
    { kind: "tokenFile", path },
  );
  await transport.request(write);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
});

test("a token file is read again when it has changed", async () => {
  const path = join(await temporaryFolder(), "token");
  await writeFile(path, "one");
  let now = 0;
  const clock = { now: () => now, sleep: async () => {} };
  const { server, transport } = await connect(
    (_, response) => answer(response, 200, {}),
    { clock },
    {
      kind: "tokenFile",
      path,
    },
  );
  await transport.request(read);
  await writeFile(path, "two");
  await transport.request(read);
  now += 60_000;
  await transport.request(read);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer one",
    "Bearer one",
    "Bearer two",
  ]);
});

test("a missing token file names the file", async () => {
  const { transport } = await connect(() => {}, {}, { kind: "tokenFile", path: "/none/token" });
  await expect(transport.request(read)).rejects.toThrow(/token file \/none\/token: .*no such file/);
});

/** A credential plugin that counts its runs, and answers a token with that number. */
async function countingPlugin(expirationTimestamp?: string): Promise<Authentication> {
  const folder = await temporaryFolder();
  const script = join(folder, "plugin.cjs");
  await writeFile(
    script,
    `const fs = require("node:fs");
     const file = ${JSON.stringify(join(folder, "runs"))};
     const runs = (fs.existsSync(file) ? fs.readFileSync(file, "utf8").length : 0) + 1;
     fs.appendFileSync(file, "x");
     const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
     console.log(JSON.stringify({
       apiVersion: info.apiVersion, kind: "ExecCredential",
       status: { token: process.env.PREFIX + runs, expirationTimestamp: ${JSON.stringify(expirationTimestamp)} },
     }));`,
  );
  return {
    kind: "exec",
    plugin: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: [script],
      env: { PREFIX: "run-" },
      provideClusterInfo: true,
    },
  };
}

test("an exec plugin runs once for many requests", async () => {
  const { server, transport } = await connect(
    (_, response) => answer(response, 200, {}),
    {},
    await countingPlugin(),
  );
  await Promise.all([transport.request(read), transport.request(read)]);
  await transport.request(read);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer run-1"));
});

test("an exec plugin runs again, once, when the server refuses its token", async () => {
  const { server, transport } = await connect(
    ({ headers }, response) =>
      headers.authorization === "Bearer run-2"
        ? answer(response, 200, {})
        : answer(response, 401, status(401, "Unauthorized")),
    {},
    await countingPlugin(),
  );
  await transport.request(write);
  expect(server.seen).toHaveLength(2);
});

test("a token that is refused again is unauthorized", async () => {
  const { server, transport } = await connect(
    (_, response) => answer(response, 401, status(401, "Unauthorized")),
    {},
    await countingPlugin(),
  );
  await expect(transport.request(write)).rejects.toMatchObject({ reason: "unauthorized" });
  expect(server.seen).toHaveLength(2);
});

test("an exec plugin runs again when its token has run out", async () => {
  const { server, transport } = await connect(
    (_, response) => answer(response, 200, {}),
    {},
    await countingPlugin("2020-01-01T00:00:00Z"),
  );
  await transport.request(read);
  await transport.request(read);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer run-1", "Bearer run-2"]);
});

test.each([
  [
    "a command that does not exist",
    { command: "no-such-plugin", args: [] },
    /no-such-plugin: spawn .*ENOENT/,
  ],
  [
    "a command that fails, in its own words",
    { command: process.execPath, args: ["-e", "console.error('log in first'); process.exit(3)"] },
    /exit code 3: log in first/,
  ],
  [
    "an answer that is no JSON, without quoting it",
    { command: process.execPath, args: ["-e", "console.log('tok3n')"] },
    /its answer is not JSON$/,
  ],
  [
    "an answer without credentials",
    { command: process.execPath, args: ["-e", "console.log('{}')"] },
    /neither a token nor a client certificate/,
  ],
] as const)("exec plugin: %s", async (_name, plugin, message) => {
  const { transport } = await connect(
    () => {},
    {},
    {
      kind: "exec",
      plugin: {
        apiVersion: "client.authentication.k8s.io/v1",
        env: {},
        provideClusterInfo: false,
        installHint: "install it so",
        ...plugin,
      },
    },
  );
  const error = await transport.request(read).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "cluster.kubeconfig",
    message: expect.stringMatching(message),
    hint: "install it so",
  });
});
