import type { JsonObject } from "../object/json.ts";
import type { Plan } from "../package/operatorPackage.ts";
import { pipesOf } from "../package/pipeNames.ts";
import type { Accepted } from "../plan/accepted.ts";
import type { StepPosition } from "../plan/runnableSteps.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import type { Decoration } from "../render/decorate.ts";
import type { RenderContext } from "../render/renderTask.ts";
import { randomRecordOf } from "./randomValues.ts";
import type { Pass } from "./reconcileDeps.ts";

/** A plan that runs, with what it renders from. */
export interface Run {
  readonly compiled: CompiledPackage;
  readonly accepted: Accepted;
  readonly plan: Plan;
  readonly params: JsonObject;
}

/** What the templates of a step see. */
export function contextOf(
  pass: Pass,
  { compiled, accepted, params }: Pick<Run, "compiled" | "accepted" | "params">,
  position: StepPosition,
): RenderContext {
  const { view } = pass;
  const { pkg } = compiled;
  const plan = pkg.plans.get(accepted.plan);
  const pipes = plan && pipesOf(pkg, plan, view.name);
  return {
    name: view.name,
    namespace: view.namespace,
    operatorName: pkg.name,
    operatorVersion: pkg.operatorVersion,
    appVersion: pkg.appVersion ?? "",
    plan: accepted.plan,
    phase: position.phase,
    step: position.step,
    params,
    pipes: pipes?.kind === "names" ? pipes.names : {},
    now: startOfRun(pass, accepted),
    random: randomRecordOf(pass),
  };
}

/** In nanoseconds since 1970; the same for every process that carries the run on. */
function startOfRun({ deps }: Pass, { startedAt }: Accepted): bigint {
  const ms = startedAt === undefined ? deps.clock.now() : Date.parse(startedAt);
  return BigInt(ms) * 1_000_000n;
}

/** What the objects of a step carry. */
export function decorationOf(
  { view }: Pass,
  { compiled, accepted }: Run,
  { phase, step }: StepPosition,
): Decoration {
  return {
    instance: { namespace: view.namespace, name: view.name, uid: view.uid },
    operatorName: compiled.pkg.name,
    operatorVersion: compiled.pkg.operatorVersion,
    plan: accepted.plan,
    phase,
    step,
    planUid: accepted.planUid,
  };
}
