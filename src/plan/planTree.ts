import type { Plan } from "../package/operatorPackage.ts";
import { isRunning, type PlanStatus } from "./planStatus.ts";

/** What the tree of an instance's plans shows. */
export interface PlanTreeInput {
  readonly namespace: string;
  readonly name: string;
  /** Name of the OperatorVersion. */
  readonly operatorVersion: string;
  /** Definitions, for their strategies. */
  readonly plans: readonly Plan[];
  readonly planStatus: Readonly<Record<string, PlanStatus>>;
}

/** Changes a piece of text for the terminal, by the status it shows. */
export type Paint = (text: string, status: string) => string;

interface Node {
  readonly text: string;
  readonly children: readonly Node[];
}

/**
 * The tree of `kubectl kudo plan status` (package-format 9.5): plans by name; only the running one, else the one last
 * updated, shows statuses; messages follow in parentheses.
 */
export function planTree(input: PlanTreeInput, paint: Paint = (text) => text): string {
  const { namespace, name, operatorVersion } = input;
  const active = activePlan(input.planStatus);
  if (!active) return `No plan ever run for instance ${name} - nothing to do\n`;
  const plans = [...input.plans].sort((a, b) => (a.name < b.name ? -1 : 1));
  const root: Node = {
    text: `${name} (Operator-Version: "${operatorVersion}" Active-Plan: "${active.name}")`,
    children: plans.map((plan) =>
      planNode(plan, plan.name === active.name ? input.planStatus[plan.name] : undefined, paint),
    ),
  };
  return [`Plan(s) for "${name}" in namespace "${namespace}":`, ".", ...branch([root], ""), ""].join("\n");
}

/** The running plan, else the one that was updated last; `undefined` when none ever ran. */
export function activePlan(planStatus: Readonly<Record<string, PlanStatus>>): PlanStatus | undefined {
  const ran = Object.values(planStatus).filter((status) => status.status !== "NEVER_RUN");
  return (
    ran.find((status) => isRunning(status.status)) ??
    ran.sort((a, b) => (a.lastUpdatedTimestamp ?? "").localeCompare(b.lastUpdatedTimestamp ?? "")).at(-1)
  );
}

function planNode(plan: Plan, status: PlanStatus | undefined, paint: Paint): Node {
  const updated = status?.lastUpdatedTimestamp
    ? `, last updated ${status.lastUpdatedTimestamp.replace("T", " ").replace("Z", "")}`
    : "";
  return {
    text: `Plan ${plan.name} (${strategyOf(plan.strategy)} strategy) ${mark(status, paint)}${updated}${message(status)}`,
    children: plan.phases.map((phase): Node => {
      const phaseStatus = status?.phases.find((p) => p.name === phase.name);
      return {
        text: `Phase ${phase.name} (${strategyOf(phase.strategy)} strategy) ${mark(phaseStatus, paint)}${message(phaseStatus)}`,
        children: phase.steps.map((step) => {
          const stepStatus = phaseStatus?.steps.find((s) => s.name === step.name);
          return { text: `Step ${step.name} ${mark(stepStatus, paint)}${message(stepStatus)}`, children: [] };
        }),
      };
    }),
  };
}

function strategyOf(strategy: string): string {
  return strategy === "serial" ? "serial" : "parallel";
}

function mark(part: { readonly status: string } | undefined, paint: Paint): string {
  const status = part?.status ?? "NOT ACTIVE";
  return paint(`[${status}]`, status);
}

function message(part: { readonly message?: string } | undefined): string {
  return part?.message ? ` (${part.message})` : "";
}

function branch(nodes: readonly Node[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1;
    return [
      `${indent}${last ? "└──" : "├──"} ${node.text}`,
      ...branch(node.children, `${indent}${last ? "    " : "│   "}`),
    ];
  });
}
