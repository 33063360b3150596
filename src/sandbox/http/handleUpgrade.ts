import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { KubeObject } from "../../object/kubeObject.ts";
import { notFound, StatusError } from "../statusError.ts";
import { liveObject } from "../verbs/createObject.ts";
import { callerOf } from "./accessTokens.ts";
import { handleExec } from "./handleExec.ts";
import { authorize, handleRequest } from "./handleRequest.ts";
import type { RequestContext } from "./requestContext.ts";
import { parsePath, type ResourcePath } from "./requestInfo.ts";
import { sendError } from "./respond.ts";

/** A request that wants another protocol on its connection; `head` are the first bytes after it. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Answers a request to upgrade: `pods/exec` over a websocket; every other one as if it had not asked. Never throws. */
export async function handleUpgrade(
  context: RequestContext,
  { request, socket, head }: UpgradeRequest,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://sandbox");
  const path = parsePath(url.pathname);
  const response = new ServerResponse(request);
  const refuse = (answer: () => void): void => {
    response.assignSocket(socket as Socket);
    response.setHeader("connection", "close");
    response.once("finish", () => socket.end());
    answer();
  };
  const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
  if (path.kind === "other" || !isExec(path) || !isWebSocket) {
    refuse(() => void handleRequest(context, request, response));
    return;
  }
  try {
    socket.unshift(head);
    const pod = podOf(context, request, path);
    await handleExec(context.podExec, { request, socket }, pod, url.searchParams, context.signal);
  } catch (error) {
    refuse(() => sendError(response, error));
  }
}

function isExec({ group, plural, subresource, name }: ResourcePath): boolean {
  return group === "" && plural === "pods" && subresource === "exec" && name !== undefined;
}

function podOf(
  { state, tokens }: RequestContext,
  { headers }: IncomingMessage,
  path: ResourcePath,
): KubeObject {
  const caller = callerOf(headers.authorization, tokens);
  if (!caller) throw new StatusError(401, "Unauthorized", "Unauthorized");
  authorize(caller, path, "create"); // a GET, yet it changes things
  const type = state.registry.byPlural(path.apiVersion, path.plural);
  const pod = type && liveObject(state, type, path.namespace ?? "", path.name ?? "");
  if (!type || !pod) throw notFound(type ?? PODS, path.name ?? "");
  return pod;
}

const PODS = { group: "", plural: "pods", kind: "Pod" } as const;
