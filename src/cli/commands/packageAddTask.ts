import type { Command } from "commander";
import { didYouMean } from "../../base/nearest.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import type { YamlPath } from "../../yaml/positionOf.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { alreadyThere, type Edit, type EditedPackage, editPackage, openPackage } from "../editPackage.ts";
import { askChoice, askText, askYes } from "../interview.ts";
import { TASK_KINDS, type TaskWish, taskSpec, taskTemplates } from "../taskWish.ts";

interface TaskOptions extends TaskWish {
  readonly name?: string;
  readonly step?: readonly string[];
}

/** `lockstep package add task`: one more in operator.yaml, with the templates that it lacks. */
export function addPackageAddTask(add: Command, io: CliIo): void {
  const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  add
    .command("task")
    .description("add a task, and the templates that it names where they are missing")
    .argument("[dir]", "folder of the package; default: here, or the only one below")
    .option("--name <name>", "name of the task; without it come questions")
    .option("--kind <kind>", TASK_KINDS.join(", "))
    .option("--resources <templates>", "Apply, Delete, Toggle: templates, with commas between")
    .option("--parameter <name>", "Toggle: the parameter that decides")
    .option("--pod <template>", "Pipe: the template of the pod")
    .option("--pipe <entry>", "Pipe: key=KEY,kind=Secret,file=/PATH; again for more", collect)
    .option("--package <package>", "KudoOperator: the package, a ./folder or a name in a repository")
    .option("--instance-name <name>", "KudoOperator: name of the child instance")
    .option("--app-version <version>", "KudoOperator: app version of the package")
    .option("--operator-version <version>", "KudoOperator: version of the package")
    .option("--parameter-file <template>", "KudoOperator: template of the child's parameters")
    .option("--done", "Dummy: is done at once")
    .option("--want-err", "Dummy: fails, and is tried again")
    .option("--fatal", "Dummy: with --want-err, fails for good")
    .option("--step <plan/phase/step>", "a step that runs it from now on; again for more", collect)
    .action((dir: string | undefined, options: TaskOptions) => addTask(dir, options, io));
}

async function addTask(dir: string | undefined, options: TaskOptions, io: CliIo): Promise<void> {
  if (options.name === undefined && !io.isTerminal)
    throw usageError("--name is missing, and there is no terminal to ask at");
  if (options.name !== undefined) taskSpec(options);
  const target = await openPackage(dir, io);
  const wish = options.name === undefined ? await interview(target, options, io) : options;
  const { name = "", kind = "" } = wish;
  const { pkg } = target.loaded;
  const same = pkg.tasks.findIndex((task) => task.name === name);
  if (same >= 0) throw alreadyThere(target, ["tasks", same, "name"], `a task "${name}"`);
  const spec = taskSpec(wish);
  const what = `the task "${name}"`;
  const edits: readonly Edit[] = [
    { kind: "item", file: OPERATOR_FILE, path: ["tasks"], value: { name, kind, ...specOf(spec) }, what },
    ...(wish.step ?? []).map((place): Edit => {
      const path = pathOfStep(pkg, place);
      return { kind: "item", file: OPERATOR_FILE, path, value: name, what: `${what} to the step ${place}` };
    }),
    ...taskTemplates(name, spec)
      .filter(({ key }) => !pkg.templates.has(key))
      .map(({ key, text }): Edit => ({ kind: "file", file: `templates/${key}`, text })),
  ];
  await editPackage(target, edits, io);
}

function specOf(spec: ReturnType<typeof taskSpec>) {
  return Object.keys(spec).length === 0 ? {} : { spec };
}

/** All steps as PLAN/PHASE/STEP, with the places of their tasks. */
function stepsOf({ plans }: OperatorPackage): ReadonlyMap<string, YamlPath> {
  return new Map(
    [...plans.values()].flatMap((plan) =>
      plan.phases.flatMap((phase, p) =>
        phase.steps.map((step, s): readonly [string, YamlPath] => [
          `${plan.name}/${phase.name}/${step.name}`,
          ["plans", plan.name, "phases", p, "steps", s, "tasks"],
        ]),
      ),
    ),
  );
}

