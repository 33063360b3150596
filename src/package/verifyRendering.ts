import type { Issue } from "../base/issue.ts";
import { isJsonObject, type JsonObject } from "../object/json.ts";
import { goValueOf } from "../template/goValue.ts";
import { parseFirstObject, parseObjects } from "../yaml/parseObjects.ts";
import { parseYaml } from "../yaml/parseYaml.ts";
import { issueAt } from "../yaml/positionOf.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import type { OperatorPackage, Parameter, Task } from "./operatorPackage.ts";
import { chosenText, resolveParameters } from "./parameterValues.ts";
import { pipesOf } from "./pipeNames.ts";
import { pipePodProblems } from "./pipePod.ts";
import { placeOfTemplate } from "./placeOfTemplate.ts";
import { issueOfRendered } from "./renderedIssue.ts";
import type { VerifyEffort } from "./verifyEffort.ts";
import { templateNames } from "./verifyStructure.ts";
import { type CheckedTemplate, pipeKeys, templateIssue } from "./verifyTemplates.ts";

/**
 * Renders every template with the package's defaults and looks at the result: rules 21, 22, 23 and 25 of
 * package-format 9.6. Where a value is required and has no default, one that fits its type stands in.
 */
export function verifyRendering(
  loaded: LoadedPackage,
  checked: readonly CheckedTemplate[],
  effort: VerifyEffort,
): readonly Issue[] {
  const { pkg } = loaded;
  const resolved = resolveParameters(pkg, examples(pkg));
  if ("problems" in resolved)
    return [...resolved.problems.map((problem) => unresolved(loaded, problem)), ...duplicatePipes(loaded)];
  const issues: Issue[] = [...duplicatePipes(loaded), ...manifestMissing(loaded)];
  for (const template of checked) {
    const use = useOf(pkg, template.key);
    if (use === undefined) continue;
    try {
      const data = goValueOf(dataFor(pkg, template.key, resolved.values));
      const text = template.template.execute(data, { budget: effort.work });
      const inText = issueOfRendered(template, data, effort);
      effort.text.left -= text.length;
      const found =
        use === "pod"
          ? podIssues(pkg, template, text, effort, inText)
          : textIssues(template, text, use, effort, inText);
      if (effort.text.left < 0) break;
      issues.push(...found);
    } catch (error) {
      if (effort.work.left < 0) break;
      issues.push(templateIssue(error, template.source, "package.render"));
    }
  }
  return issues;
}

function unresolved({ pkg, params }: LoadedPackage, problem: string): Issue {
  const index = pkg.parameters.findIndex(({ name }) => problem.startsWith(`parameter ${name}:`));
  const issue = { severity: "error", code: "package.default", message: problem } as const;
  return params ? issueAt(params, ["parameters", index, "default"], issue) : issue;
}

/** Values for what the package leaves to the instance. */
function examples(pkg: OperatorPackage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pkg.parameters
      .filter((parameter) => parameter.required && chosenText(parameter, {}) === undefined)
      .map((parameter) => [parameter.name, exampleOf(parameter)]),
  );
}

function exampleOf({ type, enum: allowed }: Parameter): string {
  const [first] = allowed ?? [];
  if (first !== undefined) return first;
  if (type === "integer" || type === "number") return "1";
  return type === "boolean" ? "true" : "example";
}

type Use = "objects" | "pod" | "parameterFile" | "namespace";

function useOf(pkg: OperatorPackage, key: string): Use | undefined {
  if (pkg.namespaceManifest === key) return "namespace";
  const users = pkg.tasks.filter((task) => templateNames(task).some((name) => name.key === key));
  if (users.length > 0 && users.every(({ kind }) => kind === "Pipe")) return "pod";
  if (users.some(({ kind }) => kind !== "KudoOperator")) return "objects";
  return users.length > 0 ? "parameterFile" : undefined;
}

/** The data of a run: the plan, phase and step are the first that use the template. */
function dataFor(pkg: OperatorPackage, key: string, params: JsonObject): JsonObject {
  const place = placeOfTemplate(pkg, key);
  return {
    Name: `${pkg.name}-instance`,
    Namespace: "default",
    OperatorName: pkg.name,
    OperatorVersion: pkg.operatorVersion,
    AppVersion: pkg.appVersion ?? "",
    PlanName: place.plan,
    PhaseName: place.phase,
    StepName: place.step,
    Params: params,
    Pipes: Object.fromEntries(pipeKeys(pkg).map((name) => [name, `example.${name.toLowerCase()}`])),
  };
}

