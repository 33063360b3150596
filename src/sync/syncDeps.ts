import type { Clock } from "../base/clock.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { PublishedObjects } from "./publishedObjects.ts";
import type { EmitSyncEvent } from "./syncEvent.ts";

/** What every write of sync works with. */
export interface SyncDeps {
  readonly client: ClusterClient;
  readonly published: PublishedObjects;
  readonly emit: EmitSyncEvent;
  readonly clock: Clock;
  /** False while another process may be the writer; no write starts then. */
  readonly mayWrite: () => boolean;
}
