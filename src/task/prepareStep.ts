import type { DesiredObject } from "../apply/desiredObject.ts";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { type JsonObject, valueAt } from "../object/json.ts";
import { compareForApply } from "../object/kindOrder.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { formatRef, type ObjectRef, parseApiVersion, refKey, refOf } from "../object/objectRef.ts";
import { joinRandomUse, NO_RANDOM, type RandomUse, withRandom } from "../package/randomRecord.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";
import { decorate } from "../render/decorate.ts";
import { dependenciesOf, withDependencyHash } from "../render/dependencyHash.ts";
import { RenderError } from "../render/renderError.ts";
import type { Render } from "../render/renderer.ts";
import type { RenderedObject } from "../render/renderTask.ts";
import type { PipeTask } from "./pipeTask.ts";
import { fatal, type RenderedTask, renderStepTask, type StepInput } from "./renderStepTask.ts";
import { lookUpServed, upgradeRendered } from "./upgradeRendered.ts";

/** A task with everything that rendering gives, before anything is written. */
export type PreparedTask =
  | { readonly kind: "apply"; readonly task: string; readonly objects: readonly DesiredObject[] }
  | { readonly kind: "delete"; readonly task: string; readonly refs: readonly ObjectRef[] }
  /** An instance of another operator. */
  | { readonly kind: "child"; readonly task: string; readonly child: DesiredObject }
  | { readonly kind: "pipe"; readonly task: string; readonly pipe: PipeTask }
  /** Nothing to write: its outcome stands already. */
  | { readonly kind: "settled"; readonly task: string; readonly outcome: TaskOutcome };

/** A step that is ready to be written. */
export interface PreparedStep {
  readonly tasks: readonly PreparedTask[];
  /** What its templates drew; must be recorded before the first object is written. */
  readonly random: RandomUse;
}

/** What preparing a step needs besides its arguments. */
export interface PrepareDeps {
  readonly client: Pick<ClusterClient, "resource">;
  readonly render: Render;
  /** The object behind a dependency as we applied it, else as the cluster has it; `undefined` when there is none. */
  readonly dependency: (ref: ObjectRef, signal: AbortSignal) => Promise<JsonObject | undefined>;
  /** True while the kind's CustomResourceDefinition is so new that the server may not serve it yet. */
  readonly isNewKind: (type: { readonly apiVersion: string; readonly kind: string }) => boolean;
}

/**
 * Renders all tasks of a step and makes the objects complete: labels, annotations, namespace, owner, dependency hash.
 *
 * A task that cannot be rendered is settled as failed; it does not keep the others from being prepared, so that one
 * pass tells all mistakes.
 */
export async function prepareStep(
  deps: PrepareDeps,
  input: StepInput,
  signal: AbortSignal,
): Promise<PreparedStep> {
  const rendered: RenderedTask[] = [];
  let random = NO_RANDOM;
  for (const name of input.step.tasks) {
    // What a task before drew is known to those after it: they may share a template.
    const context = { ...input.context, random: withRandom(input.context.random, random) };
    const task = await renderStepTask(deps, { ...input, context }, name, signal);
    rendered.push(task);
    if (task.kind !== "settled") random = joinRandomUse(random, task.random);
  }
  const upgraded = await upgradeTasks(deps, rendered, signal);
  const objects = upgraded.flatMap((task) => (task.kind === "rendered" ? task.objects : []));
  const scopes = await lookUpScopes(deps, objects, signal);
  const decorated = upgraded.map((task) => decorateOne(deps, input, task, scopes));
  const { namespace } = input.decoration.instance;
  return { tasks: await hashDependencies(deps, decorated, namespace, signal), random };
}

/**
 * The tasks with every object in a version that the cluster serves. An object without a successor fails its task; there
 * is nothing of it to delete.
 */
async function upgradeTasks(
  { client }: PrepareDeps,
  tasks: readonly RenderedTask[],
  signal: AbortSignal,
): Promise<readonly RenderedTask[]> {
  const all = tasks.flatMap((task) => (task.kind === "rendered" ? task.objects : []));
  const served = await lookUpServed(client, all, signal);
  if (served.size === 0) return tasks;
  return tasks.map((task) => {
    if (task.kind !== "rendered") return task;
    const { objects, problems } = upgradeRendered(task.objects, served);
    if (task.action === "delete" || problems.length === 0) return { ...task, objects };
    return { kind: "settled", name: task.name, outcome: fatal("TaskEnhancementError", problems.join("; ")) };
  });
}

type Scope = "namespaced" | "cluster" | "unknown";

