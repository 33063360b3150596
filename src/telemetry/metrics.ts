import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from "prom-client";
import type { EmitEvent } from "../reconcile/reconcileEvent.ts";
import type { EmitSyncEvent } from "../sync/syncEvent.ts";

/** What is asked at the moment somebody reads the metrics. */
export interface MetricsState {
  /** Instances that wait for a worker. */
  readonly queueDepth: () => number;
  /** How many instances are in which condition: `complete`, `failed`, `drifted`, … */
  readonly instances: () => Readonly<Record<string, number>>;
  /** Objects that are known to differ from what was applied. */
  readonly driftedObjects: () => number;
}

/** One answered request to the API server. */
export interface RequestFact {
  readonly verb: string;
  readonly kind: string;
  /** HTTP status; `undefined` when there was no answer. */
  readonly statusCode?: number | undefined;
}

/** Counts what happens. All three take facts and never throw. */
export interface Metrics {
  readonly onReconcile: EmitEvent;
  readonly onSync: EmitSyncEvent;
  readonly onRequest: (request: RequestFact) => void;
}

/** Seconds; plans take from one apply to many minutes. */
const PLAN_BUCKETS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/**
 * Registers our metrics, and those of the process, and answers what feeds them.
 *
 * @param registry  of the caller; nothing is global, so two services in one process count apart
 */
export function createMetrics(registry: Registry, state: MetricsState): Metrics {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const polls = new Counter({
    name: "lockstep_polls_total",
    help: "Looks at a source, by outcome: unchanged, changed, failed",
    labelNames: ["source", "outcome"] as const,
    registers,
  });
  const syncs = new Histogram({
    name: "lockstep_sync_duration_seconds",
    help: "Time to bring a revision of a source into the cluster",
    labelNames: ["source"] as const,
    registers,
  });
  const syncFailures = new Counter({
    name: "lockstep_sync_failures_total",
    help: "Revisions that could not be brought into the cluster and are tried again, by code of the error",
    labelNames: ["source", "code"] as const,
    registers,
  });
  const applies = new Counter({
    name: "lockstep_applies_total",
    help: "Objects of steps by result: created, configured, unchanged, deleted, failed",
    labelNames: ["result"] as const,
    registers,
  });
  const plans = new Histogram({
    name: "lockstep_plan_duration_seconds",
    help: "Time from the start of a plan to its end",
    labelNames: ["plan", "status"] as const,
    buckets: PLAN_BUCKETS,
    registers,
  });
  const passFailures = new Counter({
    name: "lockstep_pass_failures_total",
    help: "Passes over an instance that failed and are tried again, by code of the error",
    labelNames: ["code"] as const,
    registers,
  });
  const drift = new Counter({
    name: "lockstep_drift_found_total",
    help: "Times that an object was found to differ from what was applied",
    registers,
  });
  const requests = new Counter({
    name: "lockstep_cluster_requests_total",
    help: "Requests to the API server by verb, kind and HTTP status; none when there was no answer",
    labelNames: ["verb", "kind", "status"] as const,
    registers,
  });
  const leads = new Gauge({
    name: "lockstep_lease_held",
    help: "1 while this process holds the lease and may write",
    registers,
  });
  registerState(registers, state);

  return {
    onReconcile: (event) => {
      if (event.kind === "objectsApplied") {
        for (const result of APPLY_RESULTS) applies.inc({ result }, event[result]);
      } else if (event.kind === "planFinished")
        plans.observe({ plan: event.plan, status: event.status }, event.durationMs / 1000);
      else if (event.kind === "passFailed") passFailures.inc({ code: event.code });
      else if (event.kind === "driftFound") drift.inc();
      else if (event.kind === "leaseChanged") leads.set(event.held ? 1 : 0);
    },
    onSync: (event) => {
      const { source } = event;
      if (event.kind === "polled") polls.inc({ source, outcome: event.outcome });
      else if (event.kind === "synced") syncs.observe({ source }, event.durationMs / 1000);
      else if (event.kind === "syncFailed") syncFailures.inc({ source, code: event.code });
    },
    onRequest: ({ verb, kind, statusCode }) =>
      requests.inc({ verb, kind, status: statusCode === undefined ? "none" : String(statusCode) }),
  };
}

const APPLY_RESULTS = ["created", "configured", "unchanged", "deleted", "failed"] as const;

function registerState(registers: Registry[], { queueDepth, instances, driftedObjects }: MetricsState): void {
  new Gauge({
    name: "lockstep_queue_depth",
    help: "Instances that wait for a worker",
    registers,
    collect() {
      this.set(queueDepth());
    },
  });
  new Gauge({
    name: "lockstep_drifted_objects",
    help: "Objects that differ from what was applied",
    registers,
    collect() {
      this.set(driftedObjects());
    },
  });
  new Gauge({
    name: "lockstep_instances",
    help: "Instances by condition; one instance may be in several",
    labelNames: ["condition"] as const,
    registers,
    collect() {
      for (const [condition, count] of Object.entries(instances())) this.set({ condition }, count);
    },
  });
}
