import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageOf } from "../../src/base/errors.ts";
import { PackageError } from "../../src/repository/packageError.ts";
import { createPackageReader } from "../../src/repository/packageReader.ts";
import { fetchIndex, resolvePackage } from "../../src/repository/resolvePackage.ts";

const signal = new AbortController().signal;
const reader = createPackageReader({ fetch: globalThis.fetch, timeoutMs: 5_000 });

/** Serves `/index.yaml` to who knows the password, and every number as that status. */
let server: Server;
let host: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(request.url?.slice(1));
    if (Number.isInteger(status)) return void response.writeHead(status).end("no");
    const isKnown = request.headers.authorization === `Basic ${btoa("bob:s3cr@t")}`;
    response.writeHead(isKnown ? 200 : 401).end("apiVersion: v2\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

test("the user and password of a URL are sent", async () => {
  const body = await reader.download(`http://bob:s3cr%40t@${host}/index.yaml`, signal);
  expect(Buffer.from(body).toString()).toBe("apiVersion: v2\n");
});

test.each([
  ["an index that is none", "s3cr%40t"],
  ["a wrong password", "gu3ss"],
])("no message has the password of a repository: %s", async (_, password) => {
  const repository = { name: "ours", url: `http://bob:${password}@${host}` };
  const failure = await fetchIndex(repository, reader, signal).catch(messageOf);
  expect(failure).toContain(host);
  expect(failure).not.toContain("bob");
  expect(failure).not.toContain(password);
});

test("no message has the password or the token of an archive's URL", async () => {
  const url = `http://bob:s3cr%40t@${host}/index.yaml?token=t0ken`;
  const base = { kind: "folder", path: "." } as const;
  const failure = await resolvePackage(url, { reader, base, signal }).catch(messageOf);
  expect(failure).toContain(host);
  expect(failure).not.toMatch(/s3cr|t0ken/);
});

test.each([
  [404, false],
  [408, true],
  [429, true],
  [503, true],
])("an answer of %i is asked for again: %s", async (status, retryable) => {
  const failure = await reader.download(`http://${host}/${status}`, signal).catch((error) => error);
  expect(failure).toBeInstanceOf(PackageError);
  expect(failure).toMatchObject({ retryable });
});

test("an index that cannot be read is asked for again: somebody mends it without a new revision", async () => {
  const repository = { name: "ours", url: `http://bob:s3cr%40t@${host}` };
  await expect(fetchIndex(repository, reader, signal)).rejects.toMatchObject({ retryable: true });
});
