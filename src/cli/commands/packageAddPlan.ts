import type { Command } from "commander";
import type { Phase, Plan } from "../../package/operatorPackage.ts";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { alreadyThere, type EditedPackage, editPackage, openPackage } from "../editPackage.ts";
import { askChoice, askList, askText, askYes, wordsOf } from "../interview.ts";

interface PlanOptions {
  readonly name?: string;
  readonly strategy: string;
  readonly phase?: readonly string[];
  readonly step?: readonly string[];
}

const STRATEGIES = ["serial", "parallel"] as const;
const STEP_HINT = "write --step PHASE/STEP=TASK,TASK";

/** `lockstep package add plan`: one more in operator.yaml. */
export function addPackageAddPlan(add: Command, io: CliIo): void {
  const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  add
    .command("plan")
    .description("add a plan of tasks that are there")
    .argument("[dir]", "folder of the package; default: here, or the only one below")
    .option("--name <name>", "name of the plan; without it come questions")
    .option("--strategy <strategy>", "of the plan: serial waits for each phase, parallel does not", "serial")
    .option("--step <phase/step=tasks>", "a step with its tasks, in order; again for more", collect)
    .option("--phase <name=strategy>", "strategy of a phase where it is not serial; again for more", collect)
    .action((dir: string | undefined, options: PlanOptions) => addPlan(dir, options, io));
}

async function addPlan(dir: string | undefined, options: PlanOptions, io: CliIo): Promise<void> {
  if (options.name === undefined && !io.isTerminal)
    throw usageError("--name is missing, and there is no terminal to ask at", STEP_HINT);
  const given = options.name === undefined ? undefined : planOf(options.name, options);
  const target = await openPackage(dir, io);
  const { name, strategy, phases } = given ?? (await interview(target, io));
  if (target.loaded.pkg.plans.has(name)) throw alreadyThere(target, ["plans", name], `a plan "${name}"`);
  const value = {
    strategy,
    phases: phases.map((phase) => ({
      name: phase.name,
      strategy: phase.strategy,
      steps: phase.steps.map((step) => ({ name: step.name, tasks: step.tasks })),
    })),
  };
  const edit = { kind: "member", file: OPERATOR_FILE, path: ["plans"], key: name, value } as const;
  await editPackage(target, [{ ...edit, what: `the plan "${name}"` }], io);
}

/** The plan that the options describe. @throws CliError */
function planOf(name: string, { strategy, phase = [], step = [] }: PlanOptions): Plan {
  const strategies = new Map(phase.map((text) => pairOf(text, "--phase", "write --phase NAME=parallel")));
  for (const word of [strategy, ...strategies.values()]) {
    if (!STRATEGIES.some((known) => known === word))
      throw usageError(`"${word}" is no strategy`, `the strategies are ${STRATEGIES.join(" and ")}`);
  }
  if (step.length === 0) throw usageError("a plan needs a step", STEP_HINT);
  const phases: Phase[] = [];
  for (const text of step) {
    const [place, tasks] = pairOf(text, "--step", STEP_HINT);
    const [phaseName, stepName] = pairOf(place, "--step", STEP_HINT, "/");
    const found = phases.find((other) => other.name === phaseName);
    const steps = [...(found?.steps ?? []), { name: stepName, tasks: wordsOf(tasks) }];
    const next = { name: phaseName, strategy: strategies.get(phaseName) ?? "serial", steps };
    if (found) phases[phases.indexOf(found)] = next;
    else phases.push(next);
  }
  const unknown = [...strategies.keys()].find((key) => !phases.some((other) => other.name === key));
  if (unknown !== undefined) throw usageError(`--phase ${unknown}: no --step is in that phase`, STEP_HINT);
  return { name, strategy, phases };
}

function pairOf(text: string, option: string, hint: string, sign = "="): readonly [string, string] {
  const at = text.indexOf(sign);
  if (at <= 0 || at === text.length - 1) throw usageError(`${option} ${text}: a part is missing`, hint);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function interview({ loaded }: EditedPackage, io: CliIo): Promise<Plan> {
  const { plans, tasks } = loaded.pkg;
  if (tasks.length === 0)
    throw usageError("the package has no tasks yet", "`lockstep package add task` adds one");
  const name = await askText(io, {
    text: "Name of the plan",
    check: (answer) => (plans.has(answer) ? "there is such a plan already" : undefined),
  });
  const strategy = await askChoice(io, "Strategy of the plan", STRATEGIES, "serial");
  const names = tasks.map((task) => task.name);
  const phases: Phase[] = [];
  do {
    phases.push(await askPhase(phases, names, io));
  } while (await askYes(io, "Another phase", false));
  return { name, strategy, phases };
}

async function askPhase(before: readonly Phase[], tasks: readonly string[], io: CliIo): Promise<Phase> {
  const unused = (names: readonly { readonly name: string }[]) => (answer: string) =>
    names.some(({ name }) => name === answer) ? "that name is taken" : undefined;
  const name = await askText(io, { text: "Name of the phase", check: unused(before) });
  const strategy = await askChoice(io, `Strategy of phase ${name}`, STRATEGIES, "serial");
  const steps: Phase["steps"][number][] = [];
  do {
    const step = await askText(io, { text: `Name of the step of phase ${name}`, check: unused(steps) });
    const chosen = await askList(io, {
      text: `Tasks of step ${step} (${tasks.join(", ")})`,
      check: (answer) => {
        const unknown = wordsOf(answer).find((word) => !tasks.includes(word));
        return unknown === undefined ? undefined : `there is no task "${unknown}"`;
      },
    });
    steps.push({ name: step, tasks: chosen });
  } while (await askYes(io, `Another step in phase ${name}`, false));
  return { name, strategy, steps };
}
