import { type BackoffOptions, backoffMs } from "../base/backoff.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { JsonValue } from "../object/json.ts";
import type { ClusterAccess } from "./clusterAccess.ts";
import { openConnections } from "./connection.ts";
import { type Credentials, createCredentials } from "./credentials.ts";
import { type Answer, exchange } from "./exchange.ts";
import { SocketRefusal, socketMessages } from "./socketMessages.ts";
import { isConnectionReset, lateError, noAnswerError, noJsonError, refusalError } from "./transportError.ts";

/** One request to the API server. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with query, already encoded, from the server's root. */
  readonly path: string;
  readonly body?: JsonValue;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly accept?: string;
  /** The Kubernetes verb, for counts and messages: `apply`, `list`. */
  readonly verb: string;
  /** Kind that the request is about, or a word like `discovery`. For counts. */
  readonly kind: string;
  /** `StatefulSet/ns/name`, or a path. For messages. */
  readonly subject: string;
  readonly signal?: AbortSignal;
}

/** One request that was sent, whatever came of it. */
export interface RequestRecord {
  readonly verb: string;
  readonly kind: string;
  /** Absent when there was no answer. */
  readonly statusCode?: number;
  readonly durationMs: number;
}

/** What requests to an API server are sent with. */
export interface TransportOptions {
  readonly access: ClusterAccess;
  /** Default `lockstep`. */
  readonly userAgent?: string;
  /** Connections for everything but watches, which have their own. Default 8: more are slower. */
  readonly connections?: number;
  /** Longest time of one call from when it is sent, repeats included. Default 30 s. */
  readonly timeoutMs?: number;
  /** Longest answer. Default 128 MiB. */
  readonly maxResponseBytes?: number;
  /** Inherited by exec plugins. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onRequest?: (record: RequestRecord) => void;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Carries JSON to and from one API server. Failures are ClusterErrors, or KubeConfigErrors about credentials. */
export interface Transport {
  readonly server: string;
  /** What one call may take; a lease must be valid for longer than that when a write starts. */
  readonly timeoutMs: number;
  /** The parsed body of a successful answer; `null` when it is empty. */
  request(request: TransportRequest): Promise<JsonValue>;
  /**
   * The body of a long answer, piece by piece, on a connection of its own. Ends when the server ends it.
   *
   * @param silenceMs  longest wait for the next piece
   */
  stream(request: TransportRequest, silenceMs: number): AsyncIterable<Buffer>;
  /**
   * What a websocket brings, message by message, on a connection of its own. Ends when the server closes it; who stops
   * reading closes it.
   *
   * @param protocols  subprotocols, the best first
   * @param withinMs  longest time of it all
   */
  messages(request: TransportRequest, protocols: readonly string[], withinMs: number): AsyncIterable<Buffer>;
  /** Ends all connections; what is under way fails. */
  close(): Promise<void>;
}

/** How often one call is sent anew after 429, 503 or a broken connection. */
const MAX_RETRIES = 5;
const BACKOFF: BackoffOptions = { baseMs: 100, maxMs: 5000 };
/** Wait after a 429 that names none, in milliseconds. */
const DEFAULT_RETRY_AFTER_MS = 1000;

/** What came of one attempt: an answer of any status, or what was thrown instead. */
type Outcome = Answer | { readonly error: unknown };

/** Opens nothing yet: connections come with the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { access, clock = systemClock, random = Math.random, onRequest = () => {} } = options;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const credentials = createCredentials(access, { clock, environment: options.environment ?? {} });
  const { clientCertificate } = credentials;
  const { connections = 8, maxResponseBytes = 128 * 1024 * 1024 } = options;
  const openPools = () => ({
    calls: openConnections(access, { connections, maxResponseBytes, clientCertificate }),
    watches: openConnections(access, { connections: null, maxResponseBytes: -1, clientCertificate }),
  });
  let pools = openPools();
  const closed = new AbortController();
  const toWire = wireForm(access, options.userAgent ?? "lockstep");

  /** False when there is nothing to fetch anew. */
  const refreshCredentials = (): boolean => {
    const certificate = clientCertificate();
    const isRefreshed = credentials.refresh();
    if (isRefreshed && certificate) {
      // Connections keep the certificate they were opened with: let them finish, and open new ones.
      const { calls, watches } = pools;
      pools = openPools();
      for (const old of [calls, watches]) old.close().catch(() => {}); // destroyed meanwhile: closed, too
    }
    return isRefreshed;
  };

  const attempt = async (
    request: TransportRequest,
    body: string | null,
    leftMs: number,
  ): Promise<Outcome> => {
    const startedAt = performance.now();
    let sent = false;
    let outcome: Outcome;
    try {
      const pending = credentials.authorization();
      const authorization = pending instanceof Promise ? await pending : pending;
      const wire = { ...toWire(request, authorization), body, timeoutMs: leftMs };
      sent = true;
      outcome = await exchange(pools.calls, wire, request.signal);
    } catch (error) {
      outcome = { error };
    }
    if (sent) onRequest(recordOf(request, startedAt, "error" in outcome ? undefined : outcome.statusCode));
    request.signal?.throwIfAborted();
    return outcome;
  };

  const call = async (request: TransportRequest): Promise<JsonValue> => {
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    const deadline = clock.now() + timeoutMs;
    let refreshed = false;
    for (let attempts = 1; ; attempts++) {
      const outcome = await attempt(request, body, Math.max(1, deadline - clock.now()));
      if (!("error" in outcome)) {
        if (outcome.statusCode < 300) return parseBody(outcome.body, access, request);
        if (outcome.statusCode === 401 && !refreshed && refreshCredentials()) {
          refreshed = true;
          continue;
        }
      }
      const waitMs = repeatDelayMs(outcome, request, backoffMs(attempts, random(), BACKOFF));
      if (waitMs === undefined || attempts > MAX_RETRIES || clock.now() + waitMs >= deadline) {
        throw errorOf(outcome, access, request);
      }
      await clock.sleep(waitMs, request.signal);
    }
  };

