import type { ServerResponse } from "node:http";
import { LONGEST_TIMER_MS } from "../../base/clock.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import type { ClusterState } from "../verbs/clusterState.ts";
import { type WatchLine, type WatchSession, watchObjects } from "../verbs/watchObjects.ts";
import type { WatchOptions } from "./queryOptions.ts";

/** Bytes that a slow reader may leave unread before its watch is ended. */
const BACKLOG_LIMIT = 16 * 1024 * 1024;
/** Seconds of a watch without a limit of its own. */
const DEFAULT_TIMEOUT = 1800;

/** Of one stream of watch events. */
export interface WatchStreamOptions extends WatchOptions {
  readonly bookmarkIntervalMs: number;
  /** Text of an object in the form the client asked for. */
  readonly render: (object: KubeObject) => string;
}

/** Answers a watch: one JSON line per change until the client leaves, the time is over, or the server stops. */
export function streamWatch(
  state: ClusterState,
  type: ResourceType,
  options: WatchStreamOptions,
  response: ServerResponse,
  signal: AbortSignal,
): void {
  let session: WatchSession | undefined;
  let started = false;
  const early: string[] = [];
  const end = (): void => {
    session?.close();
    clearTimeout(limit);
    clearInterval(bookmarks);
    signal.removeEventListener("abort", end);
    response.end();
  };
  const write = (line: WatchLine): void => {
    const text = lineText(line, options.render);
    if (!started) {
      early.push(text);
      return;
    }
    response.write(text);
    if (line.type === "ERROR" || response.writableLength > BACKLOG_LIMIT) end();
  };
  session = watchObjects(state, type, options, write, end);
  started = true;
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  if (early.length > 0) response.write(early.join(""));
  const timeoutMs = (options.timeoutSeconds || DEFAULT_TIMEOUT) * 1000;
  const limit = setTimeout(end, Math.min(timeoutMs, LONGEST_TIMER_MS));
  const bookmarks = setInterval(() => {
    if (options.bookmarks && session) write(session.bookmark());
  }, options.bookmarkIntervalMs);
  limit.unref();
  bookmarks.unref();
  response.on("close", end);
  signal.addEventListener("abort", end);
  if (early.at(-1)?.startsWith('{"type":"ERROR"')) end();
}

function lineText(line: WatchLine, render: (object: KubeObject) => string): string {
  const body = line.type === "ERROR" ? JSON.stringify(line.status) : render(line.object);
  return `{"type":"${line.type}","object":${body}}\n`;
}
