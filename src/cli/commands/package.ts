import { formatIssue, type Issue } from "../../base/issue.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { JsonValue } from "../../object/json.ts";
import type { LoadedPackage } from "../../package/loadedPackage.ts";
import { loadPackage } from "../../package/loadPackage.ts";
import type { OperatorPackage, Parameter, Plan, Task } from "../../package/operatorPackage.ts";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import { verifyApiVersions } from "../../package/verifyApiVersions.ts";
import { verifyPackage } from "../../package/verifyPackage.ts";
import { PARAMETER_CHECKS, type ParameterCheck, verifyTexts } from "../../package/verifyTexts.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { parseKubeVersion } from "../kubeVersion.ts";
import { kudoTable } from "../kudoTable.ts";
import { paletteFor, parseFormat, print } from "../output.ts";
import type { Register } from "../program.ts";
import { readFolder, readPackage } from "../readPackage.ts";
import { type TextNode, textTree } from "../textTree.ts";

interface Output {
  readonly output: string;
}

interface VerifyOptions extends Output {
  readonly kubeVersion?: string;
  readonly paramChecks?: string;
}

/** `lockstep package verify|list …`: packages in a folder, without a cluster. */
export const registerPackage: Register = (program, io) => {
  const family = program.command("package").description("look at operator packages in a folder");
  withOutput(family.command("verify").description("find all mistakes of a package"))
    .argument("[dir]", "folder with operator.yaml; default: here, or the only one below")
    .option(
      "--kube-version <version>",
      "warn of API versions that this Kubernetes lacks or deprecates, 1.36 say",
    )
    .option("--param-checks <list>", `warn of parameters' texts: ${PARAMETER_CHECKS.join(", ")}, all`)
    .action((dir: string | undefined, options: VerifyOptions) => verify(dir, options, io));
  const list = family.command("list").description("list what a package has");
  withOutput(list.command("plans").description("plans, phases and steps"))
    .argument("[dir]", "folder with operator.yaml; default: here, or the only one below")
    .option("-t, --with-tasks", "with the tasks and their templates")
    .action((dir: string | undefined, options: Output & { readonly withTasks?: boolean }) =>
      listPlans(dir, options, io),
    );
  withOutput(list.command("tasks").description("tasks and their templates"))
    .argument("[dir]", "folder with operator.yaml; default: here, or the only one below")
    .action((dir: string | undefined, options: Output) => listTasks(dir, options, io));
  withOutput(list.command("parameters").description("parameters with their defaults"))
    .argument("[dir]", "folder with operator.yaml; default: here, or the only one below")
    .option("-d, --descriptions", "with descriptions")
    .option("-r, --required", "only those that need a value")
    .option("--names", "only the names")
    .action((dir: string | undefined, options: ParameterOptions) => listParameters(dir, options, io));
};

/** The folder named, else the current one, else its only sub-folder with a package. */
async function chooseFolder(dir: string | undefined, io: CliIo): Promise<string> {
  if (dir !== undefined) return dir.length > 1 ? dir.replace(/\/+$/, "") : dir;
  const { paths } = await readFolder(".", io.signal);
  if (paths.includes(OPERATOR_FILE)) return ".";
  const below = paths.filter((path) => path.endsWith(`/${OPERATOR_FILE}`) && path.split("/").length === 2);
  const [only, ...others] = below.map((path) => path.slice(0, -OPERATOR_FILE.length - 1));
  if (only !== undefined && others.length === 0) return only;
  const found = only === undefined ? "no package" : "several packages";
  throw usageError(`${found} here: name the folder of one`);
}

async function verify(dir: string | undefined, options: VerifyOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const checks = checksOf(options);
  const folder = await chooseFolder(dir, io);
  const { loaded, issues } = await loadPackage(await readFolder(folder, io.signal), "");
  const all = [...issues, ...(loaded ? checks.flatMap((check) => check(loaded)) : [])].map((issue) =>
    inFolder(folder, issue),
  );
  const errors = all.filter(({ severity }) => severity === "error").sort(byPlace);
  const warnings = all.filter(({ severity }) => severity === "warning").sort(byPlace);
  const result = {
    errors: errors.map(toDocument),
    warnings: warnings.map(toDocument),
    valid: errors.length === 0,
  };
  print(io, format, result, () => verifyText(errors, warnings, io));
  if (errors.length > 0) throw new CliError(`${folder}: found ${errors.length} package verification errors`);
}

