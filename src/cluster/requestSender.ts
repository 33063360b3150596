import type { JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef } from "../object/objectRef.ts";
import type { ResourceInfo } from "./clusterClient.ts";
import { ClusterError, isClusterError } from "./clusterError.ts";
import type { Discovery } from "./discovery.ts";
import { objectPath, type Query, withQuery } from "./resourcePath.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** What one request adds to its target. */
export interface Call {
  readonly verb: string;
  readonly method: TransportRequest["method"];
  readonly query?: Query;
  readonly body?: JsonValue;
  readonly contentType?: string;
  readonly signal: AbortSignal | undefined;
}

/** A kind as objects name it. */
interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Sends requests about kinds, whose paths discovery knows. */
export interface RequestSender {
  /** @throws ClusterError unknownKind when the server does not serve it */
  typeOf(
    target: KindRef,
    verb: string,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<ResourceInfo>;
  /** @param subject  what messages call the target */
  send(target: KindRef, subject: string, pathOf: PathOf, call: Call): Promise<JsonValue>;
  /** A request about one object. */
  sendTo(ref: ObjectRef, call: Call, subresource?: string): Promise<JsonValue>;
  /** Looks the kind up anew next time, where the error says that its path is not served any more. */
  noteFailure(target: KindRef, error: unknown): void;
}

type PathOf = (type: ResourceInfo) => string;

/** The sender over HTTP. */
export function createRequestSender(transport: Transport, discovery: Discovery): RequestSender {
  const noteFailure: RequestSender["noteFailure"] = ({ apiVersion }, error) => {
    if (isUnservedPath(error)) discovery.forget(apiVersion);
  };

  const typeOf: RequestSender["typeOf"] = async (target, verb, subject, signal) => {
    const type = await discovery.find(target.apiVersion, target.kind, signal);
    if (type) return type;
    throw new ClusterError(`the cluster does not serve kind ${target.kind} of ${target.apiVersion}`, {
      reason: "unknownKind",
      verb,
      subject,
      hint: "check apiVersion and kind, and that the CustomResourceDefinition is installed",
    });
  };

  const send: RequestSender["send"] = async (target, subject, pathOf, call) => {
    const { verb, method, query, body, contentType, signal } = call;
    const type = await typeOf(target, verb, subject, signal);
    const path = withQuery(pathFor(pathOf, type, verb, subject), query ?? {});
    try {
      return await transport.request({
        method,
        path,
        verb,
        kind: type.kind,
        subject,
        ...(body !== undefined && { body }),
        ...(contentType && { contentType }),
        ...(signal && { signal }),
      });
    } catch (error) {
      noteFailure(target, error);
      throw error;
    }
  };

  const sendTo: RequestSender["sendTo"] = (ref, call, subresource) =>
    send(ref, formatRef(ref), (type) => objectPath(type, ref, subresource), call);

  return { typeOf, send, sendTo, noteFailure };
}

/** A path of a kind. A name that makes none is refused here as the server would refuse it. @throws ClusterError */
export function pathFor(pathOf: PathOf, type: ResourceInfo, verb: string, subject: string): string {
  try {
    return pathOf(type);
  } catch (error) {
    throw new ClusterError((error as Error).message, { reason: "invalid", verb, subject, cause: error });
  }
}

/** 404 of a path, not of an object: the kind is not served any more. */
function isUnservedPath(error: unknown): boolean {
  return (
    isClusterError(error, "notFound") &&
    /could not find the requested resource|page not found/.test(error.message)
  );
}

/** The body of an answer about one object. */
export function objectOf(answer: JsonValue): KubeObject {
  return answer as unknown as KubeObject;
}