/** Rules 23 and 25, on the rendered text. */
function textIssues(
  { source }: CheckedTemplate,
  text: string,
  use: Use,
  effort: VerifyEffort,
  inText: (issue: Issue) => Issue,
): readonly Issue[] {
  const { file } = source;
  if (use === "parameterFile") {
    const { documents, issues } = parseYaml(text, undefined, { reading: effort.text });
    const value = documents[0]?.value ?? {};
    if (!isJsonObject(value)) return [inText({ severity: "error", code: "", message: "it is no mapping" })];
    return issues.map(inText);
  }
  const { objects, issues } = parseObjects(text, undefined, { reading: effort.text });
  const found = issues.map(inText);
  if (use !== "namespace" || found.length > 0) return found;
  if (objects.length === 1 && objects[0]?.object.kind === "Namespace") return [];
  const message = `the namespace manifest must be exactly one Namespace; it is ${objects.map(({ object }) => object.kind).join(", ") || "empty"}`;
  return [{ severity: "error", code: "package.namespace", message, ...(file !== undefined && { file }) }];
}

/** The pod of a pipe, for every task that uses it. With values that only stand in for others it may be another one. */
function podIssues(
  pkg: OperatorPackage,
  { key }: CheckedTemplate,
  text: string,
  effort: VerifyEffort,
  inText: (issue: Issue) => Issue,
): readonly Issue[] {
  const { object, issues } = parseFirstObject(text, undefined, { reading: effort.text });
  if (issues.length > 0) return issues.map(inText);
  const isCertain = object !== undefined && Object.keys(examples(pkg)).length === 0;
  return pkg.tasks.flatMap((task) => {
    if (task.kind !== "Pipe" || task.pod !== key) return [];
    const problems = object
      ? pipePodProblems(object, task.pipe)
      : ["it is no object, and a pipe needs a Pod"];
    return problems.map((problem) => {
      const message = `task "${task.name}": ${problem}`;
      const severity = isCertain ? "error" : "warning";
      return { ...inText({ severity, code: "", message }), code: "package.pipePod" };
    });
  });
}

/** Rule 25, when the manifest is not there. */
function manifestMissing({ pkg, operator }: LoadedPackage): readonly Issue[] {
  const manifest = pkg.namespaceManifest;
  if (!manifest || pkg.templates.has(manifest)) return [];
  const message = `the namespace manifest ${manifest} is no template of the package`;
  return [
    issueAt(operator, ["namespaceManifest"], { severity: "error", code: "package.templateMissing", message }),
  ];
}

/** Rule 21: two Pipe tasks of one plan with the same key, or with names that come out the same. */
function duplicatePipes({ pkg, operator }: LoadedPackage): readonly Issue[] {
  const issues: Issue[] = [];
  for (const plan of pkg.plans.values()) {
    const before = issues.length;
    const tasks = new Set(plan.phases.flatMap((phase) => phase.steps.flatMap((step) => step.tasks)));
    const seen = new Map<string, string>();
    pkg.tasks.forEach((task: Task, t) => {
      if (task.kind !== "Pipe" || !tasks.has(task.name)) return;
      task.pipe.forEach(({ key }, p) => {
        const other = seen.get(key);
        seen.set(key, task.name);
        if (other === undefined) return;
        const message = `plan "${plan.name}" has the pipe key "${key}" twice, in the tasks "${other}" and "${task.name}"`;
        issues.push(
          issueAt(operator, ["tasks", t, "spec", "pipe", p, "key"], {
            severity: "error",
            code: "package.pipeDuplicate",
            message,
          }),
        );
      });
    });
    const pipes = pipesOf(pkg, plan, pkg.name);
    if (pipes.kind === "names" || issues.length > before) continue;
    issues.push(
      issueAt(operator, ["plans", plan.name], {
        severity: "error",
        code: "package.pipeDuplicate",
        message: pipes.problem,
      }),
    );
  }
  return issues;
}
