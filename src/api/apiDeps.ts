import type { InstanceKey } from "../object/ownership.ts";
import type {
  DriftDocument,
  HoldDocument,
  InstanceDocument,
  ManifestsDocument,
  PlanDocument,
  SourceDocument,
} from "./documents.ts";

/** Who may do what over HTTP. */
export interface ApiAccess {
  /** `token`: reads need the token too. */
  readonly read: "open" | "token";
  /** The bearer token that writes need; `undefined` when none is configured, and then nobody writes. */
  readonly token: () => Promise<string | undefined>;
}

/**
 * What the HTTP API shows. All of it is memory of this process, but for manifests; `undefined` means that there is no
 * such thing.
 */
export interface ApiReads {
  readonly statuses: {
    /** In any order. */
    readonly all: () => Iterable<InstanceDocument>;
    readonly get: (instance: InstanceKey) => InstanceDocument | undefined;
  };
  readonly sources: () => readonly SourceDocument[];
  /** Every plan of the instance's package, with its last run. */
  readonly plans: (instance: InstanceKey) => readonly PlanDocument[] | undefined;
  readonly drift: (instance: InstanceKey) => DriftDocument | undefined;
  /** Manifests as stored: they are masked here. `revision` names an earlier set; `undefined` the present one. */
  readonly manifests: (
    instance: InstanceKey,
    revision: string | undefined,
    signal: AbortSignal,
  ) => Promise<ManifestsDocument | undefined>;
  readonly holds: () => readonly HoldDocument[];
}

/**
 * What the HTTP API sets off. An AppError becomes a problem document with its code: 404 when that ends in `notFound`, 409
 * for `instance.busy`, see `problemOf`.
 */
export interface ApiActions {
  /** Looks at the source now. `false` when there is no such source. */
  readonly sync: (source: string) => boolean;
  /** Applies the stored set again; resolves when that is done. */
  readonly reconcile: (instance: InstanceKey) => Promise<{ readonly applied: number }>;
  /** Starts a plan by hand; the uid of its run. */
  readonly trigger: (instance: InstanceKey, plan: string) => Promise<{ readonly uid: string }>;
  readonly suspend: (instance: InstanceKey) => Promise<void>;
  readonly resume: (instance: InstanceKey) => Promise<void>;
  /** `false` when there is no such hold. */
  readonly confirm: (hold: string) => Promise<boolean>;
}

/** Everything the HTTP application works with. */
export interface ApiDeps {
  readonly version: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Why the service is not ready yet; `undefined` when it is. */
  readonly notReady: () => string | undefined;
  readonly access: ApiAccess;
  readonly reads: ApiReads;
  readonly actions: ApiActions;
  /** A registry of prom-client. */
  readonly metrics: { readonly contentType: string; readonly metrics: () => Promise<string> };
  /** An error that nobody expected: it is logged, the answer says no more than that. */
  readonly onError: (error: unknown, request: string) => void;
}
