import { asList, asObject, type JsonObject, valueAt } from "../../object/json.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { badRequest, methodNotAllowed, notFound, unknownResource } from "../statusError.ts";
import { liveObject } from "../verbs/createObject.ts";
import { evictPod } from "../verbs/evictPod.ts";
import { finalizeNamespace } from "../verbs/finalizeNamespace.ts";
import { patchScale, scaleOf, updateScale } from "../verbs/scaleObject.ts";
import { bodyOf, patch, patchOf, targetOf, update } from "./objectRequests.ts";
import { deleteOptions, patchForce, writeOptions } from "./queryOptions.ts";
import type { ParsedRequest, RequestContext } from "./requestContext.ts";
import type { ResourcePath } from "./requestInfo.ts";
import { objectText, sendJson, sendText } from "./respond.ts";

/** Parts of an object that are answered like the object itself, restricted to what they may change. */
const PLAIN_PARTS = new Set(["status", "approval", "resize", "ephemeralcontainers"]);

/** Parts of a pod that a container would answer; the message of the refusal is what kubectl prints. */
const CONTAINER_PARTS = new Set(["exec", "attach", "portforward", "proxy"]);
const NO_CONTAINERS = "the embedded cluster runs no containers";

/** As the real server refuses a log of no container. */
function checkContainer(pod: JsonObject, name: string, container: string | null): void {
  const containers = ["initContainers", "containers"].flatMap((list) => asList(valueAt(pod, "spec", list)));
  if (container === null || containers.some((one) => asObject(one).name === container)) return;
  throw badRequest(`container ${container} is not valid for pod ${name}`);
}

/** Answers a request for a part of an object. */
export async function handleSubresource(
  context: RequestContext,
  parsed: ParsedRequest,
  type: ResourceType,
  path: ResourcePath,
  verb: string,
): Promise<void> {
  const { state } = context;
  const { subresource } = path;
  const target = targetOf(type, path);
  if (type.kind === "Pod" && type.group === "" && CONTAINER_PARTS.has(subresource)) {
    if (!liveObject(state, type, target.namespace, target.name)) throw notFound(type, target.name);
    if (subresource === "exec") throw badRequest("Upgrade request required: a websocket, not SPDY");
    throw badRequest(`${NO_CONTAINERS}, so there is no ${subresource}`);
  }
  if (!type.subresources.includes(subresource)) throw unknownResource();
  if (subresource === "log" && verb === "get") {
    const pod = liveObject(state, type, target.namespace, target.name);
    if (!pod) throw notFound(type, target.name);
    checkContainer(pod, target.name, parsed.query.get("container"));
    parsed.response
      .writeHead(200, { "content-type": "text/plain" })
      .end(`${NO_CONTAINERS}, so there are no logs\n`);
    return;
  }
  const options = (kind: "UpdateOptions" | "PatchOptions" | "CreateOptions") =>
    writeOptions(parsed.query, parsed.request.headers["user-agent"], kind);
  if (subresource === "scale") {
    if (verb === "get") sendJson(parsed.response, 200, scaleOf(state, target));
    else if (verb === "update") {
      const body = await bodyOf(parsed, type);
      sendJson(parsed.response, 200, updateScale(state, target, body, options("UpdateOptions")));
    } else if (verb === "patch") {
      const { kind, body } = await patchOf(parsed, type);
      const force = patchForce(parsed.query, kind === "apply");
      sendJson(
        parsed.response,
        200,
        patchScale(state, target, body, { ...options("PatchOptions"), kind, force }),
      );
    } else throw methodNotAllowed();
    return;
  }
  if (subresource === "finalize" && verb === "update") {
    const body = asObject(await bodyOf(parsed, type));
    sendText(parsed.response, 200, objectText(finalizeNamespace(state, type, target.name, body)));
    return;
  }
  if (subresource === "eviction" && verb === "create") {
    const body = asObject(await bodyOf(parsed, type)) as JsonObject;
    const eviction = deleteOptions(parsed.query, asObject(body.deleteOptions));
    sendJson(parsed.response, 201, evictPod(state, target, eviction));
    return;
  }
  if (!PLAIN_PARTS.has(subresource)) throw methodNotAllowed();
  if (verb === "get") {
    const object = liveObject(state, type, target.namespace, target.name);
    if (!object) throw notFound(type, target.name);
    sendText(parsed.response, 200, objectText(object));
  } else if (verb === "update") await update(context, parsed, target);
  else if (verb === "patch") await patch(context, parsed, target);
  else throw methodNotAllowed();
}
