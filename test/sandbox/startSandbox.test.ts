import { createServer } from "node:net";
import { expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";

const NEVER = new AbortController().signal;

test("a port in use is the system's error", async () => {
  const first = await startSandbox({ controllers: false }, NEVER);
  const port = Number(new URL(first.url).port);
  await expect(startSandbox({ port }, NEVER)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await first.stop();
});

test("stopping ends watches and frees the port", async () => {
  const sandbox = await startSandbox({}, NEVER);
  const response = await fetch(`${sandbox.url}/api/v1/pods?watch=1`, {
    headers: { authorization: `Bearer ${sandbox.tokens.admin}` },
  });
  const rest = response.text().catch(() => "");
  await Promise.all([sandbox.stop(), sandbox.stop()]);
  await rest;
  const port = Number(new URL(sandbox.url).port);
  await new Promise<void>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
});

test("the signal stops it", async () => {
  const stopping = new AbortController();
  const sandbox = await startSandbox({}, stopping.signal);
  stopping.abort();
  await sandbox.stop();
  await expect(fetch(`${sandbox.url}/readyz`)).rejects.toThrow();
});
