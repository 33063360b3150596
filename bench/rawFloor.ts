import { readFileSync } from "node:fs";
import { Pool } from "undici";
import { mapConcurrently } from "../src/base/concurrency.ts";
import type { ClusterAccess } from "../src/cluster/clusterAccess.ts";
import { parseApiVersion } from "../src/object/objectRef.ts";
import { applicationObjects, instanceName } from "./workload.ts";

/** How fast the API server takes new objects when nobody thinks. */
export interface RawFloor {
  readonly connections: number;
  readonly seconds: number;
  readonly applies: number;
}

const PLURALS: Readonly<Record<string, string>> = {
  Namespace: "namespaces",
  ServiceAccount: "serviceaccounts",
  Service: "services",
  Deployment: "deployments",
  Ingress: "ingresses",
};

interface Patch {
  readonly path: string;
  readonly body: string;
}

/**
 * Applies the objects of so many applications to a namespace of their own, over kept-alive connections, without any
 * client library: bodies are made before, answers are read and dropped.
 */
export async function rawFloor(
  access: ClusterAccess,
  {
    namespace,
    count,
    connections,
  }: { readonly namespace: string; readonly count: number; readonly connections: number },
): Promise<RawFloor> {
  const ca = access.certificateAuthority;
  const pool = new Pool(access.server, {
    connections,
    pipelining: 1,
    connect: { allowH2: false, ...(ca && { ca: ca.kind === "text" ? ca.pem : readFileSync(ca.path) }) },
  });
  const headers = {
    "content-type": "application/apply-patch+yaml",
    accept: "application/json",
    ...(access.authentication.kind === "token" && {
      authorization: `Bearer ${access.authentication.token}`,
    }),
  };
  const send = async ({ path, body }: Patch): Promise<void> => {
    const answer = await pool.request({ method: "PATCH", path, body, headers });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text}`);
  };
  try {
    await send(patchOf({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
    const patches = Array.from({ length: count }, (_, index) =>
      applicationObjects(instanceName(index), namespace).map(patchOf),
    ).flat();
    const startedAt = performance.now();
    await mapConcurrently(patches, connections, send);
    return { connections, seconds: (performance.now() - startedAt) / 1000, applies: patches.length };
  } finally {
    await pool.close();
  }
}

function patchOf(object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}): Patch {
  const { apiVersion, kind, metadata } = object;
  const root = parseApiVersion(apiVersion).group === "" ? "/api" : "/apis";
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  const plural = PLURALS[kind];
  if (!plural) throw new Error(`no path is known for ${kind}`);
  return {
    path: `${root}/${apiVersion}${place}/${plural}/${metadata.name}?fieldManager=bench`,
    body: JSON.stringify(object),
  };
}
