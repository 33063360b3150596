import type { Clock } from "../base/clock.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import type { InstanceIdentity } from "../object/ownership.ts";
import type { ObjectSchemas } from "./objectSchemas.ts";
import type { RecentCrds } from "./recentCrds.ts";

/** What our watch last saw of an object. */
export type LiveVersion =
  /** `drifted` says that the drift check found it different from what we applied. */
  | { readonly kind: "seen"; readonly uid: string; readonly deleting: boolean; readonly drifted: boolean }
  | { readonly kind: "absent" }
  /** Not watched (yet): the object is read when it matters. */
  | { readonly kind: "unknown" };

/** Answers from memory, without a request. */
export type LiveLookup = (ref: ObjectRef) => LiveVersion;

/** Collaborators and identity that every function of this folder needs. */
export interface ApplyContext {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly instance: InstanceIdentity;
  /** Decides between two instances that want different content of one cluster-scoped object. */
  readonly operator: { readonly name: string; readonly version: string };
  readonly live: LiveLookup;
  readonly recentCrds: RecentCrds;
  /** Fields of known kinds; without it the server's own answer is the only judge. */
  readonly schemas?: ObjectSchemas;
  readonly signal: AbortSignal;
  /** Dry runs in flight, 4 when left out. */
  readonly concurrency?: number;
}