/** Scope of every kind of the step: from a CustomResourceDefinition in the same step, else from discovery. */
async function lookUpScopes(
  { client }: PrepareDeps,
  objects: readonly RenderedObject[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Scope>> {
  const scopes = new Map<string, Scope>();
  for (const { object } of objects) {
    const key = typeKey(object);
    if (scopes.has(key)) continue;
    const info = await client.resource(object.apiVersion, object.kind, { signal });
    scopes.set(key, info ? (info.namespaced ? "namespaced" : "cluster") : definedBeside(object, objects));
  }
  return scopes;
}

function definedBeside({ apiVersion, kind }: KubeObject, objects: readonly RenderedObject[]): Scope {
  const { group } = parseApiVersion(apiVersion);
  const definition = objects.find(
    ({ object }) =>
      object.kind === "CustomResourceDefinition" &&
      valueAt(object, "spec", "group") === group &&
      valueAt(object, "spec", "names", "kind") === kind,
  );
  if (!definition) return "unknown";
  return valueAt(definition.object, "spec", "scope") === "Namespaced" ? "namespaced" : "cluster";
}

function decorateOne(
  deps: PrepareDeps,
  { decoration }: StepInput,
  task: RenderedTask,
  scopes: ReadonlyMap<string, Scope>,
): PreparedTask {
  if (task.kind === "settled") return { kind: "settled", task: task.name, outcome: task.outcome };
  if (task.kind === "pipe") return { kind: "pipe", task: task.name, pipe: task.pipe };
  const { plan, phase, step } = decoration;
  if (task.kind === "child") {
    const { name, child, file } = task;
    const origin = { plan, phase, step, task: name };
    return { kind: "child", task: name, child: { object: child, origin, ...(file && { file }) } };
  }
  const isKnown = ({ object }: RenderedObject): boolean => scopes.get(typeKey(object)) !== "unknown";
  const unknown = task.objects.filter((rendered) => !isKnown(rendered));
  if (task.action === "apply" && unknown.length > 0) {
    return { kind: "settled", task: task.name, outcome: unknownKinds(deps, unknown) };
  }
  try {
    // A kind that the server does not serve has no objects, so there is nothing of it to delete.
    const objects = task.objects.filter(isKnown).map(({ object, template, warnings }) => ({
      object: decorate(object, scopes.get(typeKey(object)) === "namespaced", decoration),
      file: `templates/${template}`,
      ...(warnings !== undefined && { warnings }),
    }));
    if (task.action === "delete")
      return { kind: "delete", task: task.name, refs: objects.map(({ object }) => refOf(object)) };
    const desired = objects.map(
      (entry): DesiredObject => ({ ...entry, origin: { plan, phase, step, task: task.name } }),
    );
    return {
      kind: "apply",
      task: task.name,
      objects: desired.sort((a, b) => compareForApply(refOf(a.object), refOf(b.object))),
    };
  } catch (error) {
    if (error instanceof RenderError)
      return { kind: "settled", task: task.name, outcome: fatal(error.reason, error.message) };
    throw error;
  }
}

function unknownKinds({ isNewKind }: PrepareDeps, unknown: readonly RenderedObject[]): TaskOutcome {
  const retryable = unknown.every(({ object }) => isNewKind(object));
  const message = unknown
    .map(
      ({ object, template }) =>
        `templates/${template}: ${formatRef(refOf(object))}: the cluster does not serve kind ${object.kind} of ${object.apiVersion}`,
    )
    .join("; ");
  return { kind: "failed", retryable, code: "TaskEnhancementError", message };
}

/** Puts the hash on every pod template, looking first among the objects of the same step. */
async function hashDependencies(
  deps: PrepareDeps,
  tasks: readonly PreparedTask[],
  namespace: string,
  signal: AbortSignal,
): Promise<readonly PreparedTask[]> {
  const all = tasks.flatMap((task) => (task.kind === "apply" ? task.objects : []));
  const known = new Map<string, JsonObject | undefined>(
    all.map(({ object }) => [refKey(refOf(object)), object]),
  );
  for (const { object } of all) {
    for (const { kind, name } of dependenciesOf(object)) {
      const ref: ObjectRef = { apiVersion: "v1", kind, namespace, name };
      if (!known.has(refKey(ref))) known.set(refKey(ref), await deps.dependency(ref, signal));
    }
  }
  return tasks.map((task) =>
    task.kind !== "apply"
      ? task
      : {
          ...task,
          objects: task.objects.map((entry) => ({
            ...entry,
            object: withDependencyHash(entry.object, ({ kind, name }) =>
              known.get(refKey({ apiVersion: "v1", kind, namespace, name })),
            ),
          })),
        },
  );
}

function typeKey({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return `${apiVersion}|${kind}`;
}
