import { setTimeout as delay } from "node:timers/promises";
import { afterAll } from "vitest";
import type { JsonObject, JsonValue } from "../../src/object/json.ts";
import { type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";

/** What the server answered. */
export interface Answer {
  readonly code: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of any shape
  readonly body: any;
}

export interface CallOptions {
  readonly body?: JsonValue | string;
  readonly type?: string;
  readonly token?: string | undefined;
  readonly accept?: string;
}

export const APPLY = "application/apply-patch+yaml";
export const MERGE = "application/merge-patch+json";
export const DEFAULT = "/api/v1/namespaces/default";
export const APPS = "/apis/apps/v1/namespaces/default";

/** A sandbox for the tests of one file, and calls to it over HTTP. It stops when they are over. */
export function sandboxForTests(options: SandboxOptions = {}) {
  const stopping = new AbortController();
  const starting = startSandbox(
    { speed: { podStartMs: 20, podRunMs: 20, podStopMs: 10, reactionMs: 2 }, ...options },
    stopping.signal,
  );
  afterAll(async () => {
    await (await starting).stop();
  });
  const call = async (method: string, path: string, given: CallOptions = {}): Promise<Answer> => {
    const { url, tokens } = await starting;
    const token = "token" in given ? given.token : tokens.admin;
    const response = await fetch(url + path, {
      method,
      headers: {
        "content-type": given.type ?? "application/json",
        "user-agent": "test/1",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(given.accept === undefined ? {} : { accept: given.accept }),
      },
      ...(given.body === undefined
        ? {}
        : { body: typeof given.body === "string" ? given.body : JSON.stringify(given.body) }),
    });
    const text = await response.text();
    const isJson =
      response.headers.get("content-type")?.startsWith("application/json") && !text.includes("}\n{");
    return {
      code: response.status,
      headers: response.headers,
      body: isJson && text !== "" ? JSON.parse(text) : text,
    };
  };
  return {
    starting,
    call,
    get: (path: string) => call("GET", path),
    create: (path: string, body: JsonValue) => call("POST", path, { body }),
    remove: (path: string, body?: JsonValue) => call("DELETE", path, body === undefined ? {} : { body }),
    merge: (path: string, body: JsonValue) => call("PATCH", path, { body, type: MERGE }),
    apply: (path: string, body: JsonValue, manager = "tester") =>
      call("PATCH", `${path}${path.includes("?") ? "&" : "?"}fieldManager=${manager}`, { body, type: APPLY }),
    /** Lines of a watch that ends after `seconds`. */
    async watch(path: string, seconds = 1): Promise<readonly { type: string; object: JsonObject }[]> {
      const { body } = await call(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}watch=1&timeoutSeconds=${seconds}`,
      );
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return text
        .split("\n")
        .filter((line: string) => line !== "")
        .map((line: string) => JSON.parse(line));
    },
    /** Asks until the answer is as wanted; fails after ten seconds with the last one. */
    async until(path: string, isWanted: (answer: Answer) => boolean): Promise<Answer> {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const answer = await call("GET", path);
        if (isWanted(answer)) return answer;
        if (Date.now() > deadline) throw new Error(`${path}: ${JSON.stringify(answer.body).slice(0, 2000)}`);
        await delay(10);
      }
    },
  };
}

/** A Deployment, or another workload with a selector. */
export function workload(
  kind: string,
  name: string,
  spec: JsonObject = {},
  annotations: JsonObject = {},
): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: "main", image: "image:1" }] },
      },
      ...spec,
    },
  };
}

/** A condition of an object, by its type. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of any shape
export function condition(object: any, type: string): any {
  return object?.status?.conditions?.find((candidate: { type: string }) => candidate.type === type);
}