function pathOfStep(pkg: OperatorPackage, place: string): YamlPath {
  const steps = stepsOf(pkg);
  const path = steps.get(place);
  if (path) return path;
  const known = [...steps.keys()];
  throw usageError(
    `--step ${place}: there is no such step${didYouMean(place, known)}`,
    known.length > 0 ? `there is ${known.join(", ")}` : "the package has no plan with steps yet",
  );
}

async function interview({ loaded }: EditedPackage, given: TaskOptions, io: CliIo): Promise<TaskOptions> {
  const { tasks } = loaded.pkg;
  const name = await askText(io, {
    text: "Name",
    check: (answer) =>
      tasks.some((task) => task.name === answer) ? "there is such a task already" : undefined,
  });
  const kind = given.kind ?? (await askChoice(io, "Kind", TASK_KINDS, "Apply"));
  const wish = { ...given, name, kind, ...(await askDetails(kind, loaded.pkg, io)) };
  const known = [...stepsOf(loaded.pkg).keys()];
  if (known.length === 0 || wish.step) return wish;
  const step = await askText(io, {
    text: `Step that runs it (${known.join(", ")})`,
    isOptional: true,
    check: (answer) => (known.includes(answer) ? undefined : `one of ${known.join(", ")}`),
  });
  return { ...wish, step: step === "" ? [] : [step] };
}

/** The questions of a kind. */
async function askDetails(kind: string, pkg: OperatorPackage, io: CliIo): Promise<TaskWish> {
  const optional = { isOptional: true } as const;
  const resources = (): Promise<string> =>
    askText(io, { text: "Templates, with commas between", check: isTemplates });
  switch (kind) {
    case "Apply":
    case "Delete":
      return { resources: await resources() };
    case "Toggle": {
      const names = pkg.parameters.map((parameter) => parameter.name);
      const check = (answer: string): string | undefined =>
        names.includes(answer)
          ? undefined
          : `there is no such parameter; \`lockstep package add parameter\` adds one`;
      const parameter = await askText(io, { text: `Parameter that decides (${names.join(", ")})`, check });
      return { parameter, resources: await resources() };
    }
    case "Pipe": {
      const pod = await askText(io, { text: "Template of the pod", check: isTemplates });
      return { pod, pipe: await askPipes(io) };
    }
    case "KudoOperator":
      return {
        package: await askText(io, { text: "Package, a ./folder or a name in a repository" }),
        instanceName: await askText(io, { text: "Name of the child instance", ...optional }),
        appVersion: await askText(io, { text: "App version", ...optional }),
        operatorVersion: await askText(io, { text: "Operator version", ...optional }),
        parameterFile: await askText(io, {
          text: "Template of its parameters",
          check: isTemplates,
          ...optional,
        }),
      };
    default:
      return { done: await askYes(io, "Done at once", true) };
  }
}

function isTemplates(answer: string): string | undefined {
  const bad = answer.split(",").find((word) => !word.trim().includes(".yaml"));
  return bad === undefined ? undefined : `${bad.trim() || '""'}: the name of a template has .yaml in it`;
}

async function askPipes(io: CliIo): Promise<readonly string[]> {
  const pipes: string[] = [];
  do {
    const file = await askText(io, { text: "File in the pod", check: isAbsolute });
    const form = await askChoice(io, "What it is", ["file", "envFile"], "file");
    const kind = await askChoice(io, "What is made of it", ["Secret", "ConfigMap"], "Secret");
    const key = await askText(io, {
      text: "Key, for .Pipes in templates",
      check: (answer) => (/^[\w-]+$/.test(answer) ? undefined : "letters, digits, - and _"),
    });
    pipes.push(`${form}=${file},kind=${kind},key=${key}`);
  } while (await askYes(io, "Another file", false));
  return pipes;
}

function isAbsolute(answer: string): string | undefined {
  return answer.startsWith("/") ? undefined : "a path from the root, /tmp/file";
}
