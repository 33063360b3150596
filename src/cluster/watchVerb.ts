import type { ClusterClient } from "./clusterClient.ts";
import { listSubject } from "./readVerbs.ts";
import { pathFor, type RequestSender } from "./requestSender.ts";
import { collectionPath, withQuery } from "./resourcePath.ts";
import type { Transport } from "./transport.ts";
import { parseWatchEvents } from "./watchEvents.ts";

/** Bounds of how long the server keeps a watch, in seconds; spread so that watches do not all return together. */
const WATCH_SECONDS = { min: 300, max: 600 };

/** How long after the server should have ended a watch we take its silence for a dead connection. */
const WATCH_GRACE_SECONDS = 30;

/**
 * The verb that watches a kind.
 *
 * @param random  in [0, 1)
 */
export function watchVerb(
  sender: RequestSender,
  transport: Transport,
  random: () => number,
): ClusterClient["watch"] {
  return async function* watch(type, { resourceVersion, namespace, labelSelector, fieldSelector, signal }) {
    const subject = listSubject(type.kind, namespace);
    const resource = await sender.typeOf(type, "watch", subject, signal);
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
      sender.noteFailure(type, error);
      throw error;
    }
  };
}
