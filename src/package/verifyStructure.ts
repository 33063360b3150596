import { assertNever } from "../base/assertNever.ts";
import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import { operatorVersionName, type PipeEntry, type Task } from "./operatorPackage.ts";
import { OPERATOR_FILE } from "./packageFiles.ts";
import type { FieldIssue } from "./readObject.ts";

const KINDS = ["Apply", "Delete", "Toggle", "Pipe", "KudoOperator", "Dummy"];
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PIPE_KEY = /^[a-zA-Z0-9_-]+$/;
/** Longest name of a custom resource. */
const NAME_MAX = 253;

/**
 * The mistakes with which a package cannot be used at all, in operator.yaml: what KUDO refuses at installation, and
 * plans that cannot run. Rules 4, 5, 7, 8 and 19 of package-format 9.6, and names.
 */
export function verifyStructure(loaded: LoadedPackage): readonly Issue[] {
  const issues: Issue[] = [];
  const report: Report = (path, { severity = "error", ...issue }) => {
    issues.push(issueAt(loaded.operator, path, { severity, ...issue }));
  };
  verifyName(loaded, report);
  loaded.pkg.tasks.forEach((task, index) => {
    verifyTask(task, ["tasks", index], report);
    verifyTemplateNames(loaded, task, ["tasks", index, "spec"], report);
  });
  verifyPlans(loaded, report);
  return [...issues, ...triggerIssues(loaded)];
}

type Report = (path: YamlPath, issue: FieldIssue) => void;

function verifyName({ pkg }: LoadedPackage, report: Report): void {
  const name = operatorVersionName(pkg);
  if (pkg.name === "") report(["name"], { code: "package.name", message: "the operator has no name" });
  else if (!NAME.test(pkg.name))
    report(["name"], {
      code: "package.name",
      message: `"${pkg.name}" cannot be the name of an object in Kubernetes`,
      hint: "use lower-case letters, digits, - and .",
    });
  else if (pkg.operatorVersion === "")
    report(["operatorVersion"], { code: "package.version", message: "the operator has no operatorVersion" });
  else if (!NAME.test(name) || name.length > NAME_MAX)
    report(["operatorVersion"], {
      code: "package.name",
      message: `the OperatorVersion would be named "${name.slice(0, 300)}", which Kubernetes does not allow`,
      hint: `use lower-case letters, digits, - and . in the versions, ${NAME_MAX} characters in all`,
    });
}

/** Rule 4: what makes a task fail whenever it runs (package-format 3). */
function verifyTask(task: Task, path: YamlPath, report: Report): void {
  const spec = [...path, "spec"];
  const missing = (field: string): void =>
    report([...spec, field], {
      code: "package.taskInvalid",
      message: `task "${task.name}" of kind ${task.kind} has no ${field}`,
    });
  if (task.name === "")
    report([...path, "name"], { code: "package.taskInvalid", message: "the task has no name" });
  switch (task.kind) {
    case "Apply":
    case "Delete":
      if (task.resources.length === 0) missing("resources");
      return;
    case "Toggle":
      if (task.resources.length === 0) missing("resources");
      if (task.parameter === "") missing("parameter");
      return;
    case "Pipe":
      if (task.pod === "") missing("pod");
      if (task.pipe.length === 0) missing("pipe");
      task.pipe.forEach((entry, index) => {
        verifyPipe(task.name, entry, [...spec, "pipe", index], report);
      });
      return;
    case "KudoOperator":
      if (task.package === "") missing("package");
      return;
    case "Dummy":
      return;
    case "Unknown":
      report([...path, "kind"], {
        code: "package.taskKind",
        message: `task "${task.name}" has the unknown kind "${task.given}"${didYouMean(task.given, KINDS)}`,
        hint: `the kinds are ${KINDS.join(", ")}`,
      });
      return;
    default:
      assertNever(task);
  }
}

