import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { describeError } from "../template/describeError.ts";
import { kudoFunctions } from "../template/functions/table.ts";
import { parseTemplate, type Template } from "../template/template.ts";
import { TemplateError } from "../template/templateError.ts";
import { issueAt } from "../yaml/positionOf.ts";
import { countLineBreaks, issueIn, type TextSource } from "../yaml/textSource.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import type { OperatorPackage } from "./operatorPackage.ts";
import { scanTemplate, type TemplateUse } from "./scanTemplate.ts";
import type { VerifyEffort } from "./verifyEffort.ts";
import { templateNames } from "./verifyStructure.ts";

/** A template that parses, with its text as a source of issues. */
export interface CheckedTemplate {
  readonly key: string;
  readonly template: Template;
  readonly source: TextSource;
}

/** More mistakes of one package than anybody reads; the place of each costs time. */
const MAX_ISSUES = 200;

/** Top-level names of the data that templates get (package-format 5.1). */
const VARIABLES = [
  ...["Name", "Namespace", "OperatorName", "OperatorVersion", "AppVersion", "Params"],
  ...["PlanName", "PhaseName", "StepName", "Pipes"],
];
/** Those that only the tasks of a plan have. */
const PLAN_VARIABLES: readonly string[] = ["PlanName", "PhaseName", "StepName", "Pipes"];

/** The file of a template, as a source of issues. */
function templateSource({ pkg, files }: LoadedPackage, key: string): TextSource {
  const file = files.templates.get(key) ?? `templates/${key}`;
  return { file, text: pkg.templates.get(key) ?? "", start: 0, startLine: 1 };
}

/** Parses every template: those that parse, and an issue for each of the others (rule 17). */
export function parseTemplates(
  loaded: LoadedPackage,
  { text: characters }: VerifyEffort,
): {
  readonly checked: readonly CheckedTemplate[];
  readonly issues: readonly Issue[];
} {
  const checked: CheckedTemplate[] = [];
  const issues: Issue[] = [];
  for (const [key, text] of loaded.pkg.templates) {
    const source = templateSource(loaded, key);
    characters.left -= text.length;
    if (characters.left < 0) break;
    try {
      checked.push({ key, template: parseTemplate(key, text, kudoFunctions), source });
    } catch (error) {
      issues.push(templateIssue(error, source, "package.templateSyntax"));
    }
  }
  return { checked, issues };
}

/** The issue of an error of the template engine, which is thrown again when it is another one. */
export function templateIssue(error: unknown, source: TextSource, code: string): Issue {
  if (!(error instanceof TemplateError)) throw error;
  const { message, mark, excerpt, hint } = describeError(error, source.text, source.file ?? error.template);
  return {
    severity: "error",
    code,
    message,
    ...(source.file !== undefined && { file: source.file }),
    line: mark.line,
    column: mark.column,
    ...(excerpt !== undefined && { excerpt }),
    ...(hint !== undefined && { hint }),
  };
}

/**
 * What templates use, against what the package defines: rules 9, 11, 18 and 20 of package-format 9.6, pipes that no
 * task makes, and templates that are called and not defined.
 */
export function verifyTemplateUses(
  loaded: LoadedPackage,
  checked: readonly CheckedTemplate[],
): readonly Issue[] {
  const issues: Issue[] = [];
  const used = new Set<string>();
  let isAllUsed = checked.length < loaded.pkg.templates.size;
  for (const { key, template, source } of checked) {
    const names = namesFor(loaded.pkg, key);
    for (const use of scanTemplate(key, template.trees)) {
      if (use.kind === "parameter") used.add(use.name);
      if (use.kind === "allParameters") isAllUsed = true;
      if (issues.length >= MAX_ISSUES) continue;
      const problem = useProblem(use, loaded.pkg, names, [...template.trees.keys()]);
      if (problem) issues.push(issueIn(source, template.locate(use), problem));
    }
  }
  if (!isAllUsed) issues.push(...unusedParameters(loaded, used));
  return [...issues, ...unusedTemplates(loaded)];
}

