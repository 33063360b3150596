import { hasErrors } from "../base/issue.ts";
import type { JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { goValueOf } from "../template/goValue.ts";
import { parseObjects } from "../yaml/parseObjects.ts";
import { type CompiledPackage, unmarshalError, withLocation } from "./compiledPackage.ts";

/** What the templates of a plan's tasks see (package-format 5.1). */
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
}

/** An object as its template gave it, before labels and owner. */
export interface RenderedObject {
  readonly object: KubeObject;
  /** Key of the template. */
  readonly template: string;
}

/**
 * Renders templates into objects: the order of `resources` and of the documents in each; a name listed twice counts
 * once. Pure: the same arguments give the same objects.
 *
 * @throws RenderError for a template that is missing or fails, and for text that is no Kubernetes YAML
 */
export function renderResources(
  compiled: CompiledPackage,
  resources: readonly string[],
  context: RenderContext,
): readonly RenderedObject[] {
  return [...new Set(resources)].flatMap((key) =>
    renderObjects(compiled, key, context).map((object) => ({ object, template: key })),
  );
}

/** True when the template's text asks for the running plan, phase or step: what it renders differs from run to run. */
export function readsPlanPosition(compiled: CompiledPackage, resources: readonly string[]): boolean {
  return resources.some((key) =>
    /\.(PlanName|PhaseName|StepName)\b/.test(compiled.pkg.templates.get(key) ?? ""),
  );
}

/** The text of one template. */
function renderText(compiled: CompiledPackage, key: string, context: RenderContext): string {
  const template = compiled.template(key);
  return withLocation(compiled.pkg, () => template.execute(goValueOf(variables(context))));
}

function renderObjects(
  compiled: CompiledPackage,
  key: string,
  context: RenderContext,
): readonly KubeObject[] {
  const { objects, issues } = parseObjects(renderText(compiled, key, context), `templates/${key}`);
  if (hasErrors(issues)) throw unmarshalError(compiled.pkg, key, issues);
  return objects.map(({ object }) => object);
}

function variables(context: RenderContext): JsonObject {
  return {
    Name: context.name,
    Namespace: context.namespace,
    OperatorName: context.operatorName,
    OperatorVersion: context.operatorVersion,
    AppVersion: context.appVersion,
    PlanName: context.plan,
    PhaseName: context.phase,
    StepName: context.step,
    Params: context.params,
    Pipes: context.pipes,
  };
}
