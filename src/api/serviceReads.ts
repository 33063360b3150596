import type { Issue } from "../base/issue.ts";
import { maskManifest } from "../drift/redact.ts";
import { refKey } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";
import { findTask, type OperatorPackage, type Plan, type Step } from "../package/operatorPackage.ts";
import { messageOfPlan } from "../plan/messageOfPlan.ts";
import {
  type ExecutionStatus,
  isTerminal,
  neverRun,
  type PlanStatus,
  type StepStatus,
} from "../plan/planStatus.ts";
import { activePlan } from "../plan/planTree.ts";
import type { ReconcileSide } from "../reconcile/createReconciler.ts";
import type { InstanceMemory } from "../reconcile/instanceMemory.ts";
import type { InstanceView } from "../reconcile/instanceView.ts";
import { maskRandom } from "../reconcile/maskRandom.ts";
import { worstHealth } from "../reconcile/unhealthyObjects.ts";
import type { Hold } from "../sync/hold.ts";
import type { SyncEngine } from "../sync/syncEngine.ts";
import type { ApiReads } from "./apiDeps.ts";
import type { HoldDocument, InstanceDocument, ManifestsDocument, PlanDocument } from "./documents.ts";

/** Answers every read from what the service has in memory; only manifests may come from the cluster. */
export function serviceReads(side: ReconcileSide, sync: Pick<SyncEngine, "statuses" | "holds">): ApiReads {
  const viewOf = (key: InstanceKey): InstanceView | undefined => side.instances.get(key)?.view;
  return {
    statuses: {
      all: () => [...side.instances.all()].map(({ view }) => instanceRow(side, view)),
      get: (key) => {
        const view = viewOf(key);
        return view && instanceRow(side, view);
      },
    },
    sources: () =>
      sync.statuses().map(({ issues, ...source }) => ({ ...source, issues: issues.map(withoutValues) })),
    plans: (key) => {
      const view = viewOf(key);
      return view && planDocuments(side, view);
    },
    drift: (key) => (viewOf(key) ? side.drift.report(key) : undefined),
    manifests: async (key, revision, signal) =>
      viewOf(key) ? manifestsOf(side, key, revision, signal) : undefined,
    holds: () => [...sync.holds().map(instanceHold), ...objectHolds(side)],
  };
}

/**
 * The line of an instance or parameter file may hold a password, and the API may be open for reading: only definitions
 * and templates of packages are shown.
 */
