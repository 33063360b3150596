import type { JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { expired, StatusError } from "../statusError.ts";
import type { StoreEvent } from "../store/collection.ts";
import type { ClusterState } from "./clusterState.ts";
import { type Selection, selectionMatcher } from "./selection.ts";

/** The query parameters of a watch. */
export interface WatchRequest extends Selection {
  /** Empty or `0`: begin with every object there is. */
  readonly resourceVersion: string;
  /** Begin with every object, then say so by a bookmark. */
  readonly sendInitialEvents: boolean;
  readonly bookmarks: boolean;
}

/** One line of a watch, its object in the version of the type. */
export type WatchLine =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | { readonly type: "BOOKMARK"; readonly object: KubeObject }
  | { readonly type: "ERROR"; readonly status: JsonObject };

/** A watch that runs. */
export interface WatchSession {
  /** The line that says up to where the watch is complete. */
  bookmark(): WatchLine;
  close(): void;
}

/**
 * Starts a watch. Lines come in order, the first ones before this returns; after an ERROR line nothing follows, and
 * nothing after `onClosed`, which tells that the resource is served no more.
 */
export function watchObjects(
  state: ClusterState,
  type: ResourceType,
  request: WatchRequest,
  emit: (line: WatchLine) => void,
  onClosed: () => void,
): WatchSession {
  const matches = selectionMatcher(type, request);
  const collection = state.store.collection(type.storageKey);
  const send = (event: StoreEvent): void => {
    if (request.namespace !== undefined && (event.object.metadata.namespace ?? "") !== request.namespace)
      return;
    const line = lineOf(type, event, matches);
    if (line) emit(line);
  };
  const bookmark = (annotations?: Readonly<Record<string, string>>): WatchLine => ({
    type: "BOOKMARK",
    object: {
      kind: type.kind,
      apiVersion: type.apiVersion,
      metadata: {
        resourceVersion: String(state.store.version),
        ...(annotations ? { annotations } : {}),
      },
    },
  });
  const from = startVersion(request);
  if (from === undefined) {
    for (const object of collection.list(request.namespace)) {
      if (!matches || matches(object)) emit({ type: "ADDED", object: type.toServed(object) });
    }
    if (request.sendInitialEvents && request.bookmarks)
      emit(bookmark({ "k8s.io/initial-events-end": "true" }));
  } else {
    const missed = collection.since(from);
    if (!missed) {
      emit({
        type: "ERROR",
        status: expired(`too old resource version: ${from} (${state.store.version})`).body,
      });
      return { bookmark: () => bookmark(), close: () => {} };
    }
    for (const event of missed) send(event);
  }
  const close = collection.subscribe((event) => {
    if (from === undefined || event.version > from) send(event);
  }, onClosed);
  return { bookmark: () => bookmark(), close };
}

/** `undefined` when the watch begins with what there is. */
function startVersion({ resourceVersion, sendInitialEvents }: WatchRequest): number | undefined {
  if (sendInitialEvents || resourceVersion === "" || resourceVersion === "0") return undefined;
  const version = Number(resourceVersion);
  if (!Number.isInteger(version) || version < 0)
    throw new StatusError(
      500,
      "",
      `resourceVersion: Invalid value: "${resourceVersion}": strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`,
    );
  return version;
}

/** What a change means to a watch with a selector: an object that comes to match was added, one that ceases to is gone. */
function lineOf(
  type: ResourceType,
  { type: kind, object, previous }: StoreEvent,
  matches: ((object: KubeObject) => boolean) | undefined,
): WatchLine | undefined {
  const served = type.toServed(object);
  if (!matches) return { type: kind, object: served };
  const did = previous !== undefined && matches(previous);
  if (kind === "DELETED") return did ? { type: "DELETED", object: served } : undefined;
  const does = matches(object);
  if (does) return { type: did ? "MODIFIED" : "ADDED", object: served };
  if (!did || !previous) return undefined;
  const { resourceVersion } = object.metadata;
  const last = {
    ...previous,
    metadata: { ...previous.metadata, ...(resourceVersion ? { resourceVersion } : {}) },
  };
  return { type: "DELETED", object: type.toServed(last) };
}
