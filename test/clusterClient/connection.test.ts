import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createPlainServer, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, expect, test } from "vitest";
import type { ClusterAccess } from "../../src/cluster/clusterAccess.ts";
import { createTransport, type TransportRequest } from "../../src/cluster/transport.ts";
import { selfSignedCertificate } from "../../src/sandbox/http/selfSignedCertificate.ts";
import { accessTo } from "./fakeApiServer.ts";

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
const now = Date.now();
const server = selfSignedCertificate(["127.0.0.1"], now);
const client = selfSignedCertificate(["me"], now);
const another = selfSignedCertificate(["me"], now);

async function listen(listener: Server): Promise<string> {
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  });
  return `127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

/** A server with TLS that answers which client certificate it saw, and ends each connection after its answer. */
async function tlsServer(): Promise<string> {
  const options = {
    cert: server.certificate,
    key: server.privateKey,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const listener = createServer(options, (request, response) => {
    const { serialNumber } = (request.socket as TLSSocket).getPeerCertificate();
    response.setHeader("connection", "close");
    response.end(JSON.stringify({ serialNumber: serialNumber ?? null }));
  });
  return `https://${await listen(listener as unknown as Server)}`;
}

function connect(access: ClusterAccess) {
  const transport = createTransport({ access });
  cleanups.push(() => transport.close());
  return transport;
}

const ca = { kind: "text", pem: server.certificate } as const;

test("a server is trusted by its authority", async () => {
  const access = { ...accessTo(await tlsServer()), certificateAuthority: ca };
  expect(await connect(access).request(read)).toEqual({ serialNumber: null });
});

test.each([
  ["without its authority", {}, "certificate-authority"],
  [
    "under a name that its certificate does not have",
    { certificateAuthority: ca, tlsServerName: "other" },
    "tls-server-name",
  ],
] as const)("a server is not trusted %s", async (_name, part, hint) => {
  const access = { ...accessTo(await tlsServer()), ...part };
  await expect(connect(access).request(read)).rejects.toMatchObject({
    reason: "unreachable",
    hint: expect.stringContaining(hint),
  });
});

test("insecure-skip-tls-verify trusts any", async () => {
  const access = { ...accessTo(await tlsServer()), insecureSkipTlsVerify: true };
  expect(await connect(access).request(read)).toEqual({ serialNumber: null });
});

test("a client certificate from files is shown, and a new one when the files have changed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  const [certificate, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const write = (pair: typeof client): void => {
    writeFileSync(certificate, pair.certificate);
    writeFileSync(key, pair.privateKey);
  };
  write(client);
  const transport = connect({
    ...accessTo(await tlsServer()),
    certificateAuthority: ca,
    clientCertificate: { certificate: { kind: "file", path: certificate }, key: { kind: "file", path: key } },
  });
  const first = await transport.request(read);
  write(another);
  const second = await transport.request(read);
  expect(first).toEqual({ serialNumber: expect.any(String) });
  expect(second).toEqual({ serialNumber: expect.any(String) });
  expect(second).not.toEqual(first);
});

test("a certificate file that is missing is named", async () => {
  const access = {
    ...accessTo(await tlsServer()),
    certificateAuthority: { kind: "file", path: "/none/ca.crt" } as const,
  };
  await expect(connect(access).request(read)).rejects.toThrow(/certificate file \/none\/ca.crt/);
});

test("an exec plugin can give a client certificate", async () => {
  const status = { clientCertificateData: client.certificate, clientKeyData: client.privateKey };
  const transport = connect({
    ...accessTo(await tlsServer(), {
      kind: "exec",
      plugin: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: process.execPath,
        args: ["-e", `console.log(${JSON.stringify(JSON.stringify({ kind: "ExecCredential", status }))})`],
        env: {},
        provideClusterInfo: false,
      },
    }),
    certificateAuthority: ca,
  });
  expect(await transport.request(read)).toEqual({ serialNumber: expect.any(String) });
});

test("a proxy is asked for a tunnel to the server", async () => {
  const target = await tlsServer();
  const tunnels: (string | undefined)[] = [];
  const proxy = createPlainServer();
  proxy.on("connect", async (request, socket) => {
    tunnels.push(request.url);
    const { connect: dial } = await import("node:net");
    const [host, port] = (request.url ?? "").split(":");
    const through = dial(Number(port), host, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    through.pipe(socket).pipe(through);
    for (const side of [through, socket]) side.on("error", () => {});
  });
  const proxyUrl = `http://${await listen(proxy)}`;
  const transport = connect({ ...accessTo(target), certificateAuthority: ca, proxyUrl });
  expect(await transport.request(read)).toEqual({ serialNumber: null });
  expect(tunnels).toEqual([target.replace("https://", "")]);
});
