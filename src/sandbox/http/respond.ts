import type { ServerResponse } from "node:http";
import { messageOf } from "../../base/errors.ts";
import type { JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { StatusError } from "../statusError.ts";

const texts = new WeakMap<object, string>();

/** The JSON of an object, kind and apiVersion first; kept for as long as the object lives. */
export function objectText(object: KubeObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const { kind, apiVersion, ...rest } = object;
  const text = JSON.stringify({ kind, apiVersion, ...rest });
  texts.set(object, text);
  return text;
}

/** The JSON of an object as an item of a built-in list: without kind and apiVersion. */
export function itemText(object: KubeObject): string {
  const head = JSON.stringify({ kind: object.kind, apiVersion: object.apiVersion }).slice(0, -1);
  const text = objectText(object);
  return `{${text.slice(head.length).replace(/^,/, "")}`;
}

/** Sends JSON text with its length. */
export function sendText(
  response: ServerResponse,
  code: number,
  text: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  const body = Buffer.from(text);
  response.writeHead(code, {
    "content-type": "application/json",
    "cache-control": "no-cache, private",
    "content-length": String(body.length),
    ...(headers as Record<string, string>),
  });
  response.end(body);
}

/** Ends a response with a document. */
export function sendJson(
  response: ServerResponse,
  code: number,
  value: JsonObject,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): void {
  sendText(response, code, JSON.stringify(value), headers);
}

/** The Warning headers of a write; none when there is nothing to warn of. */
export function warningHeaders(warnings: readonly string[]): Readonly<Record<string, readonly string[]>> {
  if (warnings.length === 0) return {};
  const quoted = warnings.map((text) => `299 - "${text.replace(/["\\]/g, "\\$&").replace(/\s+/g, " ")}"`);
  return { warning: quoted };
}

/** Sends what was thrown: a Status as it is, anything else as an internal error. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  const status =
    error instanceof StatusError
      ? error
      : new StatusError(500, "InternalError", `Internal error occurred: ${messageOf(error)}`);
  if (status.headers["content-type"] === "text/plain") {
    response.writeHead(status.httpCode, { "content-type": "text/plain; charset=utf-8" });
    response.end(`${status.message}\n`);
    return;
  }
  sendJson(response, status.httpCode, status.body, status.headers);
}
