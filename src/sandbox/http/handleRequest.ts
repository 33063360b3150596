import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeRegistry } from "../registry/typeRegistry.ts";
import { pageNotFound, StatusError, unknownResource } from "../statusError.ts";
import { type Caller, callerOf, mayDo } from "./accessTokens.ts";
import {
  aggregatedDiscovery,
  coreVersions,
  groupDocument,
  groupList,
  resourceList,
  VERSION,
} from "./discovery.ts";
import { handleResource } from "./handleResource.ts";
import { representationOf } from "./mediaTypes.ts";
import { openApiDocument, openApiIndex } from "./openApi.ts";
import { type ParsedRequest, type RequestContext, verbOf } from "./requestContext.ts";
import { parsePath, type ResourcePath } from "./requestInfo.ts";
import { sendError, sendJson } from "./respond.ts";

/** Answers one request; never throws. */
export async function handleRequest(
  context: RequestContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = request.url ?? "/";
    const mark = url.indexOf("?");
    const path = parsePath(mark < 0 ? url : url.slice(0, mark));
    const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
    const caller = callerOf(request.headers.authorization, context.tokens);
    if (!caller) throw new StatusError(401, "Unauthorized", "Unauthorized");
    const parsed: ParsedRequest = { request, response, query, caller };
    if (path.kind === "other") {
      handleOther(context, parsed, path.segments);
      return;
    }
    authorize(caller, path, verbOf(request.method ?? "GET", path, query));
    await handleResource(context, parsed, path);
  } catch (error) {
    sendError(response, error);
  } finally {
    if (!request.readableEnded) request.resume();
  }
}

/** @throws StatusError 403 */
export function authorize(caller: Caller, path: ResourcePath, verb: string): void {
  if (mayDo(caller.rights, verb) || isReview(path)) return;
  const { group, plural, name, namespace, subresource } = path;
  const qualified = group === "" ? plural : `${plural}.${group}`;
  const resource = subresource === "" ? plural : `${plural}/${subresource}`;
  const inNamespace = plural === "namespaces" && group === "" ? name : namespace;
  const where = inNamespace === undefined ? "at the cluster scope" : `in the namespace "${inNamespace}"`;
  const subject = name === undefined ? qualified : `${qualified} "${name}"`;
  throw new StatusError(
    403,
    "Forbidden",
    `${subject} is forbidden: User "${caller.user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    {
      ...(name === undefined ? {} : { name }),
      ...(group === "" ? {} : { group }),
      kind: plural,
    },
  );
}

/** Everybody may ask what they may do. */
function isReview({ group, plural }: ResourcePath): boolean {
  return group === "authorization.k8s.io" && plural.startsWith("selfsubject");
}

function handleOther(context: RequestContext, parsed: ParsedRequest, segments: readonly string[]): void {
  const { response, request, caller } = parsed;
  const [first, second, third] = segments;
  if (first === "livez" || first === "readyz" || first === "healthz") {
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end("ok");
    return;
  }
  if (first === "version") {
    sendJson(response, 200, VERSION);
    return;
  }
  if (caller.user === "system:anonymous") {
    throw new StatusError(
      403,
      "Forbidden",
      `forbidden: User "system:anonymous" cannot get path "/${segments.join("/")}"`,
      {},
    );
  }
  const { registry } = context.state;
  if (first === "api" || first === "apis") {
    sendDiscovery(registry, parsed, segments);
    return;
  }
  if (first === "openapi" && second === "v3") {
    const document =
      third === undefined ? openApiIndex(context.state) : openApiDocument(context.state, segments.slice(2));
    if (document === undefined) throw pageNotFound();
    sendJson(response, 200, document as Parameters<typeof sendJson>[2]);
    return;
  }
  if (request.method === "GET" && segments.length === 0) {
    sendJson(response, 200, { paths: ["/api", "/apis", "/openapi/v3", "/readyz", "/version"] });
    return;
  }
  throw pageNotFound();
}

function sendDiscovery(
  registry: TypeRegistry,
  { request, response }: ParsedRequest,
  segments: readonly string[],
): void {
  const [root, group, version] = segments;
  const isCore = root === "api";
  if (segments.length === 1) {
    if (representationOf(request.headers.accept) === "discovery") {
      sendJson(response, 200, aggregatedDiscovery(registry, isCore), {
        "content-type": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        vary: "Accept",
      });
      return;
    }
    sendJson(response, 200, isCore ? coreVersions(request.headers.host ?? "") : groupList(registry), {
      vary: "Accept",
    });
    return;
  }
  const found = isCore
    ? resourceList(registry, "", group ?? "")
    : version === undefined
      ? groupDocument(registry, group ?? "")
      : resourceList(registry, group ?? "", version);
  if (!found) throw isCore || !groupDocument(registry, group ?? "") ? pageNotFound() : unknownResource();
  sendJson(response, 200, found);
}
