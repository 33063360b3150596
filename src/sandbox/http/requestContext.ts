import type { IncomingMessage, ServerResponse } from "node:http";
import type { PodExec } from "../podExec.ts";
import { methodNotAllowed } from "../statusError.ts";
import type { ClusterState } from "../verbs/clusterState.ts";
import type { Caller } from "./accessTokens.ts";
import { isTrue } from "./queryOptions.ts";
import type { ResourcePath } from "./requestInfo.ts";

/** What the HTTP side of a sandbox works with. */
export interface RequestContext {
  readonly state: ClusterState;
  readonly tokens: ReadonlyMap<string, Caller>;
  readonly bookmarkIntervalMs: number;
  readonly podExec: PodExec;
  /** Fires when the server stops; ends watches. */
  readonly signal: AbortSignal;
}

/** One request, with what was read from its line. */
export interface ParsedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly caller: Caller;
}

/** The verb that authorization knows, of a method and a path. */
export function verbOf(method: string, { name }: ResourcePath, query: URLSearchParams): string {
  switch (method) {
    case "GET":
    case "HEAD":
      if (isTrue(query.get("watch"))) return "watch";
      return name === undefined ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === undefined ? "deletecollection" : "delete";
    default:
      throw methodNotAllowed();
  }
}
