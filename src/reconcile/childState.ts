import { judgeInstance } from "../health/rules/instance.ts";
import { asString } from "../object/json.ts";
import { annotationsOf, labelsOf } from "../object/kubeObject.ts";
import {
  ANNOTATION_OWNER,
  type InstanceIdentity,
  type InstanceKey,
  instanceKey,
  LABEL_OPERATOR,
  parseOwnerMark,
} from "../object/ownership.ts";
import { messageOfPlan } from "../plan/messageOfPlan.ts";
import type { ChildState } from "../task/childInstance.ts";
import type { CachedInstance } from "./instanceCache.ts";
import type { ReconcileDeps } from "./reconcileDeps.ts";

type ChildDeps = Pick<ReconcileDeps, "instances" | "packages" | "family">;

/**
 * How an instance fares in the eyes of the one that made it: the plan that it runs for what it is asked to be now, from
 * memory.
 *
 * A status is believed only when the last pass over the child saw its present spec and package: the end of an earlier
 * plan says nothing about the change that a parent has just made.
 */
export function childState(deps: ChildDeps, key: InstanceKey): ChildState {
  const cached = deps.instances.get(key);
  if (!cached) return waiting("is not in the cluster yet");
  const { view } = cached;
  if (view.deleting) return waiting("is being deleted");
  if (view.suspendedBy) return waiting("is suspended");
  const memory = deps.family.memory(key);
  if (memory && memory.failures > 0 && memory.message) return waiting(memory.message);
  const { decided } = memory ?? {};
  if (!decided || decided.uid !== view.uid || decided.generation !== view.generation)
    return waiting("has not been looked at since it was written");
  if (decided.choice.kind === "illegal") return { kind: "failed", reason: decided.choice.message };
  if (decided.choice.kind === "pending") return waiting(decided.choice.message);
  return planState(deps, cached);
}

function planState({ family, packages }: ChildDeps, { view, object }: CachedInstance): ChildState {
  const accepted = family.memory(view)?.index?.accepted;
  const published = packages.published(view.operatorVersion, view.namespace);
  const isCurrent = published?.kind === "found" && published.digest === accepted?.packageDigest;
  const status = accepted && view.planStatus[accepted.plan];
  if (!isCurrent || status?.uid !== accepted?.planUid) return waiting("its plan has not begun");
  if (status?.status === "COMPLETE") return { kind: "complete" };
  if (status?.status !== "FATAL_ERROR")
    return waiting(judgeInstance(object).message || "its plan is running");
  const why = messageOfPlan(status) ?? "see its status";
  const again = `mend the cause, run plan '${status.name}' of instance ${view.name} again, then this one`;
  return { kind: "failed", reason: `plan '${status.name}' failed: ${why} (${again})` };
}

function waiting(reason: string): ChildState {
  return { kind: "waiting", reason };
}

/**
 * Why a task may not have the instance that stands under its child's name; `undefined` when it may.
 *
 * One that others made is adopted as any object is, but never one that Git declares, or that runs another operator.
 */
export function foreignChild(
  { instances, packages }: ChildDeps,
  parent: InstanceIdentity,
  child: InstanceKey,
  operator: string,
): string | undefined {
  const cached = instances.get(child);
  if (!cached) return undefined;
  const { view, object } = cached;
  const owner = parseOwnerMark(annotationsOf(object)[ANNOTATION_OWNER] ?? "");
  if (view.parent?.uid === parent.uid || (owner && instanceKey(owner) === instanceKey(parent)))
    return undefined;
  const name = `Instance/${instanceKey(child)}`;
  if (view.source !== undefined)
    return `${name}: source '${view.source}' declares it in Git; give the task another instanceName`;
  const published = packages.published(view.operatorVersion, view.namespace);
  const runs =
    (published?.kind === "found" ? packages.peek(published.digest)?.pkg.name : undefined) ??
    asString(labelsOf(object)[LABEL_OPERATOR]);
  if (runs === undefined || runs === operator) return undefined;
  return `${name}: it is there already and runs operator '${runs}', not '${operator}'; give the task another instanceName`;
}
