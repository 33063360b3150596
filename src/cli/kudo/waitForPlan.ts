import { formatDuration } from "../../base/duration.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import type { InstanceKey } from "../../object/ownership.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { messageOfPlan } from "../../plan/messageOfPlan.ts";
import { isTerminal, type PlanStatus } from "../../plan/planStatus.ts";
import { activePlan } from "../../plan/planTree.ts";
import { type InstanceView, viewInstance } from "../../reconcile/instanceView.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { liveText } from "../demo/liveTree.ts";
import { instanceTree } from "./instanceTree.ts";
import { conditionOf } from "./readInstance.ts";
import { watchInstance } from "./watchInstance.ts";

/** Which run is waited for; `before` is the instance as it was before a write of ours. */
export type AwaitedRun =
  /** The one that we asked for under this uid. */
  | { readonly kind: "uid"; readonly uid: string; readonly before: InstanceView }
  /** The first that was not there before: what our write started. */
  | { readonly kind: "after"; readonly before: InstanceView }
  /** The one that runs, else the last one. */
  | { readonly kind: "latest" };

/** How a plan is waited for. */
export interface PlanWait {
  readonly instance: InstanceKey;
  readonly run: AwaitedRun;
  readonly timeoutMs: number;
  /** For the tree; without it the status alone makes it. */
  readonly pkg?: OperatorPackage;
  /** Show every plan, not the awaited one alone. */
  readonly wholeTree?: boolean;
}

/** What was seen last of an instance. */
interface Sight {
  readonly view: InstanceView;
  readonly run: PlanStatus | undefined;
}

/** How waiting ended well. */
type Outcome = { readonly kind: "over"; readonly run: PlanStatus } | { readonly kind: "nothing" };

/**
 * Watches an instance until the plan is COMPLETE; shows the tree of that plan, on a terminal in place.
 *
 * @throws CliError when the plan ends in FATAL_ERROR or what was asked for is refused, with the reason; when the
 * instance goes; when time runs out
 */
export async function waitForPlan(client: ClusterClient, wait: PlanWait, io: CliIo): Promise<void> {
  const { instance, timeoutMs, pkg } = wait;
  const subject = `${instance.namespace}/${instance.name}`;
  const live = liveText(io);
  let told = "";
  let last: Sight | undefined;
  const outcome = await watchInstance<Outcome>(
    client,
    instance,
    (object) => {
      if (!object) throw new CliError(`Instance ${subject} was deleted meanwhile`);
      const view = viewInstance(object);
      const run = runOf(wait.run, view);
      last = { view, run };
      if (run) live.show(instanceTree(view, pkg, io, wait.wholeTree ? undefined : run.name));
      const note = noteOf(wait.run, last);
      if (note.refused) throw new CliError(`${subject} ${note.text}`);
      if (note.text !== "" && note.text !== told) {
        live.keep();
        io.err(`${subject} ${note.text}\n`);
      }
      told = note.text;
      return outcomeOf(wait.run, last);
    },
    { timeoutMs, signal: io.signal },
  );
  if (!outcome) throw outOfTime(subject, timeoutMs, last);
  if (outcome.kind === "nothing") io.out(`${subject} is what it was again: no plan has to run\n`);
  else if (outcome.run.status === "FATAL_ERROR") throw failureOf(instance, outcome.run);
}

/** When there is nothing more to wait for. */
function outcomeOf(awaited: AwaitedRun, { view, run }: Sight): { readonly value: Outcome } | undefined {
  // What was refused before was taken back, and nothing started: the accepted state is what is asked for now.
  if (awaited.kind === "after" && !run && conditionOf(awaited.before, "Illegal") !== "") {
    return conditionOf(view, "Illegal") === "" ? { value: { kind: "nothing" } } : undefined;
  }
  if (!run || !isTerminal(run.status)) return undefined;
  return awaited.kind === "latest" && view.request !== undefined
    ? undefined
    : { value: { kind: "over", run } };
}

/** What people should know of why it does not go on; `refused` ends the waiting. */
function noteOf(
  awaited: AwaitedRun,
  { view, run }: Sight,
): { readonly text: string; readonly refused: boolean } {
  const illegal = conditionOf(view, "Illegal");
  const waiting = conditionOf(view, "Suspended") || conditionOf(view, "Pending");
  if (awaited.kind === "latest") {
    return illegal === ""
      ? { text: waiting && `waits: ${waiting}`, refused: false }
      : { text: `cannot follow: ${illegal}`, refused: !run };
  }
  if (run) return { text: "", refused: false }; // what we asked for has begun; the rest is about others
  if (illegal !== "" && illegal !== conditionOf(awaited.before, "Illegal"))
    return { text: `cannot follow: ${illegal}`, refused: true };
  return { text: waiting && `waits: ${waiting}`, refused: false };
}

function runOf(run: AwaitedRun, { planStatus }: InstanceView): PlanStatus | undefined {
  const plans = Object.values(planStatus);
  switch (run.kind) {
    case "uid":
      return plans.find(({ uid }) => uid === run.uid);
    case "after": {
      const known = new Set(Object.values(run.before.planStatus).map(({ uid }) => uid));
      return activePlan(
        Object.fromEntries(
          plans.filter(({ uid }) => uid && !known.has(uid)).map((plan) => [plan.name, plan] as const),
        ),
      );
    }
    case "latest":
      return activePlan(planStatus);
  }
}

function outOfTime(subject: string, timeoutMs: number, last: Sight | undefined): CliError {
  const within = `within ${formatDuration(timeoutMs)}`;
  const status = last?.run;
  if (!status) {
    const why = last ? whyNotBegun(last.view) : "";
    return new CliError(`no plan of ${subject} began ${within}${why && `: ${why}`}`, {
      hint:
        why === ""
          ? "does `lockstep serve` run on this cluster? The instance is there, and begins when it does"
          : "what was asked for stays written, and begins when nothing holds it up; `lockstep plan wait` waits for it",
    });
  }
  const why = messageOfPlan(status);
  return new CliError(`plan '${status.name}' of ${subject} was not over ${within}${why ? `: ${why}` : ""}`, {
    hint: "it goes on; `lockstep plan wait` waits for it again",
  });
}

/** What the service said of why nothing began; empty when it said nothing. */
function whyNotBegun(view: InstanceView): string {
  return conditionOf(view, "Illegal") || conditionOf(view, "Suspended") || conditionOf(view, "Pending");
}

function failureOf({ namespace, name }: InstanceKey, run: PlanStatus): CliError {
  const subject = `${namespace}/${name}`;
  const again = `lockstep plan trigger -n ${namespace} --instance ${name} --name ${run.name}`;
  const why = messageOfPlan(run);
  return new CliError(`plan '${run.name}' of ${subject} ended in FATAL_ERROR${why ? `: ${why}` : ""}`, {
    hint: `mend the cause, then run it again: change a parameter, or \`${again}\``,
  });
}
