import type { Command } from "commander";
import type { JsonValue } from "../../object/json.ts";
import {
  findTask,
  type OperatorPackage,
  type Parameter,
  type Plan,
  type Task,
} from "../../package/operatorPackage.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { kudoTable } from "../kudoTable.ts";
import { parseFormat, print } from "../output.ts";
import { chooseFolder } from "../packageArgument.ts";
import { findPackage, packageReader, type RepositoryOptions, withRepository } from "../packageReference.ts";
import { type TextNode, textTree } from "../textTree.ts";

interface ListOptions extends RepositoryOptions {
  readonly output: string;
}

interface PlanListOptions extends ListOptions {
  readonly withTasks?: boolean;
}

interface ParameterListOptions extends ListOptions {
  readonly descriptions?: boolean;
  readonly required?: boolean;
  readonly names?: boolean;
}

/** `lockstep package list plans|tasks|parameters`: what a package has, wherever it lies. */
export function addPackageList(family: Command, io: CliIo): void {
  const list = family.command("list").description("list what a package has");
  const add = (name: string, description: string): Command =>
    withRepository(
      withOutput(list.command(name).description(description)).argument(
        "[package]",
        "a folder (with a separator: ./kafka), a .tgz, a URL, or a name in a repository; default: the package here, or the only one below",
      ),
    );
  add("plans", "plans, phases and steps")
    .option("-t, --with-tasks", "with the tasks and their templates")
    .action((reference: string | undefined, options: PlanListOptions) => listPlans(reference, options, io));
  add("tasks", "tasks and their templates").action((reference: string | undefined, options: ListOptions) =>
    listTasks(reference, options, io),
  );
  add("parameters", "parameters with their defaults")
    .option("-d, --descriptions", "with descriptions")
    .option("-r, --required", "only those that need a value")
    .option("--names", "only the names")
    .action((reference: string | undefined, options: ParameterListOptions) =>
      listParameters(reference, options, io),
    );
}

async function readListed(
  reference: string | undefined,
  options: ListOptions,
  io: CliIo,
): Promise<OperatorPackage> {
  if (reference !== undefined) {
    if (await isFolderToo(reference)) {
      io.err(`note: ${reference} means the package of a repository; ./${reference} is the folder here\n`);
    }
    return (await findPackage(reference, options, io)).loaded.pkg;
  }
  const folder = await chooseFolder(undefined, io);
  return (await findPackage(folder === "." ? "." : `./${folder}`, options, io)).loaded.pkg;
}

/** A name without a separator never means a folder (package-format 9.3), which surprises where there is one. */
async function isFolderToo(reference: string): Promise<boolean> {
  return (
    /^[^./]/.test(reference) &&
    !reference.includes("/") &&
    (await packageReader.kindOf(reference)) === "folder"
  );
}

async function listPlans(reference: string | undefined, options: PlanListOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const pkg = await readListed(reference, options, io);
  const plans = [...pkg.plans.values()];
  print(io, format, plans as unknown as JsonValue, () =>
    textTree({
      text: "plans",
      children: plans.map((plan) => planNode(pkg, plan, options.withTasks === true)),
    }),
  );
}

function planNode(pkg: OperatorPackage, plan: Plan, withTasks: boolean): TextNode {
  const strategy = (text: string): string => (text === "serial" ? "serial" : "parallel");
  return {
    text: `${plan.name} (${strategy(plan.strategy)})`,
    children: plan.phases.map((phase) => ({
      text: `[phase]  ${phase.name} (${strategy(phase.strategy)})`,
      children: phase.steps.map((step) => ({
        text: `[step]  ${step.name}`,
        children: step.tasks.map((name) => taskNode(name, withTasks ? findTask(pkg, name) : undefined)),
      })),
    })),
  };
}

function taskNode(name: string, task: Task | undefined): TextNode {
  const leaf = (text: string): TextNode => ({ text, children: [] });
  if (!task) return leaf(name);
  return { text: `[${task.kind.toLowerCase()}]  ${name}`, children: taskLeaves(task).map(leaf) };
}

function taskLeaves(task: Task): readonly string[] {
  switch (task.kind) {
    case "Apply":
    case "Delete":
      return task.resources;
    case "Toggle":
      return [`[parameter]  ${task.parameter}`, ...task.resources];
    case "Pipe":
      return [task.pod];
    case "KudoOperator":
      return [task.package];
    default:
      return [];
  }
}

async function listTasks(reference: string | undefined, options: ListOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const { tasks } = await readListed(reference, options, io);
  print(io, format, tasks as unknown as JsonValue, () =>
    kudoTable(
      ["Name", "Kind", "Resources"],
      tasks.map((task) => [task.name, task.kind === "Unknown" ? task.given : task.kind, resourcesOf(task)]),
    ),
  );
}

function resourcesOf(task: Task): string {
  if (task.kind === "Pipe") return task.pod;
  if (task.kind === "KudoOperator") return task.package;
  return "resources" in task ? `[${task.resources.join(" ")}]` : "";
}

async function listParameters(
  reference: string | undefined,
  options: ParameterListOptions,
  io: CliIo,
): Promise<void> {
  const chosen = [options.descriptions && "-d", options.required && "-r", options.names && "--names"].filter(
    Boolean,
  );
  if (chosen.length > 1) throw usageError(`${chosen.join(" and ")} exclude each other`);
  const format = parseFormat(options.output);
  const parameters = (await readListed(reference, options, io)).parameters
    .filter((parameter) => !options.required || (parameter.required && parameter.default === undefined))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const columns = parameterColumns(options);
  print(io, format, parameters as unknown as JsonValue, () =>
    kudoTable(
      columns.map(({ header }) => header),
      parameters.map((parameter) => columns.map(({ cell }) => cell(parameter))),
    ),
  );
}

interface Column {
  readonly header: string;
  readonly cell: (parameter: Parameter) => string;
}

function parameterColumns({ names, descriptions }: ParameterListOptions): readonly Column[] {
  const name: Column = { header: "Name", cell: (parameter) => parameter.name };
  if (names) return [name];
  const columns: readonly Column[] = [
    name,
    { header: "Default", cell: (parameter) => parameter.default ?? "" },
    { header: "Required", cell: (parameter) => String(parameter.required) },
    { header: "Immutable", cell: (parameter) => String(parameter.immutable) },
  ];
  if (!descriptions) return columns;
  return [...columns, { header: "Descriptions", cell: (parameter) => parameter.description ?? "" }];
}
