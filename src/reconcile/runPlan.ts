import { resolveParameters } from "../package/parameterValues.ts";
import { pipesOf } from "../package/pipeNames.ts";
import type { Accepted } from "../plan/accepted.ts";
import { isTerminal } from "../plan/planStatus.ts";
import { failPlan, settlePlan } from "../plan/recordOutcomes.ts";
import { runnableSteps, type StepPosition, samePosition } from "../plan/runnableSteps.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import { advanceStep, LAST_LOOK_MS } from "./advanceStep.ts";
import { checkDependencies } from "./checkDependencies.ts";
import { record, statusOf, timeOf } from "./planStatuses.ts";
import { mayWrite, type Pass } from "./reconcileDeps.ts";
import type { Run } from "./runContext.ts";

/** How a pass over the running plan left it. */
export type PlanPass =
  /** The plan is terminal now. */
  | { readonly kind: "ended" }
  /** Something has to happen first; look again after this long, in milliseconds, in case no watch tells. */
  | { readonly kind: "waiting"; readonly lookAgainMs: number }
  /** A step failed in a way that may pass: try again with back-off. */
  | { readonly kind: "failed" };

/** How soon to look again for what a watch is about to tell. */
const UNSEEN_MS = 500;

/**
 * Advances the accepted plan as far as it goes in one pass: step after step while they become COMPLETE at once.
 *
 * The status of a COMPLETE step is in the cluster before the next step writes anything, so that no COMPLETE step runs
 * again after a crash.
 *
 * @param flush  writes the status that memory holds
 */
export async function runPlan(
  pass: Pass,
  compiled: CompiledPackage,
  accepted: Accepted,
  flush: () => Promise<void>,
): Promise<PlanPass> {
  const plan = compiled.pkg.plans.get(accepted.plan);
  if (!plan) return failRun(pass, accepted, "InvalidPlan", `the package has no plan '${accepted.plan}'`);
  const params = resolveParameters(compiled.pkg, accepted.parameters);
  if ("problems" in params) return failRun(pass, accepted, "InvalidParams", params.problems.join("; "));
  const pipes = pipesOf(compiled.pkg, plan, pass.view.name);
  if (pipes.kind === "clash") {
    record(pass, failPlan(statusOf(pass, accepted), pipes.problem, timeOf(pass)));
    return { kind: "ended" };
  }
  const missing = await checkDependencies(pass, compiled.pkg, accepted);
  if (missing?.kind === "unseen") return { kind: "waiting", lookAgainMs: UNSEEN_MS };
  if (missing) return failRun(pass, accepted, missing.reason, missing.message);
  record(pass, settlePlan(statusOf(pass, accepted), timeOf(pass)));
  return advance(pass, { compiled, accepted, plan, params: params.values }, flush);
}

/** Ends the plan beside its steps. */
function failRun(pass: Pass, accepted: Accepted, reason: string, message: string): PlanPass {
  pass.memory.failure = reason;
  record(pass, failPlan(statusOf(pass, accepted), message, timeOf(pass)));
  return { kind: "ended" };
}

async function advance(pass: Pass, run: Run, flush: () => Promise<void>): Promise<PlanPass> {
  const attempted: StepPosition[] = [];
  let lookAgainMs = LAST_LOOK_MS;
  let hasFailed = false;
  let mustFlush = false;
  for (;;) {
    const status = statusOf(pass, run.accepted);
    if (isTerminal(status.status)) return { kind: "ended" };
    const position = runnableSteps(run.plan, status).find(
      (next) => !attempted.some((known) => samePosition(known, next)),
    );
    if (!position) break;
    attempted.push(position);
    if (mustFlush) await flush();
    mustFlush = false;
    if (!mayWrite(pass.deps)) return { kind: "waiting", lookAgainMs: 1_000 };
    const outcome = await advanceStep(pass, run, position);
    if (outcome.kind === "complete") mustFlush = true;
    if (outcome.kind === "waiting") lookAgainMs = Math.min(lookAgainMs, outcome.lookAgainMs);
    if (outcome.kind === "failed") hasFailed = true;
  }
  return hasFailed ? { kind: "failed" } : { kind: "waiting", lookAgainMs };
}