  async function* stream(request: TransportRequest, silenceMs: number): AsyncGenerator<Buffer> {
    const signal = request.signal ? AbortSignal.any([request.signal, closed.signal]) : closed.signal;
    try {
      const wire = toWire(request, await credentials.authorization());
      const startedAt = performance.now();
      const answer = await pools.watches
        .request({ ...wire, signal, headersTimeout: timeoutMs, bodyTimeout: silenceMs })
        .catch((error: unknown) => {
          onRequest(recordOf(request, startedAt, undefined));
          throw error;
        });
      const { statusCode, headers, body } = answer;
      onRequest(recordOf(request, startedAt, statusCode));
      if (statusCode >= 300) {
        if (statusCode === 401) refreshCredentials();
        const wait = headers["retry-after"];
        const retryAfter = typeof wait === "string" ? wait : undefined;
        throw errorOf({ statusCode, retryAfter, body: await body.text() }, access, request);
      }
      for await (const chunk of body) yield chunk as Buffer;
    } catch (error) {
      request.signal?.throwIfAborted();
      throw errorOf({ error }, access, request);
    }
  }

  async function* messages(
    request: TransportRequest,
    protocols: readonly string[],
    withinMs: number,
  ): AsyncGenerator<Buffer> {
    const limit = AbortSignal.timeout(withinMs);
    const signal = AbortSignal.any([limit, closed.signal, ...(request.signal ? [request.signal] : [])]);
    for (let refreshed = false; ; refreshed = true) {
      const startedAt = performance.now();
      let statusCode: number | undefined = 101;
      try {
        const { origin, path, headers } = toWire(request, await credentials.authorization());
        const wire = { url: origin + path, headers: pairsOf(headers), protocols, timeoutMs };
        yield* socketMessages(pools.watches, wire, signal);
        return;
      } catch (error) {
        request.signal?.throwIfAborted();
        const outcome = error instanceof SocketRefusal ? error.answer : { error };
        statusCode = "error" in outcome ? undefined : outcome.statusCode;
        if (statusCode === 401 && !refreshed && refreshCredentials()) continue;
        throw limit.aborted ? lateError(access, request, withinMs) : errorOf(outcome, access, request);
      } finally {
        onRequest(recordOf(request, startedAt, statusCode));
      }
    }
  }

  return {
    server: access.server,
    timeoutMs,
    request: call,
    stream,
    messages,
    async close() {
      closed.abort();
      await Promise.all([pools.calls.destroy(), pools.watches.destroy()]);
    },
  };
}

/** The part of a request that is the same at every attempt, but for the token. */
function wireForm(access: ClusterAccess, userAgent: string) {
  const { origin, pathname } = new URL(access.server);
  const prefix = pathname === "/" ? "" : pathname;
  const impersonation = Object.entries(access.impersonation).flat();
  return (request: TransportRequest, authorization: Awaited<ReturnType<Credentials["authorization"]>>) => {
    const accept = request.accept ?? "application/json";
    const headers = ["accept", accept, "user-agent", userAgent, ...impersonation];
    if (request.body !== undefined) headers.push("content-type", request.contentType ?? "application/json");
    if (authorization !== undefined) headers.push("authorization", authorization);
    return { origin, path: prefix + request.path, method: request.method, headers };
  };
}

/** Header names and values that alternate, as an object. */
function pairsOf(headers: readonly string[]): Readonly<Record<string, string>> {
  const names = headers.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, headers[index * 2 + 1] ?? ""]));
}

function recordOf(
  { verb, kind }: TransportRequest,
  startedAt: number,
  statusCode: number | undefined,
): RequestRecord {
  const durationMs = performance.now() - startedAt;
  return statusCode === undefined ? { verb, kind, durationMs } : { verb, kind, statusCode, durationMs };
}

function parseBody(body: string, access: ClusterAccess, request: TransportRequest): JsonValue {
  if (body === "") return null;
  try {
    return JSON.parse(body) as JsonValue;
  } catch (error) {
    throw noJsonError(error, access, request);
  }
}

/**
 * How long to wait before the same request goes out again; `undefined` when it must not.
 *
 * 429 and 503 with Retry-After were not carried out; after a broken connection nobody knows, so only reads repeat.
 */
function repeatDelayMs(outcome: Outcome, request: TransportRequest, backoff: number): number | undefined {
  if ("error" in outcome) {
    return request.method === "GET" && isConnectionReset(outcome.error) ? backoff : undefined;
  }
  const wait = retryAfterMs(outcome.retryAfter);
  if (outcome.statusCode === 429) return wait ?? DEFAULT_RETRY_AFTER_MS;
  return outcome.statusCode === 503 ? wait : undefined;
}

/** Seconds, as Kubernetes writes it; a date is not understood. */
function retryAfterMs(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

function errorOf(outcome: Outcome, access: ClusterAccess, request: TransportRequest): unknown {
  const { verb, subject } = request;
  if ("error" in outcome) {
    const { error } = outcome;
    return error instanceof AppError ? error : noAnswerError(error, access, { verb, subject });
  }
  const wait = retryAfterMs(outcome.retryAfter);
  const { statusCode, body } = outcome;
  return refusalError(statusCode, body, { verb, subject, ...(wait !== undefined && { retryAfterMs: wait }) });
}
