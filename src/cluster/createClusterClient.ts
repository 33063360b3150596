import { type Clock, systemClock } from "../base/clock.ts";
import type { CallOptions, ClusterClient } from "./clusterClient.ts";
import { createDiscovery } from "./discovery.ts";
import { exec } from "./exec.ts";
import { readLog } from "./readLog.ts";
import { readVerbs } from "./readVerbs.ts";
import { createRequestSender } from "./requestSender.ts";
import type { Transport, TransportRequest } from "./transport.ts";
import { watchVerb } from "./watchVerb.ts";
import { writeVerbs } from "./writeVerbs.ts";

/** What a client takes from outside; each has a default. */
export interface ClusterClientOptions {
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** The client over HTTP. Discovery is fetched with the first call and kept. */
export function createClusterClient(
  transport: Transport,
  { clock = systemClock, random = Math.random }: ClusterClientOptions = {},
): ClusterClient {
  const discovery = createDiscovery(
    (path, accept, signal) => transport.request({ ...getOf(path, "discovery", signal), accept }),
    clock,
  );
  const sender = createRequestSender(transport, discovery);
  return {
    resource: (apiVersion, kind, { signal }: CallOptions = {}) => discovery.find(apiVersion, kind, signal),
    ...readVerbs(sender),
    ...writeVerbs(sender),
    watch: watchVerb(sender, transport, random),
    exec: (pod, options) => exec(transport, pod, options),
    log: (pod, options) => readLog(transport, pod, options),
    getJson: (path, { signal }: CallOptions = {}) => transport.request(getOf(path, "json", signal)),
  };
}

/** A GET of a path that no kind has. */
function getOf(path: string, kind: string, signal: AbortSignal | undefined): TransportRequest {
  return { method: "GET", path, verb: "get", kind, subject: path, ...(signal && { signal }) };
}