function verifyPipe(task: string, entry: PipeEntry, path: YamlPath, report: Report): void {
  const invalid = (field: string, message: string): void =>
    report([...path, field], { code: "package.taskInvalid", message: `task "${task}": ${message}` });
  if (entry.file && entry.envFile) invalid("file", "a pipe has either file or envFile, not both");
  if (!entry.file && !entry.envFile) invalid("file", "a pipe needs file or envFile");
  if (entry.kind !== "Secret" && entry.kind !== "ConfigMap")
    invalid(
      "kind",
      `a pipe makes a Secret or a ConfigMap, not "${entry.kind}"${didYouMean(entry.kind, ["Secret", "ConfigMap"])}`,
    );
  if (!PIPE_KEY.test(entry.key))
    invalid("key", `"${entry.key}" is not a key: letters, digits, - and _ make one`);
}

/** Fields of a task that name templates, with the path of each name below the spec. */
export function templateNames(task: Task): readonly { readonly key: string; readonly path: YamlPath }[] {
  switch (task.kind) {
    case "Apply":
    case "Delete":
    case "Toggle":
      return task.resources.map((key, index) => ({ key, path: ["resources", index] }));
    case "Pipe":
      return task.pod === "" ? [] : [{ key: task.pod, path: ["pod"] }];
    case "KudoOperator":
      return task.parameterFile === "" ? [] : [{ key: task.parameterFile, path: ["parameterFile"] }];
    default:
      return [];
  }
}

/** Rule 19. */
function verifyTemplateNames(loaded: LoadedPackage, task: Task, spec: YamlPath, report: Report): void {
  for (const { key, path } of templateNames(task)) {
    if (loaded.pkg.templates.has(key)) continue;
    report([...spec, ...path], {
      code: "package.templateMissing",
      message: `task "${task.name}" uses the template ${key || '""'}, which the package does not have${didYouMean(key, loaded.pkg.templates.keys())}`,
      hint: missingTemplateHint(loaded, key),
    });
  }
}

function missingTemplateHint({ symlinks }: LoadedPackage, key: string): string {
  if (key.split("/").includes("..") || key.startsWith("/"))
    return "a template lies in the package's own templates folder";
  const symlink = symlinks.find((path) => path.endsWith(`templates/${key}`));
  if (symlink !== undefined) return `${symlink} is a symlink, which is not followed: commit the file itself`;
  if (!key.includes(".yaml")) return "only files with .yaml in their name are templates";
  return `expected it at templates/${key}`;
}

/** Rules 5 and 8, and plans without phases. */
function verifyPlans({ pkg, files }: LoadedPackage, report: Report): void {
  const tasks = new Set(pkg.tasks.map(({ name }) => name));
  for (const plan of pkg.plans.values()) {
    const path = ["plans", plan.name];
    if (plan.phases.length === 0)
      report(path, { code: "package.planEmpty", message: `plan "${plan.name}" has no phases` });
    plan.phases.forEach((phase, p) => {
      phase.steps.forEach((step, s) => {
        step.tasks.forEach((task, t) => {
          if (tasks.has(task)) return;
          report([...path, "phases", p, "steps", s, "tasks", t], {
            code: "package.taskUndefined",
            message: `step ${plan.name}.${phase.name}.${step.name} uses the task "${task}", which is not defined${didYouMean(task, tasks)}`,
          });
        });
      });
    });
  }
  if (pkg.plans.has("deploy")) return;
  const message = `the package has no plan named deploy${didYouMean("deploy", pkg.plans.keys())}`;
  report(["plans"], {
    code: "package.noDeployPlan",
    message,
    hint: `add it to the plans of ${files.folder ? `${files.folder}/` : ""}${OPERATOR_FILE}`,
  });
}

/** Rule 7. */
function triggerIssues({ pkg, params }: LoadedPackage): readonly Issue[] {
  if (!params) return [];
  return pkg.parameters.flatMap(({ name, trigger }, index) =>
    trigger && !pkg.plans.has(trigger)
      ? issueAt(params, ["parameters", index, "trigger"], {
          severity: "error",
          code: "package.triggerUndefined",
          message: `parameter "${name}" triggers the plan "${trigger}", which does not exist${didYouMean(trigger, pkg.plans.keys())}`,
        })
      : [],
  );
}
