import type { Command } from "commander";
import { didYouMean } from "../base/nearest.ts";
import type { JsonObject } from "../object/json.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";
import {
  type InstanceParameters,
  resolveParameters,
  validateParameters,
} from "../package/parameterValues.ts";
import { pipesOf } from "../package/pipeNames.ts";
import { type PlanPlace, placeOfTemplate } from "../package/placeOfTemplate.ts";
import type { RenderContext } from "../render/renderTask.ts";
import { CliError, usageError } from "./cliError.ts";
import { type ParameterOptions, withParameters } from "./parameterOptions.ts";
import { type SeedOptions, withSeed } from "./seedOption.ts";

/** What stands for an instance on the command line. */
export interface InstanceOptions extends ParameterOptions, SeedOptions {
  readonly instance?: string;
  readonly namespace: string;
}

/** Options that say in which step of which plan something is rendered. */
export type PlaceOptions = Partial<PlanPlace>;

/** Adds `-n`, `-p`, `-P` and `--seed`. */
export function withInstance(command: Command): Command {
  return withSeed(
    withParameters(command.option("-n, --namespace <namespace>", "namespace of the instance", "default")),
  );
}

/** Adds `--instance`, `--plan`, `--phase` and `--step`, all optional. */
export function withPlace(command: Command): Command {
  return command
    .option("--instance <name>", "name of the instance (default: that of the package)")
    .option("--plan <plan>", "the plan that runs (default: the first that uses the template)")
    .option("--phase <phase>", "its phase")
    .option("--step <step>", "its step");
}

/** Why a package cannot have these parameters: unknown ones, and values that do not fit. */
export function parameterProblems(
  pkg: OperatorPackage,
  given: InstanceParameters,
): { readonly unknown: readonly string[]; readonly unfit: readonly string[] } {
  const names = pkg.parameters.map(({ name }) => name);
  const unknown = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => `the package has no parameter ${name}${didYouMean(name, names)}`);
  const resolved = resolveParameters(pkg, given);
  const unfit = [...validateParameters(pkg, given), ...("problems" in resolved ? resolved.problems : [])];
  return { unknown, unfit: [...new Set(unfit)] };
}

/** What templates see under `.Params`. @throws CliError */
export function packageParameters(pkg: OperatorPackage, given: InstanceParameters): JsonObject {
  const { unknown, unfit } = parameterProblems(pkg, given);
  if (unknown.length > 0) throw usageError(unknown.join("; "));
  const resolved = resolveParameters(pkg, given);
  if (unfit.length > 0 || "problems" in resolved) throw new CliError(unfit.join("\n       "));
  return resolved.values;
}

/** The place in the plans that the options name, or that a template has. @throws CliError when there is no such place */
export function choosePlace(pkg: OperatorPackage, key: string | undefined, options: PlaceOptions): PlanPlace {
  const plans = [...pkg.plans.values()].filter(({ name }) => (options.plan ?? name) === name);
  requireOne("plan", options.plan, plans.length > 0, pkg.plans.keys());
  const phases = plans.flatMap((plan) => plan.phases);
  const chosen = phases.filter(({ name }) => (options.phase ?? name) === name);
  requireOne(
    "phase",
    options.phase,
    chosen.length > 0,
    phases.map(({ name }) => name),
  );
  const steps = chosen.flatMap((phase) => phase.steps).map(({ name }) => name);
  requireOne("step", options.step, options.step === undefined || steps.includes(options.step), steps);
  const { plan, phase, step } = options;
  return placeOfTemplate(pkg, key, { ...(plan && { plan }), ...(phase && { phase }), ...(step && { step }) });
}

function requireOne(what: string, name: string | undefined, isThere: boolean, names: Iterable<string>): void {
  if (name === undefined || isThere) return;
  const known = [...new Set(names)].sort();
  throw usageError(`there is no ${what} '${name}'${didYouMean(name, known)}`, `there is ${known.join(", ")}`);
}

/** What a package's templates see for an instance. */
export function packageContext(
  pkg: OperatorPackage,
  instance: { readonly name: string; readonly namespace: string; readonly params: JsonObject },
  chance: Pick<RenderContext, "now" | "random">,
  place: PlanPlace,
): RenderContext {
  const plan = pkg.plans.get(place.plan);
  const pipes = plan && pipesOf(pkg, plan, instance.name);
  return {
    ...instance,
    operatorName: pkg.name,
    operatorVersion: pkg.operatorVersion,
    appVersion: pkg.appVersion ?? "",
    ...place,
    pipes: pipes?.kind === "names" ? pipes.names : {},
    ...chance,
  };
}
