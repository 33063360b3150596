import { rfc3339 } from "../base/clock.ts";
import { freezeImmutable } from "../package/parameterValues.ts";
import { NO_RANDOM } from "../package/randomRecord.ts";
import type { Accepted } from "../plan/accepted.ts";
import type { AcceptChoice, StartChoice, TakeOverChoice } from "../plan/choosePlan.ts";
import { alignStatuses, isRunning, startRun } from "../plan/planStatus.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import type { Pass } from "./reconcileDeps.ts";

/** A choice that changes what is accepted. */
export type AcceptingChoice = StartChoice | AcceptChoice | TakeOverChoice;

/**
 * Takes a choice into memory: what the instance is accepted to be, and the plan that this starts. It rides on the next
 * write of the index, which comes before the first write that depends on it.
 *
 * The package is kept in the cluster first: nothing may name a digest that a restart could not find.
 *
 * @param compiled  the package that the choice was made for
 */
export async function acceptChoice(
  pass: Pass,
  choice: AcceptingChoice,
  compiled: CompiledPackage,
): Promise<Accepted> {
  const { deps, view, memory, signal } = pass;
  const before = memory.index?.accepted;
  await deps.packages.keep(compiled.pkg, signal);
  const now = rfc3339(deps.clock.now());
  const parameters = freezeImmutable(compiled.pkg, view.parameters, before);
  const frozen = Object.keys(parameters).filter((name) => !Object.hasOwn(view.parameters, name));
  const inputs = {
    operatorVersion: view.operatorVersion,
    packageDigest: compiled.pkg.digest,
    parameters,
    ...(frozen.length > 0 && { frozen: frozen.sort() }),
    ...(view.revision !== undefined && { revision: view.revision }),
  };
  const accepted = runOf(choice, before, inputs, {
    newUid: () => deps.newUid(),
    now,
    isRunning: (plan) => isRunning((memory.planStatus ?? view.planStatus)[plan]?.status ?? "NEVER_RUN"),
  });
  if (memory.index) memory.index = { ...memory.index, accepted };
  memory.acceptedUnsaved = true;
  const statuses = alignStatuses(compiled.pkg, memory.planStatus ?? view.planStatus);
  memory.planStatus = statuses;
  if (choice.kind === "start") beginRun(pass, compiled, accepted, choice.reason);
  return accepted;
}

/** Puts a fresh run into memory and says so. */
export function beginRun(pass: Pass, compiled: CompiledPackage, accepted: Accepted, reason: string): void {
  const { deps, view, memory } = pass;
  const plan = compiled.pkg.plans.get(accepted.plan) ?? {
    name: accepted.plan,
    strategy: "serial",
    phases: [],
  };
  const started = startRun(plan, accepted.planUid, rfc3339(deps.clock.now()));
  memory.planStatus = {
    ...alignStatuses(compiled.pkg, memory.planStatus ?? view.planStatus),
    [plan.name]: started,
  };
  memory.runStartedAt = reason === "resumed" ? undefined : deps.clock.now();
  memory.steps.clear();
  memory.outcomes.clear();
  memory.failure = undefined;
  memory.rendered.clear();
  memory.random = NO_RANDOM;
  memory.told.clear();
  const instance = { namespace: view.namespace, name: view.name };
  deps.emit({ kind: "planStarted", instance, plan: plan.name, uid: accepted.planUid, reason });
}

type Inputs = Pick<Accepted, "operatorVersion" | "packageDigest" | "parameters" | "frozen" | "revision">;

interface Circumstances {
  readonly newUid: () => string;
  /** RFC 3339. */
  readonly now: string;
  readonly isRunning: (plan: string) => boolean;
}

function runOf(
  choice: AcceptingChoice,
  before: Accepted | undefined,
  inputs: Inputs,
  { newUid, now, isRunning }: Circumstances,
): Accepted {
  const deployed = before?.deployed ?? false;
  if (choice.kind === "takeOver") {
    const run = { plan: choice.plan, planUid: choice.uid, deployed: choice.deployed };
    // KUDO did not write down when a run began; one that goes on begins for us here.
    return { ...inputs, ...run, ...(isRunning(choice.plan) && { startedAt: now }) };
  }
  if (choice.kind === "accept") {
    const { plan = "deploy", planUid = newUid(), startedAt } = before ?? {};
    return { ...inputs, plan, planUid, ...(startedAt !== undefined && { startedAt }), deployed };
  }
  // A plan started by hand runs with what was accepted; a change of inputs would have been chosen before it.
  const base = choice.reason === "requested" && before ? inputsOf(before) : inputs;
  return { ...base, plan: choice.plan, planUid: choice.uid ?? newUid(), startedAt: now, deployed };
}

function inputsOf({ operatorVersion, packageDigest, parameters, frozen, revision }: Accepted): Inputs {
  return {
    operatorVersion,
    packageDigest,
    parameters,
    ...(frozen && { frozen }),
    ...(revision !== undefined && { revision }),
  };
}
