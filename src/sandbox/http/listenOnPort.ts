import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SelfSigned } from "./selfSignedCertificate.ts";

/** First byte of a TLS handshake. */
const TLS_HANDSHAKE = 0x16;
const HTTP_OPTIONS = { keepAliveTimeout: 75_000, requestTimeout: 0 } as const;

/** A port that speaks HTTP and HTTPS: the first byte of a connection tells which. */
export interface Listening {
  readonly port: number;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

/** What happens to requests. One that wants another protocol on its connection goes to `upgrade`, with its first bytes. */
export interface PortHandlers {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Listens; rejects with the error of the system when the port is in use. */
export async function listenOnPort(
  { port, host, tls }: { readonly port: number; readonly host: string; readonly tls: SelfSigned },
  handlers: PortHandlers,
): Promise<Listening> {
  const plain = createServer(HTTP_OPTIONS, handlers.request);
  const certificate = { cert: tls.certificate, key: tls.privateKey };
  const secure = createTlsServer({ ...HTTP_OPTIONS, ...certificate }, handlers.request);
  for (const server of [plain, secure]) server.on("upgrade", handlers.upgrade);
  // A client that does not like the certificate says so and leaves; there is nobody to tell.
  secure.on("tlsClientError", () => {});
  const sockets = new Set<Socket>();
  const server = createSocketServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A connection that breaks before it was handed on has nobody else to listen.
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read(1) as Buffer | null;
      if (!first) return;
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit("connection", socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
