import * as z from "zod";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { asString, canonicalJson, valueAt } from "../object/json.ts";
import { LABEL_STATE, MANAGER_SYNC, shortHash } from "../object/ownership.ts";
import type { Hold } from "./hold.ts";

const recordSchema = z.object({
  version: z.literal(1),
  url: z.string(),
  ref: z.string(),
  path: z.string(),
  appliedRevision: z.string().optional(),
  hold: z
    .object({
      id: z.string(),
      source: z.string(),
      revision: z.string(),
      reason: z.string(),
      instances: z.array(z.object({ namespace: z.string(), name: z.string(), uid: z.string() })),
    })
    .optional(),
});

/** What sync has to know of a source after a restart. */
export interface SourceRecord {
  /** As last applied: when one of them differs now, a missing file proves nothing. */
  readonly url: string;
  readonly ref: string;
  readonly path: string;
  readonly appliedRevision?: string;
  readonly hold?: Hold;
}

/** Keeps the records in ConfigMaps, one for each source. */
export class SourceRecords {
  readonly #client: ClusterClient;
  readonly #namespace: string;

  /** @param namespace  of the installation, where the Lease is */
  constructor(client: ClusterClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  /** `undefined` when there is none, or none that can be read: removals are then held. @throws ClusterError */
  async load(source: string, signal: AbortSignal): Promise<SourceRecord | undefined> {
    const ref = {
      apiVersion: "v1",
      kind: "ConfigMap",
      namespace: this.#namespace,
      name: recordName(source),
    };
    const text = asString(valueAt(await this.#client.get(ref, { signal }), "data", "record"));
    try {
      if (text === undefined) return undefined;
      const { version: _, ...record } = recordSchema.parse(JSON.parse(text));
      return record as SourceRecord;
    } catch {
      return undefined; // written by something else
    }
  }

  /** @throws ClusterError */
  async save(source: string, record: SourceRecord, signal: AbortSignal): Promise<void> {
    await this.#client.apply(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name: recordName(source),
          namespace: this.#namespace,
          labels: { [LABEL_STATE]: "source" },
        },
        data: { record: canonicalJson({ version: 1, ...record }) },
      },
      { fieldManager: MANAGER_SYNC, force: true, signal },
    );
  }
}

/** Name of the ConfigMap that keeps a source's record. */
export function recordName(source: string): string {
  const safe = source.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  return safe === source && source.length <= 200
    ? `lockstep-source-${source}`
    : `lockstep-source-${safe.slice(0, 200)}-${shortHash(source)}`;
}
