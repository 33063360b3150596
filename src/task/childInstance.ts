import type { Health } from "../health/health.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, refOf } from "../object/objectRef.ts";
import type { InstanceKey } from "../object/ownership.ts";
import { operatorVersionName, type Task } from "../package/operatorPackage.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";
import { type Decoration, decorateChild } from "../render/decorate.ts";
import { RenderError } from "../render/renderError.ts";

/** A task that makes an instance of another operator. */
export type ChildTask = Extract<Task, { kind: "KudoOperator" }>;

/** How the instance that a task made fares, by its own accepted plan (engine.md, 1). */
export type ChildState =
  /** Its plan for what is asked of it now is COMPLETE. */
  | { readonly kind: "complete" }
  | { readonly kind: "waiting"; readonly reason: string }
  /** Only other inputs, or a person, can help. */
  | { readonly kind: "failed"; readonly reason: string };

/** The instance that a task makes: its own name, else `<parent>-<operator>`; always beside its parent. */
export function childRef(task: ChildTask, parent: InstanceKey): ObjectRef {
  const name = task.instanceName || `${parent.name}-${task.package}`;
  return { apiVersion: "kudo.dev/v1beta1", kind: "Instance", namespace: parent.namespace, name };
}

/** Name of the OperatorVersion that a task needs. */
export function childVersion(task: ChildTask): string {
  const { package: name, appVersion, operatorVersion } = task;
  return operatorVersionName({ name, appVersion, operatorVersion });
}

/** True when a task names an operator with its version, as in a stored OperatorVersion; else it is a reference yet. */
export function isResolved({ package: name, operatorVersion }: ChildTask): boolean {
  return name !== "" && operatorVersion !== "" && !/[/:]/.test(name);
}

/** What makes a task fail whenever it runs. @throws RenderError */
export function requireChild(task: ChildTask, parent: InstanceKey): void {
  const fail = (message: string): never => {
    throw new RenderError("TaskBuildError", message);
  };
  if (task.package === "") fail("a task of kind KudoOperator needs a package");
  if (!isResolved(task))
    fail(
      `package '${task.package}' is not resolved: an OperatorVersion names operator and operatorVersion of each package that it needs; publish it from Git or with \`lockstep install\``,
    );
  if (childRef(task, parent).name === parent.name)
    fail(`the instance would be '${parent.name}' itself; give the task another instanceName`);
}

/**
 * The Instance of a task, complete but for the mark of its owner.
 *
 * @param versionNamespace  where OperatorVersions are, when that is not the parent's namespace
 * @param parameters        all that the child is given: what is left out falls back to the child's defaults
 */
export function childInstance(
  task: ChildTask,
  decoration: Decoration,
  versionNamespace: string | undefined,
  parameters: Readonly<Record<string, string>>,
): KubeObject {
  const { apiVersion, kind, name } = childRef(task, decoration.instance);
  const spec = {
    operatorVersion: {
      name: childVersion(task),
      ...(versionNamespace !== undefined && { namespace: versionNamespace }),
    },
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
  return decorateChild({ apiVersion, kind, metadata: { name }, spec }, task.package, decoration);
}

/** What the state of a child means for the task that made it; KUDO takes a failed child for a finished one. */
export function childOutcome(child: KubeObject, state: ChildState): TaskOutcome {
  const name = formatRef(refOf(child));
  switch (state.kind) {
    case "complete":
      return { kind: "done" };
    case "waiting":
      return { kind: "waiting", reason: `${name}: ${state.reason}` };
    case "failed":
      return {
        kind: "failed",
        retryable: false,
        code: "ChildInstanceFailed",
        message: `${name}: ${state.reason}`,
      };
  }
}

/** The same as a judgement, for an Instance that an Apply task made from a template. */
export function childHealth(state: ChildState): Health {
  switch (state.kind) {
    case "complete":
      return { status: "Healthy", reason: "PlanComplete", message: "" };
    case "waiting":
      return { status: "Progressing", reason: "PlanInProgress", message: state.reason };
    case "failed":
      return { status: "Degraded", reason: "PlanInFatalError", message: state.reason };
  }
}
