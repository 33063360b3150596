import { asObject, asString } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { WatchEvent } from "./clusterClient.ts";
import { ClusterError, clusterErrorOf } from "./clusterError.ts";
import type { RequestSubject } from "./transportError.ts";

const NEWLINE = 0x0a;
/** Longest line of a watch: an object of etcd's largest size with room for its JSON. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

/**
 * Reads the lines of a watch as they come, whatever way they are cut into pieces.
 *
 * An ERROR line is thrown as the ClusterError that its Status means: `gone` when the resource version is too old.
 */
export async function* parseWatchEvents(
  pieces: AsyncIterable<Buffer>,
  request: RequestSubject,
): AsyncGenerator<WatchEvent> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      const tail = piece.subarray(start, end);
      const line = rest.length > 0 ? Buffer.concat([...rest, tail]) : tail;
      rest = [];
      restBytes = 0;
      start = end + 1;
      if (line.length > 0) yield parseLine(line.toString("utf8"), request);
    }
    if (start < piece.length) {
      rest.push(piece.subarray(start));
      restBytes += piece.length - start;
      if (restBytes > MAX_LINE_BYTES) throw watchError("a line is longer than we read", request);
    }
  }
}

function parseLine(line: string, request: RequestSubject): WatchEvent {
  const { type, object } = asObject(parse(line, request));
  const { verb, subject } = request;
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return { type, object: object as unknown as KubeObject };
    case "BOOKMARK":
      return {
        type,
        resourceVersion: asString(asObject(asObject(object).metadata).resourceVersion) ?? "",
      };
    case "ERROR": {
      const status = asObject(object);
      throw clusterErrorOf(typeof status.code === "number" ? status.code : 500, status, { verb, subject });
    }
    default:
      throw watchError(`unknown event ${JSON.stringify(type)}`, request);
  }
}

function parse(line: string, request: RequestSubject): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw watchError("a line is not JSON", request); // cut in the middle, or something else answers
  }
}

function watchError(message: string, { verb, subject }: RequestSubject): ClusterError {
  return new ClusterError(message, { reason: "serverError", verb, subject });
}
