import type { IncomingMessage } from "node:http";
import { isJsonObject, type JsonValue } from "../../object/json.ts";
import { parseYaml } from "../../yaml/parseYaml.ts";
import { badRequest, StatusError } from "../statusError.ts";
import { PROTOBUF, parseProtobuf } from "./protobufBody.ts";

/** Bytes of the largest body, as the real server has it. */
const BODY_LIMIT = 3 * 1024 * 1024;

/** The body; 413 when it is over 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  if (size > BODY_LIMIT) {
    throw new StatusError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${BODY_LIMIT}`);
  }
  return Buffer.concat(chunks);
}

/** A JSON body, or YAML or protobuf where the media type says so; 400 for what it is not. */
export function parseBody(body: Buffer, mediaType: string, kind: string): JsonValue {
  if (mediaType === PROTOBUF) return parseProtobuf(body);
  const text = body.toString("utf8");
  const unrecognized = (why: string): StatusError =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why}`,
    );
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    if (mediaType.includes("yaml")) return parseYamlBody(text);
    throw unrecognized((error as Error).message);
  }
  if (kind !== "Patch" && !isJsonObject(value)) throw unrecognized("json: cannot unmarshal into a mapping");
  return value;
}

function parseYamlBody(text: string): JsonValue {
  const { documents, issues } = parseYaml(text);
  const broken = issues.find((issue) => issue.severity === "error");
  if (broken) throw badRequest(`error decoding YAML: ${broken.message}`);
  return documents[0]?.value ?? null;
}
