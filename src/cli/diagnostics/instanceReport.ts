import type { AppliedIndex } from "../../apply/appliedIndex.ts";
import { judge } from "../../health/judge.ts";
import type { JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { formatRef, refKey, refOf } from "../../object/objectRef.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import type { InstanceView } from "../../reconcile/instanceView.ts";
import type { CliIo } from "../cliIo.ts";
import { instanceTree } from "../kudo/instanceTree.ts";
import { table } from "../output.ts";

/** What is known of an instance when all of it was read. */
export interface InstanceFacts {
  readonly view: InstanceView;
  readonly pkg: OperatorPackage | undefined;
  readonly index: AppliedIndex | undefined;
  /** Everything of the instance that was found in the cluster. */
  readonly objects: readonly KubeObject[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `status.txt`: the plans, the conditions, and how each object does, for who opens one file alone. */
export function instanceReport({ view, pkg, index, objects, now }: InstanceFacts, io: CliIo): string {
  const found = new Set(objects.map((object) => refKey(refOf(object))));
  const missing = (index?.entries ?? []).filter(({ ref }) => !found.has(refKey(ref)));
  const rows = [
    ...objects.map((object) => {
      const { status, message } = judge(object, now);
      return [formatRef(refOf(object)), status, message];
    }),
    ...missing.map(({ ref }) => [formatRef(ref), "Missing", "in the applied set, and not in the cluster"]),
  ].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  const conditions = view.conditions.map((condition) => [
    condition.type,
    condition.status,
    condition.reason,
    condition.lastTransitionTime,
    condition.message,
  ]);
  const inheritance = view.parent ? `child of ${view.parent.namespace}/${view.parent.name}\n` : "";
  const source = view.source
    ? `from Git: source ${view.source}, revision ${view.revision ?? "unknown"}\n`
    : "";
  return [
    instanceTree(view, pkg, { ...io, isTerminal: false }),
    `${inheritance}${source}`,
    conditions.length > 0 ? table(["CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE"], conditions) : "",
    rows.length > 0 ? table(["OBJECT", "HEALTH", "MESSAGE"], rows) : "",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** `appliedset.yaml`: what the instance owns and why; no manifest and no parameter is in it. */
export function appliedSetDocument({ entries, accepted, history, intent }: AppliedIndex): JsonObject {
  return {
    ...(accepted && {
      accepted: {
        operatorVersion: { ...accepted.operatorVersion },
        packageDigest: accepted.packageDigest,
        plan: accepted.plan,
        planUid: accepted.planUid,
        deployed: accepted.deployed,
        ...(accepted.revision && { revision: accepted.revision }),
        ...(accepted.startedAt && { startedAt: accepted.startedAt }),
      },
    }),
    ...(intent && {
      intent: { planUid: intent.planUid, objects: intent.objects.map(({ ref }) => formatRef(ref)) },
    }),
    entries: entries.map(({ ref, uid, claims, adopted, pendingDeletion, warnings }) => ({
      object: formatRef(ref),
      apiVersion: ref.apiVersion,
      ...(uid && { uid }),
      claims,
      ...(adopted && { adopted }),
      ...(pendingDeletion && { pendingDeletion }),
      ...(warnings.length > 0 && { warnings }),
    })),
    history: history.map((record) => ({ ...record })),
  };
}