/** The top-level names that a template may use: parameter files and the namespace manifest know no plan. */
function namesFor(pkg: OperatorPackage, key: string): readonly string[] {
  const isTaskTemplate = pkg.tasks.some(
    (task) => task.kind !== "KudoOperator" && templateNames(task).some((name) => name.key === key),
  );
  const isOther =
    pkg.namespaceManifest === key ||
    pkg.tasks.some((task) => task.kind === "KudoOperator" && task.parameterFile === key);
  return isOther && !isTaskTemplate ? VARIABLES.filter((name) => !PLAN_VARIABLES.includes(name)) : VARIABLES;
}

type Problem = Pick<Issue, "severity" | "code" | "message">;

function useProblem(
  use: TemplateUse,
  pkg: OperatorPackage,
  names: readonly string[],
  defined: readonly string[],
): Problem | undefined {
  switch (use.kind) {
    case "parameter": {
      const parameters = pkg.parameters.map(({ name }) => name);
      if (parameters.includes(use.name)) return undefined;
      const severity = use.isLenient ? "warning" : "error";
      const message = `the template uses the parameter "${use.name}", which is not defined${didYouMean(use.name, parameters)}`;
      return { severity, code: "package.parameterUndefined", message };
    }
    case "pipe": {
      const keys = pipeKeys(pkg);
      if (keys.includes(use.name)) return undefined;
      const message = `no Pipe task makes "${use.name}"${didYouMean(use.name, keys)}`;
      return { severity: "error", code: "package.pipeUndefined", message };
    }
    case "variable": {
      if (names.includes(use.name)) return undefined;
      const message = VARIABLES.includes(use.name)
        ? `.${use.name} is known in the templates of a plan's tasks only`
        : `there is no .${use.name}${didYouMean(use.name, names)}`;
      return { severity: "error", code: "package.variableUndefined", message };
    }
    case "undefinedTemplate": {
      const message = `the file defines no template "${use.name}"${didYouMean(use.name, defined)}; every file stands alone`;
      return { severity: "error", code: "package.templateUndefined", message };
    }
    default:
      return undefined;
  }
}

/** Keys of all Pipe tasks. */
export function pipeKeys(pkg: OperatorPackage): readonly string[] {
  return pkg.tasks.flatMap((task) => (task.kind === "Pipe" ? task.pipe.map(({ key }) => key) : []));
}

/** Rule 11. */
function unusedParameters({ pkg, params }: LoadedPackage, used: ReadonlySet<string>): readonly Issue[] {
  if (!params) return [];
  const toggles = new Set(pkg.tasks.map((task) => (task.kind === "Toggle" ? task.parameter : undefined)));
  return pkg.parameters.flatMap(({ name, trigger }, index) =>
    used.has(name) || toggles.has(name) || trigger
      ? []
      : issueAt(params, ["parameters", index, "name"], {
          severity: "warning",
          code: "package.parameterUnused",
          message: `parameter "${name}" is used by no template and no Toggle, and triggers no plan`,
        }),
  );
}

/** Rule 20. */
function unusedTemplates(loaded: LoadedPackage): readonly Issue[] {
  const { pkg } = loaded;
  const named = new Set(pkg.tasks.flatMap((task) => templateNames(task).map(({ key }) => key)));
  if (pkg.namespaceManifest) named.add(pkg.namespaceManifest);
  return [...pkg.templates.keys()]
    .filter((key) => !named.has(key))
    .map((key) => ({
      severity: "warning" as const,
      code: "package.templateUnused",
      message: `no task uses the template ${key}`,
      ...(loaded.files.templates.has(key) && { file: loaded.files.templates.get(key) as string }),
    }));
}

/** Rule 24: `kind: Namespace` in another template than the manifest; only a whole value counts. */
export function verifyNamespaces(loaded: LoadedPackage): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [key, text] of loaded.pkg.templates) {
    if (key === loaded.pkg.namespaceManifest) continue;
    const match = /^([ \t]*)kind[ \t]*:[ \t]*["']?Namespace["']?[ \t]*(?:#.*)?\r?$/m.exec(text);
    if (!match) continue;
    const position = { line: countLineBreaks(text, 0, match.index) + 1, column: (match[1] ?? "").length + 1 };
    issues.push(
      issueIn(templateSource(loaded, key), position, {
        severity: "error",
        code: "package.namespace",
        message: "a Namespace cannot be an object of a task",
        hint: "name the template in namespaceManifest, or let the instance set sync.createNamespace",
      }),
    );
  }
  return issues;
}
