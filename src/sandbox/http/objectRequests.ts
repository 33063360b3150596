import type { JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { PatchKind } from "../objectPipeline.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { badRequest, StatusError } from "../statusError.ts";
import { metadataOnly, tableDocument } from "../tables/tableDocument.ts";
import type { WriteResult } from "../verbs/clusterState.ts";
import { patchObject } from "../verbs/patchObject.ts";
import { type Target, updateObject } from "../verbs/updateObject.ts";
import { contentTypeOf, type Representation, representationOf } from "./mediaTypes.ts";
import { PROTOBUF } from "./protobufBody.ts";
import { patchForce, writeOptions } from "./queryOptions.ts";
import { parseBody, readBody } from "./requestBody.ts";
import type { ParsedRequest, RequestContext } from "./requestContext.ts";
import type { ResourcePath } from "./requestInfo.ts";
import { objectText, sendText, warningHeaders } from "./respond.ts";

const PATCH_TYPES: Readonly<Record<string, PatchKind>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};
const BODY_TYPES = new Set(["application/json", "application/yaml", "text/yaml", PROTOBUF, ""]);

/** The address of the object a path names. */
export function targetOf(type: ResourceType, path: ResourcePath): Target {
  return { type, namespace: path.namespace ?? "", name: path.name ?? "", subresource: path.subresource };
}

/** A PUT to an object or to its status. */
export async function update(
  { state }: RequestContext,
  parsed: ParsedRequest,
  target: Target,
): Promise<void> {
  const body = await bodyOf(parsed, target.type);
  const options = writeOptions(parsed.query, parsed.request.headers["user-agent"], "UpdateOptions");
  sendWritten(parsed, target.type, updateObject(state, target, body, options));
}

/** A PATCH to an object or to its status. */
export async function patch({ state }: RequestContext, parsed: ParsedRequest, target: Target): Promise<void> {
  const { kind, body } = await patchOf(parsed, target.type);
  const options = writeOptions(parsed.query, parsed.request.headers["user-agent"], "PatchOptions");
  const force = patchForce(parsed.query, kind === "apply");
  sendWritten(parsed, target.type, patchObject(state, target, body, { ...options, kind, force }));
}

/** Kind and body of a PATCH; 415 for a media type that is none. */
export async function patchOf(
  { request }: ParsedRequest,
  type: ResourceType,
): Promise<{ readonly kind: PatchKind; readonly body: JsonValue }> {
  const mediaType = contentTypeOf(request.headers["content-type"]);
  const bytes = await readBody(request);
  const kind = PATCH_TYPES[mediaType];
  if (!kind) throw new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  if (kind === "strategic" && type.custom) {
    const accepted = Object.keys(PATCH_TYPES).filter((known) => !known.includes("strategic"));
    throw new StatusError(
      415,
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
    );
  }
  try {
    return { kind, body: parseBody(bytes, mediaType, "Patch") };
  } catch (error) {
    if (kind === "apply" || !(error instanceof SyntaxError)) throw error;
    throw badRequest(`error decoding patch: ${error.message}`);
  }
}

/** The body of a create or an update. */
export async function bodyOf({ request }: ParsedRequest, type: ResourceType): Promise<JsonValue> {
  const mediaType = contentTypeOf(request.headers["content-type"]);
  const bytes = await readBody(request);
  if (!BODY_TYPES.has(mediaType)) {
    throw new StatusError(
      415,
      "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    );
  }
  return parseBody(bytes, mediaType, type.kind);
}

/** Answers a write with the object: 201 when it was created. */
export function sendWritten(parsed: ParsedRequest, type: ResourceType, result: WriteResult): void {
  const code = result.created ? 201 : 200;
  sendObject(parsed, type, result.object, code, warningHeaders(result.warnings));
}

/** Answers with one object in the form that the client accepts. */
export function sendObject(
  parsed: ParsedRequest,
  type: ResourceType,
  object: KubeObject,
  code: number,
  headers: Readonly<Record<string, readonly string[]>> = {},
): void {
  const render = renderer(parsed, type);
  sendText(parsed.response, code, render(object), headers);
}

/** Text of one object in the form that the client accepts; 406 for none. */
export function renderer(parsed: ParsedRequest, type: ResourceType): (object: KubeObject) => string {
  const form = formOf(parsed);
  switch (form) {
    case "table": {
      const include = parsed.query.get("includeObject") ?? "Metadata";
      return (object) => {
        const version = object.metadata.resourceVersion;
        const metadata = version === undefined ? {} : { resourceVersion: version };
        return JSON.stringify(tableDocument(type, [object], metadata, include, Date.now()));
      };
    }
    case "metadata":
      return (object) => JSON.stringify(metadataOnly(object));
    default:
      return objectText;
  }
}

/** The form that the client accepts; 406 for none that we have. */
export function formOf({ request }: ParsedRequest): Representation {
  const form = representationOf(request.headers.accept);
  if (form) return form;
  throw new StatusError(
    406,
    "NotAcceptable",
    "only the following media types are accepted: application/json",
  );
}