/** What is asked of the package: the rules that always hold, and those of the options. */
function checksOf({
  kubeVersion,
  paramChecks,
}: VerifyOptions): readonly ((loaded: LoadedPackage) => readonly Issue[])[] {
  parseKubeVersion(kubeVersion);
  const texts = parseChecks(paramChecks);
  return [
    verifyPackage,
    ...(kubeVersion === undefined ? [] : [(it: LoadedPackage) => verifyApiVersions(it, kubeVersion)]),
    ...(texts.size === 0 ? [] : [(it: LoadedPackage) => verifyTexts(it, texts)]),
  ];
}

function parseChecks(list = ""): ReadonlySet<ParameterCheck> {
  const words = list
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  const known: readonly string[] = [...PARAMETER_CHECKS, "all"];
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw usageError(
      `--param-checks: there is no check "${unknown}"${didYouMean(unknown, known)}`,
      `the checks are ${known.join(", ")}`,
    );
  }
  return new Set(words.includes("all") ? PARAMETER_CHECKS : (words as ParameterCheck[]));
}

/** With the path that the person can open. */
function inFolder(folder: string, issue: Issue): Issue {
  if (issue.file === undefined || folder === ".") return issue;
  const { file, excerpt } = issue;
  const calls = excerpt?.replaceAll(` called at ${file}:`, ` called at ${folder}/${file}:`);
  return { ...issue, file: `${folder}/${file}`, ...(calls !== undefined && { excerpt: calls }) };
}

function byPlace(a: Issue, b: Issue): number {
  const byFile = (a.file ?? "").localeCompare(b.file ?? "");
  return byFile || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function toDocument({ severity: _, ...issue }: Issue): JsonValue {
  return issue;
}

function verifyText(errors: readonly Issue[], warnings: readonly Issue[], io: CliIo): string {
  const palette = paletteFor(io);
  const section = (title: string, issues: readonly Issue[]): string =>
    issues.length === 0 ? "" : `${title}\n${issues.map((issue) => `${withoutSeverity(issue)}\n`).join("")}\n`;
  const verdict = errors.length === 0 ? `${palette.good("package is valid")}\n` : "";
  return section(palette.busy("Warnings"), warnings) + section(palette.bad("Errors"), errors) + verdict;
}

/** The heading says the severity already. */
function withoutSeverity(issue: Issue): string {
  return formatIssue(issue).slice(issue.severity.length + 2);
}

async function listPlans(
  dir: string | undefined,
  options: Output & { readonly withTasks?: boolean },
  io: CliIo,
): Promise<void> {
  const format = parseFormat(options.output);
  const { pkg } = await readPackage(await chooseFolder(dir, io), io);
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
  const leaf = (text: string): TextNode => ({ text, children: [] });
  return {
    text: `${plan.name} (${strategy(plan.strategy)})`,
    children: plan.phases.map((phase) => ({
      text: `[phase]  ${phase.name} (${strategy(phase.strategy)})`,
      children: phase.steps.map((step) => ({
        text: `[step]  ${step.name}`,
        children: step.tasks.map((name) => {
          const task = withTasks ? pkg.tasks.find((candidate) => candidate.name === name) : undefined;
          if (!task) return leaf(name);
          return { text: `[${task.kind.toLowerCase()}]  ${name}`, children: taskLeaves(task).map(leaf) };
        }),
      })),
    })),
  };
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

async function listTasks(dir: string | undefined, options: Output, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const { pkg } = await readPackage(await chooseFolder(dir, io), io);
  print(io, format, pkg.tasks as unknown as JsonValue, () =>
    kudoTable(
      ["Name", "Kind", "Resources"],
      pkg.tasks.map((task) => [
        task.name,
        task.kind === "Unknown" ? task.given : task.kind,
        resourcesOf(task),
      ]),
    ),
  );
}

function resourcesOf(task: Task): string {
  if (task.kind === "Pipe") return task.pod;
  if (task.kind === "KudoOperator") return task.package;
  return "resources" in task ? `[${task.resources.join(" ")}]` : "";
}

interface ParameterOptions extends Output {
  readonly descriptions?: boolean;
  readonly required?: boolean;
  readonly names?: boolean;
}

async function listParameters(dir: string | undefined, options: ParameterOptions, io: CliIo): Promise<void> {
  const chosen = [options.descriptions && "-d", options.required && "-r", options.names && "--names"].filter(
    Boolean,
  );
  if (chosen.length > 1) throw usageError(`${chosen.join(" and ")} exclude each other`);
  const format = parseFormat(options.output);
  const { pkg } = await readPackage(await chooseFolder(dir, io), io);
  const parameters = pkg.parameters
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

function parameterColumns({ names, descriptions }: ParameterOptions): readonly Column[] {
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
