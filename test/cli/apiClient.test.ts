import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { apiClient } from "../../src/cli/apiClient.ts";
import type { CliIo } from "../../src/cli/cliIo.ts";

const IO: CliIo = {
  out: () => {},
  err: () => {},
  env: {},
  readStdin: () => Promise.resolve(""),
  stdinChunks: async function* () {},
  ask: async () => undefined,
  isTerminal: false,
  columns: () => 80,
  signal: new AbortController().signal,
};

test("the service's own words are the message", async () => {
  const server = await answering(404, {
    code: "instance.notFound",
    detail: "there is no instance prod/nope",
  });
  await expect(apiClient({ server }, IO).get("/x")).rejects.toThrow(/^there is no instance prod\/nope$/);
});

test("another program's words are told with its address", async () => {
  const server = await answering(404, { detail: "not here" });
  await expect(apiClient({ server }, IO).get("/x")).rejects.toThrow(`${server}: not here`);
});

test.each(["foo", "localhost:8080", "http://", "ftp://example.com"])("%s is no address", (server) => {
  expect(() => apiClient({ server }, IO)).toThrow(
    `--server ${server.replace(/\/+$/, "")}: expected an address`,
  );
});

test("a token file that is not there is named once", async () => {
  const client = apiClient({ tokenFile: "no-such-token" }, IO);
  await expect(client.get("/x")).rejects.toThrow(/^--token-file no-such-token: no such file or folder$/);
});

async function answering(status: number, body: object): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