function withoutValues(issue: Issue): Issue {
  if (/(^|\/)operator\.yaml$|(^|\/)templates\//.test(issue.file ?? "")) return issue;
  const { excerpt: _, ...rest } = issue;
  return rest;
}

function instanceHold({ id, source, revision, reason, instances }: Hold): HoldDocument {
  return {
    id,
    source,
    revision,
    reason,
    instances: instances.map(({ namespace, name }) => ({ namespace, name })),
  };
}

/** Objects that would be deleted but for their kind: volumes, namespaces, definitions in use. */
function objectHolds({ instances, reconciler }: ReconcileSide): readonly HoldDocument[] {
  return [...instances.all()].flatMap(({ view }) => {
    const hold = reconciler.memory(view)?.hold;
    const { namespace, name, source = "", revision = "" } = view;
    return hold
      ? [{ id: hold.id, source, revision, reason: hold.reason, instances: [{ namespace, name }] }]
      : [];
  });
}

function instanceRow(side: ReconcileSide, view: InstanceView): InstanceDocument {
  const memory = side.reconciler.memory(view);
  const index = side.reconciler.indexOf(view);
  const accepted = index?.accepted;
  const statuses = memory?.planStatus ?? view.planStatus;
  const plan = (accepted && statuses[accepted.plan]) ?? activePlan(statuses);
  const drift = side.drift.report(view);
  const pkg = packageOf(side, view);
  return {
    namespace: view.namespace,
    name: view.name,
    operator: pkg?.name ?? "",
    operatorVersion: pkg?.operatorVersion ?? view.operatorVersion.name,
    source: view.source ?? null,
    revision: view.revision ?? null,
    plan:
      plan && plan.status !== "NEVER_RUN"
        ? planSummary(plan, accepted?.planUid === plan.uid ? accepted?.startedAt : undefined)
        : null,
    health: worstHealth(index, {
      health: (ref) => side.tracker.health(ref),
      missing: side.drift.missing(view),
    }),
    ready: view.conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    drift: { state: drift.state, objects: drift.objects.length, checkedAt: drift.checkedAt },
    suspended: view.suspendedBy !== undefined,
    message: memory?.message ?? "",
  };
}

function planSummary(plan: PlanStatus, startedAt: string | undefined): NonNullable<InstanceDocument["plan"]> {
  return {
    name: plan.name,
    uid: plan.uid ?? "",
    status: plan.status,
    message: messageOfPlan(plan) ?? "",
    startedAt: startedAt ?? null,
    finishedAt: isTerminal(plan.status) ? (plan.lastUpdatedTimestamp ?? null) : null,
  };
}

/** The package that the instance runs with, else the one its OperatorVersion holds. */
function packageOf(side: ReconcileSide, view: InstanceView): OperatorPackage | undefined {
  const accepted = side.reconciler.indexOf(view)?.accepted;
  const published = side.packages.published(view.operatorVersion, view.namespace);
  const digest = accepted?.packageDigest ?? (published?.kind === "found" ? published.digest : undefined);
  return digest === undefined ? undefined : side.packages.peek(digest)?.pkg;
}

function planDocuments(side: ReconcileSide, view: InstanceView): readonly PlanDocument[] {
  const pkg = packageOf(side, view);
  const memory = side.reconciler.memory(view);
  const statuses = memory?.planStatus ?? view.planStatus;
  const names = [...new Set([...(pkg?.plans.keys() ?? []), ...Object.keys(statuses)])].sort();
  return names.map((name) => {
    const plan = pkg?.plans.get(name) ?? { name, strategy: "", phases: [] };
    return planDocument(pkg, plan, statuses[name] ?? neverRun(plan), memory);
  });
}

function planDocument(
  pkg: OperatorPackage | undefined,
  plan: Plan,
  status: PlanStatus,
  memory: InstanceMemory | undefined,
): PlanDocument {
  const accepted = memory?.index?.accepted;
  const isCurrent = status.uid !== undefined && accepted?.planUid === status.uid;
  return {
    name: plan.name,
    status: status.status,
    strategy: plan.strategy,
    ...(status.message !== undefined && { message: status.message }),
    ...(status.uid !== undefined && { uid: status.uid }),
    ...(isCurrent && accepted.startedAt !== undefined && { startedAt: accepted.startedAt }),
    ...(isTerminal(status.status) &&
      status.lastUpdatedTimestamp !== undefined && { finishedAt: status.lastUpdatedTimestamp }),
    phases: status.phases.map((phase) => {
      const definition = plan.phases.find(({ name }) => name === phase.name);
      return {
        name: phase.name,
        status: phase.status,
        ...(phase.message !== undefined && { message: phase.message }),
        strategy: definition?.strategy ?? "",
        steps: phase.steps.map((step) => ({
          ...step,
          tasks: taskDocuments(
            pkg,
            definition?.steps.find(({ name }) => name === step.name),
            step,
            isCurrent ? memory : undefined,
            phase.name,
          ),
        })),
      };
    }),
  };
}

type TaskDocument = PlanDocument["phases"][number]["steps"][number]["tasks"][number];

/** Tasks have no status of their own in the cluster: while their step runs the last pass tells, afterwards the step. */
function taskDocuments(
  pkg: OperatorPackage | undefined,
  definition: Step | undefined,
  step: StepStatus,
  memory: InstanceMemory | undefined,
  phase: string,
): TaskDocument[] {
  const outcomes =
    isTerminal(step.status) && step.status === "COMPLETE"
      ? undefined
      : memory?.outcomes.get(`${phase}/${step.name}`);
  return (definition?.tasks ?? []).map((name): TaskDocument => {
    const kind = pkg && findTask(pkg, name)?.kind;
    const outcome = outcomes?.find(({ task }) => task === name)?.outcome;
    const known: { status: ExecutionStatus; message?: string } =
      outcome === undefined
        ? { status: step.status }
        : outcome.kind === "done"
          ? { status: "COMPLETE" }
          : outcome.kind === "waiting"
            ? { status: "IN_PROGRESS", message: outcome.reason }
            : { status: outcome.retryable ? "ERROR" : "FATAL_ERROR", message: outcome.message };
    return { name, ...known, ...(kind !== undefined && { kind }) };
  });
}

async function manifestsOf(
  { reconciler, indexes }: ReconcileSide,
  key: InstanceKey,
  revision: string | undefined,
  signal: AbortSignal,
): Promise<ManifestsDocument | undefined> {
  const index = reconciler.indexOf(key);
  const current = index?.accepted?.revision ?? null;
  if (revision !== undefined && revision !== current) return undefined;
  const stored = index ? await indexes.manifests(key, signal) : new Map();
  const mask = maskRandom(index);
  const objects = (index?.entries ?? []).flatMap(({ ref, origin }) => {
    const manifest = stored.get(refKey(ref));
    return manifest ? [{ ...origin, manifest: maskManifest(manifest, mask) }] : [];
  });
  return { revision: current, objects };
}
