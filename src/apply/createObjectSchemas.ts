import type { Clock } from "../base/clock.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { asObject, asString } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import type { ObjectSchemas, ShapedObject } from "./objectSchemas.ts";
import { findShape, parseSchemaDocument, type SchemaDocument } from "./schemaDocument.ts";
import { shapeObject } from "./shapeObject.ts";

/** How long a finding may rest on a document before the server is asked whether it changed, in milliseconds. */
const FRESH_MS = 30_000;

/** What the server answered, and when. */
interface Fetched {
  readonly checkedAt: number;
  /** Absent when the server does not describe that group and version, or not to us. */
  readonly described?: {
    /** Carries a hash of the content. */
    readonly url: string;
    readonly document: SchemaDocument;
  };
}

/**
 * The schemas of a server's `/openapi/v3`, fetched for a group and version when the first object of it comes and kept.
 * Before anything is dropped or refused by a document that is not fresh, it is looked at again: definitions change.
 */
export function createObjectSchemas(client: ClusterClient, clock: Clock): ObjectSchemas {
  const known = new Map<string, Promise<Fetched>>();

  const load = (apiVersion: string, signal: AbortSignal, before?: Fetched): Promise<Fetched> => {
    const loading = fetchDocument(client, clock, apiVersion, signal, before);
    known.set(apiVersion, loading);
    loading.catch(() => {
      if (known.get(apiVersion) === loading) known.delete(apiVersion);
    });
    return loading;
  };

  return {
    async shape(object: KubeObject, signal: AbortSignal): Promise<ShapedObject> {
      const { apiVersion } = object;
      const fetched = await (known.get(apiVersion) ?? load(apiVersion, signal));
      const shaped = shapeBy(fetched, object);
      if (isClean(shaped)) return shaped;
      const isFresh = clock.now() - fetched.checkedAt < FRESH_MS;
      const current = isFresh ? fetched : await load(apiVersion, signal, fetched);
      return shapeBy(current, object) ?? { object, warnings: [], errors: [] };
    },
  };
}

/** `undefined` when the kind is not known. */
function shapeBy({ described }: Fetched, object: KubeObject): ShapedObject | undefined {
  const shape = described && findShape(described.document, object);
  return described && shape ? shapeObject(described.document, shape, object) : undefined;
}

function isClean(shaped: ShapedObject | undefined): shaped is ShapedObject {
  return shaped !== undefined && shaped.errors.length === 0 && shaped.warnings.length === 0;
}

async function fetchDocument(
  client: ClusterClient,
  clock: Clock,
  apiVersion: string,
  signal: AbortSignal,
  before: Fetched | undefined,
): Promise<Fetched> {
  const group = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const checkedAt = clock.now();
  try {
    const { paths } = asObject(await client.getJson("/openapi/v3", { signal }));
    const url = asString(asObject(asObject(paths)[group]).serverRelativeURL);
    if (url === undefined) return { checkedAt };
    if (before?.described?.url === url) return { ...before, checkedAt };
    const document = parseSchemaDocument(await client.getJson(url, { signal }), apiVersion);
    return { checkedAt, described: { url, document } };
  } catch (error) {
    if (isClusterError(error, "notFound", "forbidden")) return { checkedAt };
    throw error;
  }
}
