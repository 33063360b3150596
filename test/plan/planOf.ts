import type { OperatorPackage, Parameter, Plan } from "../../src/package/operatorPackage.ts";

/** A plan from its strategies and the names of its steps; every step has one task of its own name. */
export function planOf(
  strategy: string,
  phases: Readonly<Record<string, { readonly strategy: string; readonly steps: readonly string[] }>>,
  name = "deploy",
): Plan {
  return {
    name,
    strategy,
    phases: Object.entries(phases).map(([phase, { strategy: own, steps }]) => ({
      name: phase,
      strategy: own,
      steps: steps.map((step) => ({ name: step, tasks: [step] })),
    })),
  };
}

/** A package with the plans named, and parameters given as `NAME` or `NAME:trigger`. */
export function packageOf(
  plans: readonly string[],
  parameters: readonly string[] = [],
  digest = "sha256:1",
): OperatorPackage {
  return {
    name: "pg",
    operatorVersion: "0.1.0",
    maintainers: [],
    tasks: [],
    plans: new Map(
      plans.map((name) => [name, planOf("serial", { main: { strategy: "serial", steps: ["all"] } }, name)]),
    ),
    parameters: parameters.map((text): Parameter => {
      const [name = "", trigger] = text.split(":");
      return { name, required: false, type: "string", immutable: false, ...(trigger && { trigger }) };
    }),
    groups: [],
    templates: new Map(),
    digest,
  };
}
