import { asObject, asString } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { badRequest, expired, StatusError } from "../statusError.ts";
import type { ClusterState } from "./clusterState.ts";
import { type Selection, selectionMatcher } from "./selection.ts";

/** The query parameters of a list. */
export interface ListRequest extends Selection {
  readonly limit?: number;
  readonly continueToken?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
}

/** One page. `remaining` counts what follows; absent with a selector, as the server does not know then. */
export interface ListPage {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continueToken?: string;
  readonly remaining?: number;
}

/** A LIST. Later pages show the state of the first one; 410 when that is forgotten. */
export function listObjects(state: ClusterState, type: ResourceType, request: ListRequest): ListPage {
  const matches = selectionMatcher(type, request);
  const position = request.continueToken ? readToken(request.continueToken) : undefined;
  const version = position?.version ?? exactVersion(state, request) ?? state.store.version;
  const source = objectsAt(state, type, version, request.namespace);
  const after = position ? source.slice(firstAfter(source, position.start)) : source;
  const chosen = matches ? after.filter(matches) : after;
  const limit = request.limit && request.limit > 0 ? request.limit : undefined;
  const page = limit === undefined ? chosen : chosen.slice(0, limit);
  const last = page.at(-1);
  const served = page.map(type.toServed);
  if (page.length === chosen.length || !last) return { objects: served, resourceVersion: String(version) };
  return {
    objects: served,
    resourceVersion: String(version),
    continueToken: writeToken(version, keyOf(last)),
    ...(matches ? {} : { remaining: chosen.length - page.length }),
  };
}

function objectsAt(
  state: ClusterState,
  type: ResourceType,
  version: number,
  namespace: string | undefined,
): readonly KubeObject[] {
  const collection = state.store.collection(type.storageKey);
  if (version >= state.store.version) return collection.list(namespace);
  const then = collection.listAt(version, namespace);
  if (!then) {
    throw expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
    );
  }
  return then;
}

/** The version that an exact match asks for; checks that a version is not from the future. */
function exactVersion(
  state: ClusterState,
  { resourceVersion, resourceVersionMatch }: ListRequest,
): number | undefined {
  if (!resourceVersion || resourceVersion === "0") return undefined;
  const version = Number(resourceVersion);
  if (!Number.isInteger(version)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${resourceVersion}": strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`,
    );
  }
  if (version > state.store.version) throw tooLarge(version, state.store.version);
  return resourceVersionMatch === "Exact" ? version : undefined;
}

function tooLarge(version: number, current: number): StatusError {
  return new StatusError(
    504,
    "Timeout",
    `Timeout: Too large resource version: ${version}, current: ${current}`,
    {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
    { "retry-after": "1" },
  );
}

interface Position {
  readonly version: number;
  readonly start: string;
}

function writeToken(version: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: version, start })).toString("base64url");
}

function readToken(token: string): Position {
  try {
    const { rv, start } = asObject(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
    if (typeof rv === "number" && asString(start) !== undefined) return { version: rv, start: String(start) };
  } catch {
    // Falls through: whatever is wrong with the token, the answer is the same.
  }
  throw badRequest(
    "invalid continue token: continue key is not valid: the token was not made by this server",
  );
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

/** Index of the first object behind the one with this key, in a list sorted by namespace, then name. */
function firstAfter(objects: readonly KubeObject[], key: string): number {
  const slash = key.indexOf("/");
  const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { namespace: otherNamespace = "", name: otherName = "" } = objects[middle]?.metadata ?? {};
    const isBefore = otherNamespace < namespace || (otherNamespace === namespace && otherName <= name);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
