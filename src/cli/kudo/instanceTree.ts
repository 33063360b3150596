import type { OperatorPackage, Plan } from "../../package/operatorPackage.ts";
import type { PlanStatus } from "../../plan/planStatus.ts";
import { planTree } from "../../plan/planTree.ts";
import type { InstanceView } from "../../reconcile/instanceView.ts";
import type { CliIo } from "../cliIo.ts";
import { paintStatus, paletteFor } from "../output.ts";

/**
 * The tree of an instance's plans, in colours on a terminal.
 *
 * @param pkg  for the strategies; without it a plan's shape is what its status shows
 * @param only  name of the one plan to show; default: all of them
 */
export function instanceTree(
  view: InstanceView,
  pkg: OperatorPackage | undefined,
  io: CliIo,
  only?: string,
): string {
  const { namespace, name, operatorVersion } = view;
  // By itself: of two plans updated within a second nobody can say which one was last.
  const alone = only === undefined ? undefined : view.planStatus[only];
  const planStatus = alone ? { [alone.name]: alone } : view.planStatus;
  const all = pkg ? [...pkg.plans.values()] : Object.values(planStatus).map(shapeOf);
  const plans = only === undefined ? all : all.filter((plan) => plan.name === only);
  return planTree(
    { namespace, name, operatorVersion: operatorVersion.name, plans, planStatus },
    paintStatus(paletteFor(io)),
  );
}

/** Strategies are not known without the package. */
function shapeOf({ name, phases }: PlanStatus): Plan {
  const strategy = "serial";
  return {
    name,
    strategy,
    phases: phases.map((phase) => ({
      name: phase.name,
      strategy,
      steps: phase.steps.map((step) => ({ name: step.name, tasks: [] })),
    })),
  };
}
