import { type Clock, systemClock } from "../base/clock.ts";
import { asList, asObject, asString, isJsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, refOf } from "../object/objectRef.ts";
import type {
  CallOptions,
  ClusterClient,
  DeleteOptions,
  ListOptions,
  PatchType,
  ResourceInfo,
} from "./clusterClient.ts";
import { ClusterError, isClusterError } from "./clusterError.ts";
import { createDiscovery } from "./discovery.ts";
import { exec } from "./exec.ts";
import { collectionPath, objectPath, type Query, withQuery } from "./resourcePath.ts";
import type { Transport, TransportRequest } from "./transport.ts";
import { parseWatchEvents } from "./watchEvents.ts";

/** What a client takes from outside; each has a default. */
export interface ClusterClientOptions {
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Objects of one page of a list. */
const PAGE_SIZE = 500;

/** Bounds of how long the server keeps a watch, in seconds; spread so that watches do not all return together. */
const WATCH_SECONDS = { min: 300, max: 600 };

/** How long after the server should have ended a watch we take its silence for a dead connection. */
const WATCH_GRACE_SECONDS = 30;

/** Longest wait for the next piece of a log. */
const LOG_SILENCE_MS = 60_000;

const PATCH_CONTENT_TYPE: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** What one request adds to its target. */
interface Call {
  readonly verb: string;
  readonly method: TransportRequest["method"];
  readonly query?: Query;
  readonly body?: JsonValue;
  readonly contentType?: string;
  readonly signal: AbortSignal | undefined;
}

/** The client over HTTP. Discovery is fetched with the first call and kept. */
export function createClusterClient(
  transport: Transport,
  { clock = systemClock, random = Math.random }: ClusterClientOptions = {},
): ClusterClient {
  const discovery = createDiscovery(
    (path, accept, signal) =>
      transport.request({
        method: "GET",
        path,
        accept,
        verb: "get",
        kind: "discovery",
        subject: path,
        ...(signal && { signal }),
      }),
    clock,
  );

  const typeOf = async (
    target: { readonly apiVersion: string; readonly kind: string },
    verb: string,
    subject: string,
    signal: AbortSignal | undefined,
  ): Promise<ResourceInfo> => {
    const type = await discovery.find(target.apiVersion, target.kind, signal);
    if (type) return type;
    throw new ClusterError(`the cluster does not serve kind ${target.kind} of ${target.apiVersion}`, {
      reason: "unknownKind",
      verb,
      subject,
      hint: "check apiVersion and kind, and that the CustomResourceDefinition is installed",
    });
  };

  const send = async (
    target: { readonly apiVersion: string; readonly kind: string },
    subject: string,
    pathOf: (type: ResourceInfo) => string,
    { verb, method, query, body, contentType, signal }: Call,
  ): Promise<JsonValue> => {
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
      if (isUnservedPath(error)) discovery.forget(target.apiVersion);
      throw error;
    }
  };

  /** A request about one object. */
  const sendTo = (ref: ObjectRef, call: Call, subresource?: string): Promise<JsonValue> =>
    send(ref, formatRef(ref), (type) => objectPath(type, ref, subresource), call);

  const listSubject = (kind: string, namespace?: string): string =>
    namespace ? `${kind}/${namespace}` : kind;

  const listPage = async (
    type: { readonly apiVersion: string; readonly kind: string },
    { namespace, labelSelector, fieldSelector, signal }: ListOptions,
    paging: Query,
  ): Promise<{ items: KubeObject[]; resourceVersion: string; next: string | undefined }> => {
    const answer = await send(
      type,
      listSubject(type.kind, namespace),
      (resource) => collectionPath(resource, namespace),
      { verb: "list", method: "GET", query: { labelSelector, fieldSelector, ...paging }, signal },
    );
    const { items, metadata } = asObject(answer);
    const { resourceVersion, continue: next } = asObject(metadata);
    return {
      items: asList(items).map((item) => withType(item, type)),
      resourceVersion: asString(resourceVersion) ?? "",
      next: asString(next) || undefined,
    };
  };

  const list: ClusterClient["list"] = async (type, options = {}) => {
    const items: KubeObject[] = [];
    const keep = (page: readonly KubeObject[]): void => {
      for (const item of page) items.push(item);
    };
    const take = options.onPage ?? keep;
    let page = await listPage(type, options, { limit: PAGE_SIZE });
    take(page.items);
    while (page.next !== undefined) {
      page = await listPage(type, options, { limit: PAGE_SIZE, continue: page.next });
      take(page.items);
    }
    return { items, resourceVersion: page.resourceVersion };
  };

