import type { JsonObject } from "../object/json.ts";
import { resolveParameters } from "../package/parameterValues.ts";
import { placeOfTemplate } from "../package/placeOfTemplate.ts";
import type { TemplateTest } from "../package/templateTest.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import type { TestResult } from "../render/judgeTest.ts";
import { renderTemplate } from "../render/renderTemplate.ts";
import { CliError } from "./cliError.ts";
import { packageContext, parameterProblems } from "./instanceInputs.ts";
import { withOpenablePaths } from "./openablePaths.ts";
import { renderPlan } from "./renderPlan.ts";
import { chanceOf } from "./seedOption.ts";

/** Every test draws the same random values, each time. */
const SEED = "template test";

/**
 * Renders what a test is about: the templates that it names, and the plan when it expects anything of the plan.
 *
 * @param folder  of the package, for the places of errors
 */
export async function runTemplateTest(
  compiled: CompiledPackage,
  folder: string,
  test: TemplateTest,
  signal: AbortSignal,
): Promise<TestResult> {
  const nothing = { texts: new Map<string, string>(), objects: [], deletions: [] };
  const { pkg } = compiled;
  const { unfit } = parameterProblems(pkg, test.parameters);
  const resolved = resolveParameters(pkg, test.parameters);
  if (unfit.length > 0 || "problems" in resolved) return { ...nothing, failure: unfit.join("\n") };
  try {
    return await withOpenablePaths(pkg.name, folder, () =>
      renderFor(compiled, test, resolved.values, signal),
    );
  } catch (error) {
    if (error instanceof CliError) return { ...nothing, failure: error.message };
    throw error;
  }
}

async function renderFor(
  compiled: CompiledPackage,
  test: TemplateTest,
  params: JsonObject,
  signal: AbortSignal,
): Promise<TestResult> {
  const { pkg } = compiled;
  const instance = { name: test.instance ?? pkg.name, namespace: test.namespace, params };
  const chance = chanceOf({ seed: SEED });
  const texts = new Map<string, string>();
  for (const { template } of test.renders) {
    const place = placeOfTemplate(pkg, template, test.place);
    texts.set(template, renderTemplate(compiled, template, packageContext(pkg, instance, chance, place)));
  }
  const plan = pkg.plans.get(test.place.plan ?? "deploy");
  if (!isAboutPlan(test) || plan === undefined)
    return { texts, objects: [], deletions: [], failure: undefined };
  const base = packageContext(pkg, instance, chance, { plan: plan.name, phase: "", step: "" });
  const { manifests, deletions } = await renderPlan(compiled, plan, base, signal);
  const isWanted = ({ phase, step }: { readonly phase: string; readonly step: string }): boolean =>
    (test.place.phase ?? phase) === phase && (test.place.step ?? step) === step;
  return {
    texts,
    objects: manifests.filter(isWanted).map(({ manifest }) => manifest),
    deletions: deletions.filter(isWanted).flatMap(({ refs }) => refs),
    failure: undefined,
  };
}

/** A test of texts alone fails only where one of its templates does. */
function isAboutPlan({ renders, objects, counts, deletes }: TemplateTest): boolean {
  return renders.length === 0 || objects.length + counts.length + deletes.length > 0;
}
