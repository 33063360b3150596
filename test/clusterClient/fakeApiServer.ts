// The tests of src/cluster live here, not in test/cluster: that folder needs a real Kubernetes.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authentication, ClusterAccess } from "../../src/cluster/clusterAccess.ts";

/** A request as the fake server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers one request; the default answers 200 with `{}`. */
export type Responder = (request: SeenRequest, response: ServerResponse, count: number) => void;

/** An HTTP server that answers as it is told and remembers what it was asked. */
export interface FakeApiServer {
  readonly access: ClusterAccess;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

export async function fakeApiServer(
  respond: Responder,
  authentication: Authentication = { kind: "none" },
): Promise<FakeApiServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      respond(one, response, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    seen,
    access: accessTo(`http://127.0.0.1:${port}`, authentication),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Access to a server without TLS. */
export function accessTo(server: string, authentication: Authentication = { kind: "none" }): ClusterAccess {
  return {
    server,
    origin: 'context "test" of a test',
    namespace: "default",
    insecureSkipTlsVerify: false,
    authentication,
    impersonation: {},
  };
}

/** Answers with JSON. */
export function answer(
  response: ServerResponse,
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(statusCode, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A Status document as Kubernetes sends it. */
export function status(code: number, message: string, details: object = {}): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, message, details };
}
