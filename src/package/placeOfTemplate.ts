import type { OperatorPackage, Phase, Plan, Step } from "./operatorPackage.ts";
import { templateNames } from "./verifyStructure.ts";

/** Where in the plans of a package a template is rendered; what is left out is free. */
export interface PlanPlace {
  readonly plan: string;
  readonly phase: string;
  readonly step: string;
}

/**
 * The first step that uses a template, among those that are wanted; else the first of those, whatever it uses.
 *
 * @param key  `undefined` for no template in particular
 */
export function placeOfTemplate(
  pkg: OperatorPackage,
  key: string | undefined,
  wanted: Partial<PlanPlace> = {},
): PlanPlace {
  const tasks = new Set(
    pkg.tasks.filter((task) => templateNames(task).some((name) => name.key === key)).map(({ name }) => name),
  );
  const fits = (plan: Plan, phase: Phase, step: Step): boolean =>
    (wanted.plan ?? plan.name) === plan.name &&
    (wanted.phase ?? phase.name) === phase.name &&
    (wanted.step ?? step.name) === step.name;
  let first: PlanPlace | undefined;
  for (const plan of pkg.plans.values()) {
    for (const phase of plan.phases) {
      for (const step of phase.steps) {
        if (!fits(plan, phase, step)) continue;
        const place = { plan: plan.name, phase: phase.name, step: step.name };
        if (step.tasks.some((name) => tasks.has(name))) return place;
        first ??= place;
      }
    }
  }
  return first ?? { plan: "deploy", phase: "", step: "", ...wanted };
}
