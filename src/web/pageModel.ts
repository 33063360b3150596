import type { InstanceKey } from "../object/ownership.ts";
import type { ExecutionStatus } from "../plan/planStatus.ts";

/** A mistake in a file of a source. */
export interface PageIssue {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly excerpt?: string | undefined;
  readonly hint?: string | undefined;
}

/** A source as the page shows it. */
export interface PageSource {
  readonly name: string;
  readonly url: string;
  readonly ref: string;
  readonly revision: string | null;
  readonly fetchedAt: string | null;
  readonly appliedRevision: string | null;
  readonly state: "ok" | "stale" | "failed" | "pending";
  readonly message: string;
  readonly issues: readonly PageIssue[];
}

/** An instance as the page shows it. */
export interface PageInstance extends InstanceKey {
  readonly operator: string;
  readonly operatorVersion: string;
  readonly source: string | null;
  readonly revision: string | null;
  readonly plan: {
    readonly name: string;
    readonly status: ExecutionStatus;
    readonly message: string;
    readonly startedAt: string | null;
    readonly finishedAt: string | null;
  } | null;
  readonly health: "Healthy" | "Progressing" | "Degraded" | "Suspended" | "Unknown";
  readonly drift: {
    readonly state: "InSync" | "Drifted" | "Unknown";
    readonly objects: number;
    readonly checkedAt: string | null;
  };
  readonly suspended: boolean;
  readonly message: string;
}

/** A plan, a phase, a step or a task with what became of it. */
export interface PageProgress {
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly message?: string | undefined;
}

/** A plan with the tree of its last run. */
export interface PagePlan extends PageProgress {
  readonly strategy: string;
  readonly phases: readonly (PageProgress & {
    readonly strategy: string;
    readonly steps: readonly (PageProgress & { readonly tasks: readonly PageProgress[] })[];
  })[];
}

/** An object that differs from what was applied. */
export interface PageDrift {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly change: "changed" | "missing";
  readonly fields: readonly {
    readonly pointer: string;
    readonly desired?: unknown;
    readonly live?: unknown;
    readonly manager: string | null;
    readonly time: string | null;
    readonly seenAt: string;
  }[];
}

/** A deletion that waits for a person. */
export interface PageHold {
  readonly id: string;
  readonly source: string;
  readonly reason: string;
  readonly instances: readonly InstanceKey[];
}

/** Everything on the page. */
export interface PageModel {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Why the service is not ready yet; `undefined` when it is. */
  readonly notReady: string | undefined;
  readonly summary: {
    readonly instances: number;
    readonly complete: number;
    readonly inProgress: number;
    readonly failed: number;
    readonly drifted: number;
    readonly suspended: number;
  };
  readonly sources: readonly PageSource[];
  readonly instances: readonly PageInstance[];
  readonly holds: readonly PageHold[];
  readonly plansOf: (instance: InstanceKey) => readonly PagePlan[];
  readonly driftOf: (instance: InstanceKey) => readonly PageDrift[];
}
