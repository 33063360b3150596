import type { KubeObject } from "../object/kubeObject.ts";
import { type ObjectRef, parseApiVersion, refOf } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";
import { findTask, type OperatorPackage } from "../package/operatorPackage.ts";
import type { ChildState } from "../task/childInstance.ts";
import type { PreparedTask } from "../task/prepareStep.ts";
import { childState, foreignChild } from "./childState.ts";
import type { Pass } from "./reconcileDeps.ts";

/** True for an instance of an operator. */
export function isInstance({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
  return kind === "Instance" && parseApiVersion(apiVersion).group === "kudo.dev";
}

/** How an instance that a step made fares. */
export function childOf({ deps }: Pass, ref: ObjectRef): ChildState {
  return childState(deps, keyOf(ref));
}

/** The task; one whose child's name is taken fails, and writes nothing. */
export function withoutForeignChild(
  { deps, view }: Pass,
  pkg: OperatorPackage,
  task: PreparedTask,
): PreparedTask {
  if (task.kind !== "child") return task;
  const definition = findTask(pkg, task.task);
  const operator = definition?.kind === "KudoOperator" ? definition.package : "";
  const message = foreignChild(deps, view, keyOf(refOf(task.child.object)), operator);
  if (message === undefined) return task;
  const outcome = { kind: "failed", retryable: false, code: "TaskBuildError", message } as const;
  return { kind: "settled", task: task.task, outcome };
}

/** Takes the answer to a write: what is known of a child must not be older than what was written to it. */
export function noteChild({ deps }: Pass, live: KubeObject): void {
  const { view } = deps.instances.observe(live);
  deps.family.touch(view);
}

function keyOf({ namespace = "", name }: ObjectRef): InstanceKey {
  return { namespace, name };
}
