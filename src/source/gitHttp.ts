import type { GitHttpRequest, GitHttpResponse, HttpClient } from "isomorphic-git";
import { type Dispatcher, request } from "undici";
import { isAbort } from "../base/errors.ts";
import { displayUrl } from "./displayUrl.ts";
import { isSourceError, SourceError } from "./sourceError.ts";
import { networkError, statusError } from "./sourceHttpErrors.ts";

const MAX_REDIRECTS = 5;

/** Of one repository's requests. */
export interface GitHttpOptions {
  readonly dispatcher: Dispatcher;
  /** Base URL of the repository, without credentials. */
  readonly url: string;
  readonly authorization: string | undefined;
  /** Most bytes that all answers together may have. */
  readonly maxBytes: number;
  /** Milliseconds of silence after which an answer counts as lost. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Carries the requests of one Git operation for isomorphic-git.
 *
 * Credentials go to the configured host alone. isomorphic-git swallows some errors of the stream it reads, so the
 * first failure is kept: after each operation `check` throws it.
 */
export class GitHttp implements HttpClient {
  readonly #options: GitHttpOptions;
  #received = 0;
  #failure: unknown;

  constructor(options: GitHttpOptions) {
    this.#options = options;
  }

  /** Throws what failed underneath, if anything did. @throws SourceError, AbortError */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async request({ url, method = "GET", headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
    const payload = body === undefined ? undefined : await collect(body);
    try {
      return await this.#follow(url, method, headers, payload);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  async #follow(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    payload: Buffer | undefined,
  ): Promise<GitHttpResponse> {
    let target = new URL(url);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const response = await this.#send(target, method, headers, payload);
      const location = response.headers.location;
      if (response.statusCode >= 300 && response.statusCode < 400 && typeof location === "string") {
        await response.body.dump();
        target = this.#redirected(target, location);
        continue;
      }
      if (response.statusCode !== 200) {
        const text = await readSome(response.body);
        throw statusError(this.#options.url, response.statusCode, text, this.#options.authorization);
      }
      return this.#answer(target, method, response);
    }
    throw new SourceError("redirect", `${this.#options.url}: redirected more than ${MAX_REDIRECTS} times`);
  }

  async #send(
    target: URL,
    method: string,
    headers: Readonly<Record<string, string>>,
    payload: Buffer | undefined,
    attempt = 1,
  ): Promise<Dispatcher.ResponseData> {
    const { dispatcher, authorization, timeoutMs, signal } = this.#options;
    try {
      return await request(target, {
        dispatcher,
        method: method as Dispatcher.HttpMethod,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        ...(payload && { body: payload }),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal,
      });
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw abortErrorOf(signal, error);
      // A kept-alive connection that the server closed meanwhile: a new one tells more.
      if (attempt === 1 && method === "GET" && (error as { code?: unknown }).code === "UND_ERR_SOCKET")
        return await this.#send(target, method, headers, payload, 2);
      throw networkError(this.#options.url, error, "unreachable");
    }
  }

  #redirected(from: URL, location: string): URL {
    const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    if (!to || !isSameServer(from, to)) {
      throw new SourceError(
        "redirect",
        `${this.#options.url}: redirected to another server, ${displayUrl(to?.href ?? location)}`,
        { hint: "set the source's url to the new address if it is to be trusted" },
      );
    }
    return to;
  }

  #answer(target: URL, method: string, response: Dispatcher.ResponseData): GitHttpResponse {
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    );
    const listing = headers["content-type"] === "application/x-git-upload-pack-advertisement";
    return {
      url: target.href,
      method,
      headers,
      statusCode: response.statusCode,
      statusMessage: "",
      body: this.#read(response.body, listing),
    };
  }

  async *#read(body: AsyncIterable<Uint8Array>, listing: boolean): AsyncIterableIterator<Uint8Array> {
    const { url, maxBytes, signal } = this.#options;
    let tail = Buffer.alloc(0);
    try {
      for await (const chunk of body) {
        this.#received += chunk.byteLength;
        if (this.#received > maxBytes) throw tooLarge(url, maxBytes);
        tail = Buffer.concat([tail, chunk.subarray(-4)]).subarray(-4);
        yield chunk;
      }
      // A list of refs without its closing flush would look as if branches had been deleted.
      if (listing && tail.toString("latin1") !== "0000")
        throw new SourceError("truncated", `${url}: the list of refs ended too early`);
    } catch (error) {
      const failure = isSourceError(error)
        ? error
        : signal.aborted || isAbort(error)
          ? abortErrorOf(signal, error)
          : networkError(url, error, "truncated");
      this.#failure ??= failure;
      throw failure;
    }
  }
}

/** A transfer over the size limit. */
export function tooLarge(url: string, maxBytes: number): SourceError {
  const limit = maxBytes >= 1024 * 1024 ? `${Math.round(maxBytes / 1024 / 1024)} MB` : `${maxBytes} bytes`;
  return new SourceError("tooLarge", `${url}: larger than the limit of ${limit}`, {
    hint: "raise the source's maxSize, or keep large files out of the repository",
  });
}

function isSameServer(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return false;
  if (from.protocol === to.protocol) return from.port === to.port;
  return from.protocol === "http:" && to.protocol === "https:" && from.port === "" && to.port === "";
}

/** The AbortError that the signal's owner expects; an expired time limit of ours comes as its own reason. */
function abortErrorOf(signal: AbortSignal, error: unknown): unknown {
  return signal.aborted ? signal.reason : error;
}

async function collect(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The beginning of an error page, for the message; the rest is thrown away. */
async function readSome(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  try {
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString("utf8");
      if (text.length > 4096) break;
    }
  } catch {
    // What failed is the status; the page only explains it.
  }
  return text;
}
