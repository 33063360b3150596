import { hasErrors, type Issue } from "../base/issue.ts";
import { maskTexts } from "../base/maskTexts.ts";
import type { JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { parseParameterFile } from "../package/parameterFiles.ts";
import { type RandomRecord, type RandomUse, secretTexts } from "../package/randomRecord.ts";
import type { ExecuteOptions } from "../template/execution.ts";
import { goValueOf } from "../template/goValue.ts";
import { parseFirstObject, parseObjects } from "../yaml/parseObjects.ts";
import { type CompiledPackage, unmarshalError, withLocation } from "./compiledPackage.ts";
import { RecordedRandom } from "./recordedRandom.ts";
import { FULL_TEXT, fullBudget, type RenderBudget } from "./renderBudget.ts";
import { RenderError } from "./renderError.ts";
import { traceText } from "./traceText.ts";

/** What the templates of a plan's tasks see (package-format 5.1). Plain data. */
export interface RenderContext {
  readonly name: string;
  readonly namespace: string;
  readonly operatorName: string;
  readonly operatorVersion: string;
  readonly appVersion: string;
  readonly plan: string;
  readonly phase: string;
  readonly step: string;
  /** Every parameter of the package: text, or data for arrays and maps. */
  readonly params: JsonObject;
  /** Names of the artifacts of the plan's Pipe tasks, by key. */
  readonly pipes: Readonly<Record<string, string>>;
  /** What `now` gives, in nanoseconds since 1970 UTC: the start of the plan's run. */
  readonly now: bigint;
  /** What the instance has drawn so far. */
  readonly random: RandomRecord;
  /**
   * What the text is. Left out: objects. `parameters`: those of a child instance, which are rendered before there is a
   * plan of its own, so that plan, phase, step and pipes do not exist (package-format 3.5). `pod`: that of a pipe, the
   * first document alone, with or without a name (package-format 3.4).
   */
  readonly output?: "parameters" | "pod";
}

/** An object as its template gave it, before labels and owner. */
export interface RenderedObject {
  readonly object: KubeObject;
  /** Key of the template. */
  readonly template: string;
}

/** What rendering gives. Plain data. */
export interface Rendering {
  readonly objects: readonly RenderedObject[];
  /** With the output `parameters`: as an Instance holds them. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Must be recorded before the objects are written. */
  readonly random: RandomUse;
}

/**
 * Renders templates into objects: the order of `resources` and of the documents in each; a name listed twice counts
 * once. Pure: the same arguments give the same objects, and the same new random values.
 *
 * @param budget  is used up as it goes on; what exceeds it is an error
 * @throws RenderError for a template that is missing or fails, and for text that is no Kubernetes YAML
 */
export function renderResources(
  compiled: CompiledPackage,
  resources: readonly string[],
  context: RenderContext,
  budget: RenderBudget = fullBudget(),
): Rendering {
  const random = new RecordedRandom(context.random);
  try {
    const keys = [...new Set(resources)];
    if (context.output === "parameters") {
      const files = keys.map((key) => renderParameters(compiled, key, context, random, budget));
      return { objects: [], parameters: Object.assign({}, ...files), random: random.use };
    }
    const objects = keys.flatMap((key) =>
      renderObjects(compiled, key, context, random, budget).map((object) => ({ object, template: key })),
    );
    return { objects, random: random.use };
  } catch (error) {
    throw withoutValues(error, context.random, random.use);
  }
}

/** A failing function may quote its arguments: what was drawn must not be among them. */
function withoutValues(error: unknown, { values }: RandomRecord, { added }: RandomUse): unknown {
  if (!(error instanceof RenderError)) return error;
  const message = maskTexts(secretTexts({ values: { ...values, ...added } }))(error.message);
  return message === error.message
    ? error
    : new RenderError(error.reason, message, { location: error.location });
}

/** True when the template's text asks for the running plan, phase or step: what it renders differs from run to run. */
export function readsPlanPosition(compiled: CompiledPackage, resources: readonly string[]): boolean {
  return resources.some((key) =>
    /\.(PlanName|PhaseName|StepName)\b/.test(compiled.pkg.templates.get(key) ?? ""),
  );
}

/** The text of one template. */
function renderText(
  compiled: CompiledPackage,
  key: string,
  context: RenderContext,
  random: RecordedRandom,
  budget: RenderBudget,
): string {
  if (!compiled.isParsed(key)) takeText(compiled, key, compiled.pkg.templates.get(key) ?? "", budget);
  budget.onPlace?.(key, 0);
  const template = compiled.template(key);
  const options: ExecuteOptions = {
    now: context.now,
    random: random.source(key),
    budget: budget.work,
    limits: budget.limits,
    ...(budget.onPlace && { onCall: (pos) => budget.onPlace?.(key, pos) }),
  };
  return withLocation(
    compiled.pkg,
    () => template.execute(goValueOf(variables(context)), options),
    context.params,
  );
}

/** With random values of its own: the lines are where they were. */
function originFinder(
  { pkg }: CompiledPackage,
  key: string,
  context: RenderContext,
  { work, limits }: RenderBudget,
): (issue: Issue) => number | undefined {
  return traceText(pkg, key, variables(context), () => {
    const random = new RecordedRandom(context.random).source(key);
    return { now: context.now, random, budget: work, limits };
  });
}

function renderObjects(
  compiled: CompiledPackage,
  key: string,
  context: RenderContext,
  random: RecordedRandom,
  budget: RenderBudget,
): readonly KubeObject[] {
  const text = renderText(compiled, key, context, random, budget);
  const origin = originFinder(compiled, key, context, budget);
  takeText(compiled, key, text, budget);
  if (context.output === "pod") {
    const { object, issues } = parseFirstObject(text, `templates/${key}`, { reading: budget.text });
    if (object) return [object];
    const none = { severity: "error", code: "object.none", message: "it renders to no object" } as const;
    throw unmarshalError(compiled.pkg, key, issues.length > 0 ? issues : [none], origin);
  }
  const { objects, issues } = parseObjects(text, `templates/${key}`, { reading: budget.text });
  if (hasErrors(issues)) throw unmarshalError(compiled.pkg, key, issues, origin);
  return objects.map(({ object }) => object);
}

function renderParameters(
  compiled: CompiledPackage,
  key: string,
  context: RenderContext,
  random: RecordedRandom,
  budget: RenderBudget,
): Readonly<Record<string, string>> {
  const text = renderText(compiled, key, context, random, budget);
  takeText(compiled, key, text, budget);
  const { values, issues } = parseParameterFile(text, `templates/${key}`);
  const errors = issues.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw unmarshalError(compiled.pkg, key, errors, originFinder(compiled, key, context, budget));
  return values;
}

function takeText({ pkg }: CompiledPackage, key: string, { length }: string, { text }: RenderBudget): void {
  text.left -= length;
  if (text.left >= 0) return;
  const message = `${pkg.name}/templates/${key}: the templates of the task and what they render to are larger than ${FULL_TEXT} characters`;
  throw new RenderError("TaskRenderingError", message, { location: { file: `templates/${key}` } });
}

/** The data of a template: what dot and `$` are. */
export function variables(context: RenderContext): JsonObject {
  const common = {
    Name: context.name,
    Namespace: context.namespace,
    OperatorName: context.operatorName,
    OperatorVersion: context.operatorVersion,
    AppVersion: context.appVersion,
    Params: context.params,
  };
  if (context.output === "parameters") return common;
  return {
    ...common,
    PlanName: context.plan,
    PhaseName: context.phase,
    StepName: context.step,
    Pipes: context.pipes,
  };
}
