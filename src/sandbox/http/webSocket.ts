import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Appended to the client's key before it is hashed. @see RFC 6455, 1.3 */
const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OPCODE = { binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Largest message that is taken from a client, in bytes. */
const MAX_MESSAGE = 1024 * 1024;
const NORMAL_CLOSURE = 1000;

/** The server's end of a websocket: what goes out, and when it is over. */
export interface ServerSocket {
  send(message: Buffer): void;
  /** Says good-bye; resolves when the connection is over. */
  close(): Promise<void>;
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
}

/** Subprotocols that a client offers, in its order. */
export function offeredProtocols(request: IncomingMessage): readonly string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

/**
 * Accepts a websocket. What the client sends is read and thrown away: nothing here takes input.
 *
 * @param protocol  one of the offered subprotocols
 */
export function acceptSocket(request: IncomingMessage, socket: Duplex, protocol: string): ServerSocket {
  const accept = hash("sha1", `${request.headers["sec-websocket-key"]}${KEY_SUFFIX}`, "base64");
  socket.write(
    `${[
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ].join("\r\n")}\r\n\r\n`,
  );
  const closed = new Promise<void>((resolve) => {
    socket.once("close", resolve);
  });
  socket.on("error", () => socket.destroy());
  const send = (opcode: number, payload: Buffer): void => {
    if (!socket.writableEnded) socket.write(frame(opcode, payload));
  };
  readFrames(socket, (opcode, payload) => {
    if (opcode === OPCODE.ping) send(OPCODE.pong, payload);
    if (opcode === OPCODE.close) {
      send(OPCODE.close, payload);
      socket.end();
    }
  });
  return {
    closed,
    send: (message) => send(OPCODE.binary, message),
    async close() {
      const code = Buffer.alloc(2);
      code.writeUInt16BE(NORMAL_CLOSURE);
      send(OPCODE.close, code);
      await closed;
    },
  };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (length >= 126 && length < 65_536) head.writeUInt16BE(length, 2);
  if (length >= 65_536) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** Tells of every frame of a client, its mask taken off; a client that breaks the rules is cut off. */
function readFrames(socket: Duplex, onFrame: (opcode: number, payload: Buffer) => void): void {
  let pending = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let size = frameSize(pending); size !== undefined && size.end <= pending.length; ) {
      const { start, end } = size;
      const mask = pending.subarray(start - 4, start);
      const payload = pending.subarray(start, end).map((byte, at) => byte ^ (mask[at % 4] ?? 0));
      onFrame((pending[0] ?? 0) & 0x0f, Buffer.from(payload));
      pending = pending.subarray(end);
      size = frameSize(pending);
    }
    if (pending.length > MAX_MESSAGE) socket.destroy();
  });
}

/** Where the payload of the first frame begins and ends; `undefined` until its head is there. */
function frameSize(bytes: Buffer): { readonly start: number; readonly end: number } | undefined {
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head + 4) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  return { start: head + 4, end: head + 4 + length };
}
