import { type Dispatcher, WebSocket } from "undici";
import type { Answer } from "./exchange.ts";

/** A websocket as it is asked for. */
export interface SocketRequest {
  /** `https://host/path?query`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Subprotocols, the best first. */
  readonly protocols: readonly string[];
  /** Longest wait for the head of the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** The server answered with something else than a websocket. */
export class SocketRefusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`HTTP ${answer.statusCode}`);
    this.name = new.target.name;
    this.answer = answer;
  }
}

/**
 * The messages of a websocket in the order in which they come; ends when the server closes it. Who stops reading closes
 * it.
 *
 * @throws SocketRefusal, the error of the connection, or the signal's reason
 */
export async function* socketMessages(
  dispatcher: Dispatcher,
  { url, headers, protocols, timeoutMs }: SocketRequest,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  signal.throwIfAborted();
  const queue: Buffer[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake = (): void => {};
  const finish = (how: { readonly error?: unknown }): void => {
    end ??= how;
    wake();
  };
  const socket = new WebSocket(url, {
    protocols: [...protocols],
    headers: { ...headers },
    dispatcher: telling(dispatcher, timeoutMs, (error) => finish({ error })),
  });
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    queue.push(typeof data === "string" ? Buffer.from(data) : Buffer.from(data as ArrayBuffer));
    wake();
  };
  socket.onerror = ({ error, message }) => finish({ error: error ?? new Error(message) });
  socket.onclose = () => finish({});
  const onAbort = (): void => finish({ error: signal.reason });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      const next = queue.shift();
      if (next) yield next;
      else if (end && "error" in end) throw end.error;
      else if (end) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    socket.close();
  }
}

/**
 * The dispatcher, which tells why there was no websocket: the specification hides that from a page in a browser, and
 * undici from everybody.
 */
function telling(dispatcher: Dispatcher, timeoutMs: number, tell: (why: unknown) => void): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const chunks: Buffer[] = [];
    let answer: Omit<Answer, "body"> | undefined;
    return dispatch(
      { ...options, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
      {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onRequestUpgrade: (controller, statusCode, headers, socket) =>
          handler.onRequestUpgrade?.(controller, statusCode, headers, socket),
        onResponseStart(_, statusCode, headers) {
          if (statusCode < 200) return;
          const wait = headers["retry-after"];
          answer = { statusCode, retryAfter: typeof wait === "string" ? wait : undefined };
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd(controller) {
          const { statusCode = 0, retryAfter } = answer ?? {};
          const refusal = new SocketRefusal({
            statusCode,
            retryAfter,
            body: Buffer.concat(chunks).toString(),
          });
          tell(refusal);
          handler.onResponseError?.(controller, refusal);
        },
        onResponseError(controller, error) {
          tell(error);
          handler.onResponseError?.(controller, error);
        },
      },
    );
  });
}
