import { asObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import type { TypeRegistry } from "../registry/typeRegistry.ts";
import { methodNotAllowed, notFound, pageNotFound, unknownResource } from "../statusError.ts";
import { metadataOnly, tableDocument } from "../tables/tableDocument.ts";
import { createObject, liveObject } from "../verbs/createObject.ts";
import { deletedStatus, deleteObject } from "../verbs/deleteObject.ts";
import { listObjects } from "../verbs/listObjects.ts";
import { handleSubresource } from "./handleSubresource.ts";
import { contentTypeOf } from "./mediaTypes.ts";
import {
  bodyOf,
  formOf,
  patch,
  renderer,
  sendObject,
  sendWritten,
  targetOf,
  update,
} from "./objectRequests.ts";
import { deleteOptions, listRequest, watchOptions, writeOptions } from "./queryOptions.ts";
import { parseBody, readBody } from "./requestBody.ts";
import { type ParsedRequest, type RequestContext, verbOf } from "./requestContext.ts";
import type { ResourcePath } from "./requestInfo.ts";
import { itemText, objectText, sendJson, sendText } from "./respond.ts";
import { reviewObject } from "./reviews.ts";
import { streamWatch } from "./watchStream.ts";

/** Answers a request for a resource, one object, or a part of one. */
export async function handleResource(
  context: RequestContext,
  parsed: ParsedRequest,
  path: ResourcePath,
): Promise<void> {
  const { registry } = context.state;
  const type = registry.byPlural(path.apiVersion, path.plural);
  if (!type || (!type.namespaced && path.namespace !== undefined)) {
    throw isServed(registry, path) ? unknownResource() : pageNotFound();
  }
  const verb = verbOf(parsed.request.method ?? "GET", path, parsed.query);
  const needsNamespace = type.namespaced && path.namespace === undefined;
  if (needsNamespace && (path.name !== undefined || verb === "create")) throw methodNotAllowed();
  if (path.name === undefined && (verb === "update" || verb === "patch")) throw methodNotAllowed();
  if (path.subresource !== "") {
    await handleSubresource(context, parsed, type, path, verb);
    return;
  }
  if (!type.verbs.includes(verb)) throw methodNotAllowed();
  switch (verb) {
    case "list":
      sendList(context, parsed, type, path);
      return;
    case "watch":
      startWatch(context, parsed, type, path);
      return;
    case "get":
      sendOne(context, parsed, type, path);
      return;
    case "create":
      await create(context, parsed, type, path);
      return;
    case "update":
      await update(context, parsed, targetOf(type, path));
      return;
    case "patch":
      await patch(context, parsed, targetOf(type, path));
      return;
    case "delete":
      await remove(context, parsed, type, path);
      return;
    default:
      await removeCollection(context, parsed, type, path);
  }
}

/** True under a group that is served. */
function isServed(registry: TypeRegistry, { group }: ResourcePath): boolean {
  return group === "" || registry.groups().some((known) => known.group === group);
}

function sendList(
  { state }: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
): void {
  const page = listObjects(state, type, { ...listRequest(parsed.query), ...namespaceOf(path) });
  const metadata: JsonObject = {
    resourceVersion: page.resourceVersion,
    ...(page.continueToken === undefined ? {} : { continue: page.continueToken }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
  const form = formOf(parsed);
  if (form === "table") {
    const include = parsed.query.get("includeObject") ?? "Metadata";
    sendJson(parsed.response, 200, tableDocument(type, page.objects, metadata, include, state.clock.now()));
    return;
  }
  if (form === "metadata" || form === "metadataList") {
    const items = page.objects.map(metadataOnly);
    sendJson(parsed.response, 200, {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata,
      items,
    });
    return;
  }
  const items = page.objects.map(type.custom ? objectText : itemText);
  const head = JSON.stringify({ kind: type.listKind, apiVersion: type.apiVersion, metadata });
  sendText(parsed.response, 200, `${head.slice(0, -1)},"items":[${items.join(",")}]}`);
}

function startWatch(
  context: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
): void {
  const options = watchOptions(parsed.query);
  const one = path.name === undefined ? {} : { fieldSelector: `metadata.name=${path.name}` };
  const { bookmarkIntervalMs, signal } = context;
  streamWatch(
    context.state,
    type,
    { ...options, ...one, ...namespaceOf(path), bookmarkIntervalMs, render: renderer(parsed, type) },
    parsed.response,
    signal,
  );
}

function sendOne(
  { state }: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
): void {
  const object = liveObject(state, type, path.namespace ?? "", path.name ?? "");
  if (!object) throw notFound(type, path.name ?? "");
  sendObject(parsed, type, object, 200);
}

async function create(
  { state, tokens }: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
): Promise<void> {
  if (path.name !== undefined) throw methodNotAllowed();
  const body = await bodyOf(parsed, type);
  const options = writeOptions(parsed.query, parsed.request.headers["user-agent"], "CreateOptions");
  const review = reviewObject(type, asObject(body), parsed.caller, tokens);
  if (review) {
    sendJson(parsed.response, 201, review);
    return;
  }
  sendWritten(parsed, type, createObject(state, type, path.namespace ?? "", body, options));
}

async function remove(
  { state }: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
): Promise<void> {
  const options = deleteOptions(parsed.query, await optionalBody(parsed));
  const { gone, object } = deleteObject(state, type, path.namespace ?? "", path.name ?? "", options);
  if (gone && !type.returnsDeleted) sendJson(parsed.response, 200, deletedStatus(type, object));
  else sendObject(parsed, type, object, 200);
}

async function removeCollection(
  { state }: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
): Promise<void> {
  const options = deleteOptions(parsed.query, await optionalBody(parsed));
  const page = listObjects(state, type, { ...listRequest(parsed.query), ...namespaceOf(path) });
  const items = page.objects.map(
    ({ metadata }) =>
      deleteObject(state, type, metadata.namespace ?? "", metadata.name ?? "", options).object,
  );
  const metadata = { resourceVersion: String(state.store.version) };
  sendJson(parsed.response, 200, { kind: type.listKind, apiVersion: type.apiVersion, metadata, items });
}

async function optionalBody({ request }: ParsedRequest): Promise<JsonValue | undefined> {
  const bytes = await readBody(request);
  return bytes.length === 0
    ? undefined
    : parseBody(bytes, contentTypeOf(request.headers["content-type"]), "DeleteOptions");
}

function namespaceOf({ namespace }: ResourcePath): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
