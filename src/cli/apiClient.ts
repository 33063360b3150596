import { readFile } from "node:fs/promises";
import { messageOf } from "../base/errors.ts";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import { asObject, asString, type JsonObject, type JsonValue } from "../object/json.ts";
import { CliError, usageError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";

/** Where the service is, and as whom to speak to it. */
export interface ApiOptions {
  readonly server?: string;
  readonly tokenFile?: string;
}

const DEFAULT_SERVER = "http://127.0.0.1:8080";

/** A service's HTTP API, as the commands use it. */
export interface ApiClient {
  readonly get: (path: string) => Promise<JsonObject>;
  readonly post: (path: string, body?: JsonValue) => Promise<JsonObject>;
}

/**
 * Speaks to the service named by `--server` and `--token-file`, else by LOCKSTEP_SERVER and LOCKSTEP_TOKEN_FILE.
 *
 * Every answer that is no success becomes a CliError with the service's own words.
 */
export function apiClient(options: ApiOptions, io: CliIo): ApiClient {
  const server = (options.server ?? io.env.LOCKSTEP_SERVER ?? DEFAULT_SERVER).replace(/\/+$/, "");
  if (!/^https?:\/\//i.test(server) || !URL.canParse(server))
    throw usageError(`--server ${server}: expected an address like ${DEFAULT_SERVER}`);
  const tokenFile = options.tokenFile ?? io.env.LOCKSTEP_TOKEN_FILE;
  const call = async (method: string, path: string, body?: JsonValue): Promise<JsonObject> => {
    const headers: Record<string, string> = { accept: "application/json" };
    if (tokenFile) headers.authorization = `Bearer ${await readToken(tokenFile)}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await send(server, path, {
      method,
      headers,
      signal: io.signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await readJson(response);
    if (response.ok) return asObject(answer);
    throw refusal(response.status, asObject(answer), server);
  };
  return { get: (path) => call("GET", path), post: (path, body) => call("POST", path, body) };
}

/** The path of an instance below `/api/v1`. */
export function instancePath(namespace: string, name: string): string {
  return `/api/v1/instances/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

async function send(server: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${server}${path}`, init);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new CliError(`${server}: no answer: ${cause}`, {
      cause: error,
      hint: "is `lockstep serve` running? name another address with --server or LOCKSTEP_SERVER",
    });
  }
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new CliError(`--token-file ${file}: ${whyUnreadable(error)}`, { cause: error });
  }
}

async function readJson(response: Response): Promise<unknown> {
  const body = await response.text();
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    return { detail: body.slice(0, 200) }; // whatever answered is not the service; its words are shown all the same
  }
}

/** The service's own words; whatever else answered is named by its address. */
function refusal(status: number, problem: JsonObject, server: string): CliError {
  const isOurs = asString(problem.code) !== undefined;
  const words = asString(problem.detail) ?? asString(problem.title) ?? `HTTP ${status}`;
  const message = isOurs ? words : `${server}: ${words}`;
  const hint =
    asString(problem.hint) ??
    (status === 401 ? "give the service's token with --token-file or LOCKSTEP_TOKEN_FILE" : undefined);
  return new CliError(message, hint === undefined ? {} : { hint });
}
