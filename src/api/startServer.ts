import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { AppError, messageOf } from "../base/errors.ts";

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:8080`, with the port that was taken. */
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those under way end, and cuts off what takes longer than `graceMs`. */
  readonly close: () => Promise<void>;
}

/** Where the API listens, and how long its end may take. */
export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Longest wait for requests under way at the end, in milliseconds; default 5 s. */
  readonly graceMs?: number;
}

/** An address that cannot be listened on. */
export class ListenError extends AppError {
  readonly code = "http.listen";
  readonly retryable = false;
}

const DEFAULT_GRACE_MS = 5000;
const SWEEP_MS = 50;

/** Listens; resolves once connections are taken. @throws ListenError that names address and port */
export async function startServer(
  app: { readonly fetch: (request: Request) => Response | Promise<Response> },
  { host, port, graceMs = DEFAULT_GRACE_MS }: ServerOptions,
): Promise<RunningServer> {
  const server = createAdaptorServer({
    fetch: (request: Request) => app.fetch(request),
    hostname: host,
  }) as Server;
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  const shown = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${shown}:${taken}`, port: taken, close: () => close(server, graceMs) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): ListenError {
  if (error.code === "EADDRINUSE")
    return new ListenError(`port ${port} on ${host} is in use by another program`, {
      cause: error,
      hint: "choose another with --port, or 0 for any free one",
    });
  if (error.code === "EACCES")
    return new ListenError(`port ${port} on ${host} may not be used: ports below 1024 need privileges`, {
      cause: error,
      hint: "choose another with --port",
    });
  return new ListenError(`cannot listen on ${host}, port ${port}: ${messageOf(error)}`, {
    cause: error,
    hint: "choose another address with --host",
  });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection whose last request has just ended is kept alive, and nobody else closes it now.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