  return {
    resource: (apiVersion, kind, { signal }: CallOptions = {}) => discovery.find(apiVersion, kind, signal),

    async get(ref, { signal }: CallOptions = {}) {
      try {
        return asKubeObject(await sendTo(ref, { verb: "get", method: "GET", signal }));
      } catch (error) {
        if (isClusterError(error, "notFound")) return undefined;
        throw error;
      }
    },

    list,

    async create(object, { fieldManager, signal } = {}) {
      const { namespace } = object.metadata;
      const answer = await send(object, formatRef(refOf(object)), (type) => collectionPath(type, namespace), {
        verb: "create",
        method: "POST",
        query: { fieldManager },
        body: object,
        signal,
      });
      return asKubeObject(answer);
    },

    async update(object, { fieldManager, signal } = {}) {
      const call = { verb: "update", method: "PUT", query: { fieldManager }, body: object, signal } as const;
      return asKubeObject(await sendTo(refOf(object), call));
    },

    async apply(object, { fieldManager, force, dryRun, signal }) {
      const answer = await sendTo(refOf(object), {
        verb: dryRun ? "dryRun" : "apply",
        method: "PATCH",
        query: { fieldManager, force: force ? true : undefined, dryRun: dryRun ? "All" : undefined },
        body: object,
        contentType: "application/apply-patch+yaml",
        signal,
      });
      return asKubeObject(answer);
    },

    async patch(ref, type, body, { fieldManager, subresource, dryRun, signal } = {}) {
      const answer = await sendTo(
        ref,
        {
          verb: "patch",
          method: "PATCH",
          query: { fieldManager, dryRun: dryRun ? "All" : undefined },
          body,
          contentType: PATCH_CONTENT_TYPE[type],
          signal,
        },
        subresource,
      );
      return asKubeObject(answer);
    },

    async delete(ref, { uid, propagation, signal }: DeleteOptions = {}) {
      const body = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        ...(propagation && { propagationPolicy: propagation }),
        ...(uid && { preconditions: { uid } }),
      };
      try {
        return deleted(ref, await sendTo(ref, { verb: "delete", method: "DELETE", body, signal }));
      } catch (error) {
        if (isClusterError(error, "notFound")) return undefined;
        throw error;
      }
    },

    async *watch(type, { resourceVersion, namespace, labelSelector, fieldSelector, signal }) {
      const subject = listSubject(type.kind, namespace);
      const resource = await typeOf(type, "watch", subject, signal);
      const { min, max } = WATCH_SECONDS;
      const timeoutSeconds = Math.round(min + random() * (max - min));
      const query = { watch: true, allowWatchBookmarks: true, timeoutSeconds };
      const path = withQuery(
        pathFor((found) => collectionPath(found, namespace), resource, "watch", subject),
        { ...query, resourceVersion, labelSelector, fieldSelector },
      );
      const request = { method: "GET", path, verb: "watch", kind: type.kind, subject } as const;
      const pieces = transport.stream(
        { ...request, ...(signal && { signal }) },
        (timeoutSeconds + WATCH_GRACE_SECONDS) * 1000,
      );
      try {
        yield* parseWatchEvents(pieces, request);
      } catch (error) {
        if (isUnservedPath(error)) discovery.forget(type.apiVersion);
        throw error;
      }
    },

    exec: (pod, options) => exec(transport, pod, options),

    log({ namespace, name }, { container, previous, sinceSeconds, signal }) {
      const ref = { apiVersion: "v1", kind: "Pod", namespace, name };
      const subject = formatRef(ref);
      const type = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true, verbs: [] };
      const path = pathFor((pods) => objectPath(pods, ref, "log"), type, "log", subject);
      return transport.stream(
        {
          method: "GET",
          path: withQuery(path, { container, previous, sinceSeconds }),
          accept: "*/*",
          verb: "log",
          kind: "Pod",
          subject,
          ...(signal && { signal }),
        },
        LOG_SILENCE_MS,
      );
    },

    getJson: (path, { signal }: CallOptions = {}) =>
      transport.request({
        method: "GET",
        path,
        verb: "get",
        kind: "json",
        subject: path,
        ...(signal && { signal }),
      }),
  };
}

/** A name that makes no path is refused here as the server would refuse it. */
function pathFor(
  pathOf: (type: ResourceInfo) => string,
  type: ResourceInfo,
  verb: string,
  subject: string,
): string {
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

/** Items of a list come without apiVersion and kind. The answer is ours alone, so it is completed in place. */
function withType(item: JsonValue, type: { readonly apiVersion: string; readonly kind: string }): KubeObject {
  if (!isJsonObject(item)) throw new TypeError("an item of a list is no object");
  const { apiVersion, kind } = type;
  return Object.assign(item, { apiVersion, kind }) as unknown as KubeObject;
}

function asKubeObject(value: JsonValue): KubeObject {
  return value as unknown as KubeObject;
}

/** The server answers some deletions with a Status: then the object is gone, and only its identity is known. */
function deleted(ref: ObjectRef, answer: JsonValue): KubeObject {
  const { kind, details } = asObject(answer);
  if (kind !== "Status") return asKubeObject(answer);
  const uid = asString(asObject(details).uid);
  const { apiVersion, namespace, name } = ref;
  return {
    apiVersion,
    kind: ref.kind,
    metadata: { name, ...(namespace && { namespace }), ...(uid && { uid }) },
  };
}
