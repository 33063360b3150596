import type { Dispatcher } from "undici";

/** What was answered, whatever the status. */
export interface Answer {
  readonly statusCode: number;
  /** Value of Retry-After, when there is one. */
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** A request as it goes over the wire; `headers` alternates names and values. */
export interface WireRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers: string[];
  readonly body: string | null;
  /** Longest wait for the head of the answer, and between its parts; from when the request is sent. */
  readonly timeoutMs: number;
}

/**
 * Sends one request and collects its answer whole.
 *
 * Goes beneath undici's streams: an answer that is parsed at once needs none, and they cost more than the parsing.
 * Rejects with the signal's reason at once, even while the request waits for a connection.
 */
export function exchange(
  dispatcher: Dispatcher,
  { timeoutMs, ...request }: WireRequest,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let statusCode = 0;
    let retryAfter: string | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    const onAbort = (): void => {
      controller?.abort(signal?.reason as Error);
      reject(signal?.reason);
    };
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener("abort", onAbort, { once: true });
    const settled = (): void => signal?.removeEventListener("abort", onAbort);
    dispatcher.dispatch(
      { ...request, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
      {
        onRequestStart(started) {
          controller = started;
          if (signal?.aborted) started.abort(signal.reason as Error);
        },
        onResponseStart(_, status, headers) {
          if (status < 200) return;
          statusCode = status;
          const wait = headers["retry-after"];
          retryAfter = typeof wait === "string" ? wait : undefined;
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          settled();
          resolve({ statusCode, retryAfter, body: textOf(chunks) });
        },
        onResponseError(_, error) {
          settled();
          reject(error);
        },
      },
    );
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const only = chunks.length === 1 ? chunks[0] : undefined;
  return (only ?? Buffer.concat(chunks)).toString("utf8");
}
