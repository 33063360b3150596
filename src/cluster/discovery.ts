import { type BackoffOptions, backoffMs } from "../base/backoff.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { asList, asObject, asString, type JsonValue } from "../object/json.ts";
import type { ResourceInfo } from "./clusterClient.ts";
import { isClusterError } from "./clusterError.ts";
import { groupVersionPath } from "./resourcePath.ts";

/** Reads a discovery document; rejects with a ClusterError. */
export type DiscoveryRead = (path: string, accept: string, signal?: AbortSignal) => Promise<JsonValue>;

/** What the server serves, looked up by kind. */
export interface Discovery {
  /** `undefined` when the server does not serve the kind, as of now or a moment ago. */
  find(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceInfo | undefined>;
  /** Makes the next look at this group and version go to the server: it answered that it has no such resource. */
  forget(apiVersion: string): void;
}

/** Kinds of one group and version. */
type Kinds = ReadonlyMap<string, ResourceInfo>;

const AGGREGATED =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;q=0.9";

/**
 * A kind that was not there is asked for again after a moment, which doubles: a kind whose definition was just made
 * appears at once, one that is wanted in vain costs a request now and then.
 */
const MISS: BackoffOptions = { baseMs: 250, maxMs: 5000 };
/** Misses that nobody asked about for so long are forgotten, in milliseconds. */
const FORGET_MISS_MS = 60_000;

/**
 * Learns everything with two requests where the server has aggregated discovery; what is missing there, or
 * everything on an older server, is asked for one group and version at a time.
 */
export function createDiscovery(read: DiscoveryRead, clock: Clock = systemClock): Discovery {
  let known = new Map<string, Kinds>();
  const misses = new Map<string, { readonly count: number; readonly at: number }>();
  let firstLook: Promise<void> | undefined;
  const looks = new Map<string, Promise<void>>();

  const learnAll = async (): Promise<void> => {
    const documents = await Promise.all(["/api", "/apis"].map((path) => read(path, AGGREGATED)));
    known = new Map(documents.flatMap(aggregatedKinds));
  };

  const learn = async (apiVersion: string): Promise<void> => {
    try {
      const kinds = legacyKinds(apiVersion, await read(groupVersionPath(apiVersion), "application/json"));
      known.set(apiVersion, kinds);
    } catch (error) {
      if (!isClusterError(error, "notFound")) throw error;
      known.delete(apiVersion);
    }
  };

  /** Shared by all who ask meanwhile; each may still give up on its own. */
  const look = (apiVersion: string): Promise<void> => {
    const started = looks.get(apiVersion) ?? learn(apiVersion).finally(() => void looks.delete(apiVersion));
    looks.set(apiVersion, started);
    return started;
  };

  const missedLately = (key: string): boolean => {
    const miss = misses.get(key);
    return miss !== undefined && clock.now() - miss.at < backoffMs(miss.count, 1, MISS);
  };

  const recordMiss = (key: string): void => {
    const at = clock.now();
    for (const [other, miss] of misses) if (at - miss.at > FORGET_MISS_MS) misses.delete(other);
    misses.set(key, { count: (misses.get(key)?.count ?? 0) + 1, at });
  };

  return {
    async find(apiVersion, kind, signal) {
      const found = known.get(apiVersion)?.get(kind);
      if (found) return found;
      firstLook ??= learnAll().catch((error: unknown) => {
        firstLook = undefined;
        throw error;
      });
      await orAbort(firstLook, signal);
      const listed = known.get(apiVersion)?.get(kind);
      const key = `${apiVersion} ${kind}`;
      if (listed || missedLately(key)) return listed;
      await orAbort(look(apiVersion), signal);
      const served = known.get(apiVersion)?.get(kind);
      if (served) misses.delete(key);
      else recordMiss(key);
      return served;
    },
    forget(apiVersion) {
      known.delete(apiVersion);
    },
  };
}

/** The promise's value, unless the signal fires first: the work goes on for the others who wait for it. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Nothing from a server that ignored the wish for an aggregated document. */
function aggregatedKinds(document: JsonValue): [string, Kinds][] {
  if (asObject(document).kind !== "APIGroupDiscoveryList") return [];
  return asList(asObject(document).items).flatMap((group) => {
    const name = asString(asObject(asObject(group).metadata).name) ?? "";
    return asList(asObject(group).versions).map((version): [string, Kinds] => {
      const versionName = asString(asObject(version).version) ?? "";
      const apiVersion = name === "" ? versionName : `${name}/${versionName}`;
      return [apiVersion, kindsOf(asList(asObject(version).resources).map((r) => aggregated(apiVersion, r)))];
    });
  });
}

function aggregated(apiVersion: string, resource: JsonValue): ResourceInfo {
  const { resource: plural, responseKind, scope, verbs } = asObject(resource);
  return {
    apiVersion,
    kind: asString(asObject(responseKind).kind) ?? "",
    plural: asString(plural) ?? "",
    namespaced: scope === "Namespaced",
    verbs: asList(verbs).map(String),
  };
}

function legacyKinds(apiVersion: string, document: JsonValue): Kinds {
  const resources = asList(asObject(document).resources).map(asObject);
  return kindsOf(
    resources.map(({ name, kind, namespaced, verbs }) => ({
      apiVersion,
      kind: asString(kind) ?? "",
      plural: asString(name) ?? "",
      namespaced: namespaced === true,
      verbs: asList(verbs).map(String),
    })),
  );
}

/** Subresources are left out; of two resources of one kind the first counts. */
function kindsOf(resources: readonly ResourceInfo[]): Kinds {
  const kinds = new Map<string, ResourceInfo>();
  for (const resource of resources) {
    const isWhole = resource.kind !== "" && resource.plural !== "" && !resource.plural.includes("/");
    if (isWhole && !kinds.has(resource.kind)) kinds.set(resource.kind, resource);
  }
  return kinds;
}
