import { asString } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { findTask, type Step, type Task } from "../package/operatorPackage.ts";
import { NO_RANDOM, type RandomUse } from "../package/randomRecord.ts";
import type { TaskOutcome } from "../plan/taskOutcome.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import type { Decoration } from "../render/decorate.ts";
import { RenderError } from "../render/renderError.ts";
import type { Render } from "../render/renderer.ts";
import type { RenderContext } from "../render/renderTask.ts";
import { type ChildTask, childInstance, requireChild } from "./childInstance.ts";
import { type PipeTask, pipeTask, requirePipe } from "./pipeTask.ts";
import type { UpgradedObject } from "./upgradeRendered.ts";

/** What a task is rendered with. */
export interface RenderDeps {
  readonly render: Render;
}

/** Which step of which run, for whom. */
export interface StepInput {
  readonly compiled: CompiledPackage;
  readonly step: Step;
  readonly context: RenderContext;
  readonly decoration: Decoration;
  /** Where the instance's OperatorVersion is, and those of its children, when that is not its own namespace. */
  readonly versionNamespace?: string;
}

/** A task after its templates ran, before its objects are made complete. */
export type RenderedTask =
  | {
      readonly kind: "rendered";
      readonly name: string;
      readonly action: "apply" | "delete";
      readonly objects: readonly UpgradedObject[];
      readonly random: RandomUse;
    }
  | {
      readonly kind: "child";
      readonly name: string;
      readonly child: KubeObject;
      readonly file?: string;
      readonly random: RandomUse;
    }
  | {
      readonly kind: "pipe";
      readonly name: string;
      readonly pipe: PipeTask;
      readonly random: RandomUse;
    }
  | { readonly kind: "settled"; readonly name: string; readonly outcome: TaskOutcome };

/**
 * Renders one task of a step.
 *
 * @returns settled as failed for a task that cannot be rendered
 */
export async function renderStepTask(
  deps: RenderDeps,
  input: StepInput,
  name: string,
  signal: AbortSignal,
): Promise<RenderedTask> {
  const { compiled, context } = input;
  const settled = (outcome: TaskOutcome): RenderedTask => ({ kind: "settled", name, outcome });
  const task = findTask(compiled.pkg, name);
  if (!task) return settled(fatal("UnknownTaskName", `the package has no task '${name}'`));
  try {
    const action = actionOf(task, context);
    if (action.kind === "child") return await renderChild(deps, input, action.task, signal);
    if (action.kind === "pipe") return await renderPipe(deps, input, action.task, signal);
    if (action.kind === "settled") return settled(action.outcome);
    return {
      kind: "rendered",
      name,
      action: action.kind,
      ...(await deps.render(compiled, action.resources, context, signal)),
    };
  } catch (error) {
    if (error instanceof RenderError) return settled(fatal(error.reason, error.message));
    throw error;
  }
}

async function renderChild(
  { render }: RenderDeps,
  { compiled, context, decoration, versionNamespace }: StepInput,
  task: ChildTask,
  signal: AbortSignal,
): Promise<RenderedTask> {
  requireChild(task, decoration.instance);
  const { name, parameterFile } = task;
  const rendering =
    parameterFile === ""
      ? undefined
      : await render(compiled, [parameterFile], { ...context, output: "parameters" }, signal);
  return {
    kind: "child",
    name,
    child: childInstance(task, decoration, versionNamespace, rendering?.parameters ?? {}),
    ...(rendering && { file: `templates/${parameterFile}` }),
    random: rendering?.random ?? NO_RANDOM,
  };
}

async function renderPipe(
  { render }: RenderDeps,
  { compiled, context, decoration }: StepInput,
  task: PipeDefinition,
  signal: AbortSignal,
): Promise<RenderedTask> {
  requirePipe(task);
  const { objects, random } = await render(compiled, [task.pod], { ...context, output: "pod" }, signal);
  const pod = objects[0]?.object;
  if (!pod) throw new RenderError("ResourceUnmarshalError", `templates/${task.pod} renders to no object`);
  return { kind: "pipe", name: task.name, pipe: pipeTask(task, pod, decoration), random };
}

type PipeDefinition = Extract<Task, { kind: "Pipe" }>;

type TaskAction =
  | { readonly kind: "apply" | "delete"; readonly resources: readonly string[] }
  | { readonly kind: "child"; readonly task: ChildTask }
  | { readonly kind: "pipe"; readonly task: PipeDefinition }
  | { readonly kind: "settled"; readonly outcome: TaskOutcome };

function actionOf(task: Task, context: RenderContext): TaskAction {
  switch (task.kind) {
    case "Apply":
    case "Delete":
      requireResources(task);
      return { kind: task.kind === "Apply" ? "apply" : "delete", resources: task.resources };
    case "Toggle":
      requireResources(task);
      return { kind: toggleValue(task, context) ? "apply" : "delete", resources: task.resources };
    case "Dummy":
      return { kind: "settled", outcome: dummyOutcome(task) };
    case "KudoOperator":
      return { kind: "child", task };
    case "Pipe":
      return { kind: "pipe", task };
    case "Unknown":
      return { kind: "settled", outcome: fatal("TaskBuildError", `unknown task kind '${task.given}'`) };
  }
}

function requireResources({
  kind,
  resources,
}: {
  readonly kind: string;
  readonly resources: readonly string[];
}): void {
  if (resources.length === 0)
    throw new RenderError("TaskBuildError", `a task of kind ${kind} needs resources`);
}

/** The spellings that Go's strconv.ParseBool takes; `yes` and the empty text are none. */
const TRUE: readonly string[] = ["1", "t", "T", "TRUE", "true", "True"];
const FALSE: readonly string[] = ["0", "f", "F", "FALSE", "false", "False"];

function toggleValue({ parameter }: Extract<Task, { kind: "Toggle" }>, { params }: RenderContext): boolean {
  if (parameter === "") throw new RenderError("TaskBuildError", "a task of kind Toggle needs a parameter");
  const value = asString(params[parameter]);
  if (value !== undefined && TRUE.includes(value)) return true;
  if (value !== undefined && FALSE.includes(value)) return false;
  const found = Object.hasOwn(params, parameter)
    ? `is ${JSON.stringify(value ?? "no text")}`
    : "is not defined";
  throw new RenderError("ToggleTaskError", `parameter ${parameter} ${found}; a Toggle needs true or false`);
}

function dummyOutcome({ wantErr, fatal: isFatal, done }: Extract<Task, { kind: "Dummy" }>): TaskOutcome {
  if (wantErr)
    return {
      kind: "failed",
      retryable: !isFatal,
      code: "DummyTaskError",
      message: "the Dummy task wants an error",
    };
  return done ? { kind: "done" } : { kind: "waiting", reason: "the Dummy task is never done" };
}

/** The outcome of a task that no repetition would mend. */
export function fatal(code: string, message: string): TaskOutcome {
  return { kind: "failed", retryable: false, code, message };
}
