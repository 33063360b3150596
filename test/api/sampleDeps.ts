import type { ApiActions, ApiDeps, ApiReads } from "../../src/api/apiDeps.ts";
import type {
  DriftDocument,
  InstanceDocument,
  ManifestsDocument,
  PlanDocument,
  SourceDocument,
} from "../../src/api/documents.ts";
import { ApiError } from "../../src/api/problem.ts";
import { type InstanceKey, instanceKey } from "../../src/object/ownership.ts";

export const TOKEN = "correct-horse";
export const NOW = Date.parse("2026-11-21T10:00:30Z");

export const source: SourceDocument = {
  name: "fleet",
  url: "https://git.example.com/fleet.git",
  ref: "main",
  revision: "0123456789012345678901234567890123456789",
  fetchedAt: "2026-11-21T10:00:00Z",
  appliedRevision: "9876543210987654321098765432109876543210",
  state: "ok",
  message: "",
  issues: [
    {
      severity: "error",
      code: "package.taskUndefined",
      message: 'task "nodes" is not defined',
      file: "operators/zk/operator.yaml",
      line: 12,
      column: 9,
      excerpt: "  12 | - nodes\n     |   ^",
      hint: 'did you mean "node"?',
    },
  ],
};

export function instance(name: string, rest: Partial<InstanceDocument> = {}): InstanceDocument {
  return {
    namespace: "databases",
    name,
    operator: "galera",
    operatorVersion: "0.1.0",
    source: "fleet",
    revision: source.appliedRevision,
    plan: {
      name: "deploy",
      uid: "plan-1",
      status: "COMPLETE",
      message: "",
      startedAt: "2026-11-21T09:59:00Z",
      finishedAt: "2026-11-21T10:00:00Z",
    },
    health: "Healthy",
    ready: true,
    drift: { state: "InSync", objects: 0, checkedAt: "2026-11-21T10:00:00Z" },
    suspended: false,
    message: "",
    ...rest,
  };
}

export const instances: readonly InstanceDocument[] = [
  instance("zeta"),
  instance("galera", { drift: { state: "Drifted", objects: 1, checkedAt: "2026-11-21T10:00:00Z" } }),
  instance("broken", {
    namespace: "apps",
    health: "Degraded",
    ready: false,
    plan: {
      name: "update",
      uid: "plan-2",
      status: "FATAL_ERROR",
      message: "",
      startedAt: "2026-11-21T09:58:00Z",
      finishedAt: "2026-11-21T09:58:30Z",
    },
    message: "plan update, step main/apply: template web.yaml:3:5: <no value>",
  }),
  instance("moving", {
    namespace: "apps",
    health: "Progressing",
    ready: false,
    source: null,
    revision: null,
    plan: {
      name: "deploy",
      uid: "plan-3",
      status: "IN_PROGRESS",
      message: "",
      startedAt: "2026-11-21T10:00:10Z",
      finishedAt: null,
    },
  }),
  instance("resting", { namespace: "apps", suspended: true, health: "Suspended", plan: null }),
];

export const deploy: PlanDocument = {
  name: "deploy",
  status: "IN_PROGRESS",
  uid: "plan-3",
  strategy: "serial",
  startedAt: "2026-11-21T10:00:10Z",
  phases: [
    {
      name: "bootstrap",
      status: "COMPLETE",
      strategy: "serial",
      steps: [{ name: "config", status: "COMPLETE", tasks: [{ name: "config", status: "COMPLETE" }] }],
    },
    {
      name: "nodes",
      status: "IN_PROGRESS",
      strategy: "serial",
      steps: [
        {
          name: "statefulset",
          status: "IN_PROGRESS",
          message:
            "StatefulSet/apps/moving: pod moving-1: container mysql: CrashLoopBackOff: back-off 40s restarting failed container",
          tasks: [{ name: "nodes", kind: "Apply", status: "IN_PROGRESS" }],
        },
        { name: "service", status: "PENDING", tasks: [{ name: "service", status: "PENDING" }] },
      ],
    },
  ],
};

export const backup: PlanDocument = { name: "backup", status: "NEVER_RUN", strategy: "serial", phases: [] };

export const drift: DriftDocument = {
  state: "Drifted",
  checkedAt: "2026-11-21T10:00:00Z",
  objects: [
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      namespace: "databases",
      name: "galera",
      change: "changed",
      fields: [
        {
          pointer: "/spec/replicas",
          desired: 3,
          live: 2,
          manager: "kubectl",
          time: null,
          seenAt: "2026-11-21T10:00:18Z",
        },
      ],
    },
  ],
};

export const manifests: ManifestsDocument = {
  revision: source.appliedRevision,
  objects: [
    {
      plan: "deploy",
      phase: "bootstrap",
      step: "config",
      task: "config",
      manifest: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "credentials", namespace: "databases" },
        data: { password: "czNjcmV0" },
      },
    },
  ],
};

/** What a call of an action was. */
export type Call = readonly [action: string, ...args: readonly string[]];

/** Dependencies that answer from the values above and note what was set off. */
export function sampleDeps(
  overrides: {
    readonly reads?: Partial<ApiReads>;
    readonly actions?: Partial<ApiActions>;
    readonly deps?: Partial<ApiDeps>;
  } = {},
): { readonly deps: ApiDeps; readonly calls: Call[]; readonly errors: unknown[] } {
  const calls: Call[] = [];
  const errors: unknown[] = [];
  const get = (key: InstanceKey): InstanceDocument | undefined =>
    instances.find((row) => instanceKey(row) === instanceKey(key));
  const deps: ApiDeps = {
    version: "0.1.0",
    startedAt: "2026-11-21T09:00:00Z",
    now: () => NOW,
    notReady: () => undefined,
    access: { read: "open", token: async () => TOKEN },
    reads: {
      statuses: { all: () => instances, get },
      sources: () => [source],
      plans: (key) => (get(key) ? [backup, deploy] : undefined),
      drift: (key) =>
        get(key)?.drift.state === "Drifted" ? drift : get(key) && { ...drift, state: "InSync", objects: [] },
      manifests: async (key, revision) => (get(key) && revision !== "unknown" ? manifests : undefined),
      holds: () => [
        {
          id: "h1",
          source: "fleet",
          revision: source.appliedRevision ?? "",
          reason: "2 of 2 instances left Git",
          instances: [{ namespace: "databases", name: "zeta" }],
        },
      ],
      ...overrides.reads,
    },
    actions: {
      sync: (name) => {
        calls.push(["sync", name]);
        return name === "fleet";
      },
      reconcile: async (key) => {
        calls.push(["reconcile", instanceKey(key)]);
        return { applied: 3 };
      },
      trigger: async (key, plan) => {
        calls.push(["trigger", instanceKey(key), plan]);
        return { uid: "plan-9" };
      },
      suspend: async (key) => {
        calls.push(["suspend", instanceKey(key)]);
      },
      resume: async (key) => {
        calls.push(["resume", instanceKey(key)]);
      },
      confirm: async (id) => {
        calls.push(["confirm", id]);
        return id === "h1";
      },
      ...overrides.actions,
    },
    metrics: { contentType: "text/plain; version=0.0.4", metrics: async () => "lockstep_queue_depth 0\n" },
    onError: (error) => errors.push(error),
    ...overrides.deps,
  };
  return { deps, calls, errors };
}

/** An instance that is busy with a plan. */
export const busy = new ApiError(409, "instance.busy", "plan deploy is running");
