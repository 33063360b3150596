import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";
import { lenientVersion } from "./lenientVersion.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import type { FieldIssue } from "./readObject.ts";
import { fullEffort } from "./verifyEffort.ts";
import { verifyParameters } from "./verifyParameters.ts";
import { verifyRendering } from "./verifyRendering.ts";
import { verifyStructure } from "./verifyStructure.ts";
import { parseTemplates, verifyNamespaces, verifyTemplateUses } from "./verifyTemplates.ts";

/**
 * All mistakes of a package at once: rules 1 to 25 of package-format 9.6, and warnings for what KUDO lets pass in
 * silence (duplicate names, unknown strategies). Errors of form come from `loadPackage`.
 *
 * Where KUDO's static scan of templates misses uses or reports fields of a loop's element, this one does not.
 */
export function verifyPackage(loaded: LoadedPackage): readonly Issue[] {
  return [...verifyStructure(loaded), ...verifyContent(loaded)];
}

/** What `verifyStructure` does not look at: a package with such mistakes can be installed, and some plans may work. */
export function verifyContent(loaded: LoadedPackage, effort = fullEffort()): readonly Issue[] {
  const { checked, issues: syntax } = parseTemplates(loaded, effort);
  const ofFiles = [...verifyVersions(loaded), ...verifyNames(loaded), ...syntax, ...verifyNamespaces(loaded)];
  if (!loaded.knowsParameters) return ofFiles;
  const parameters = verifyParameters(loaded);
  const uses = verifyTemplateUses(loaded, checked);
  return [
    ...ofFiles,
    ...verifyToggles(loaded),
    ...parameters,
    ...uses,
    ...withoutKnown(verifyRendering(loaded, checked, effort), [...parameters, ...uses]),
  ];
}

/** What is wrong with a parameter or a template makes rendering fail at the same place: once is enough. */
function withoutKnown(rendering: readonly Issue[], known: readonly Issue[]): readonly Issue[] {
  const places = new Set(
    known.filter(({ severity }) => severity === "error").map(({ file, line }) => `${file}:${line}`),
  );
  return rendering.filter(({ file, line }) => line === undefined || !places.has(`${file}:${line}`));
}

function reporter(loaded: LoadedPackage, issues: Issue[]): (path: YamlPath, issue: FieldIssue) => void {
  return (path, { severity = "error", ...issue }) => {
    issues.push(issueAt(loaded.operator, path, { severity, ...issue }));
  };
}

/** Rule 3. The lenient reading of KUDO: `1`, `1.2` and `v1.2.3` are versions. */
function verifyVersions(loaded: LoadedPackage): readonly Issue[] {
  const issues: Issue[] = [];
  const report = reporter(loaded, issues);
  for (const field of ["operatorVersion", "kubernetesVersion", "appVersion", "kudoVersion"] as const) {
    const version = (loaded.pkg[field] ?? "").trim();
    const isRequired = field === "operatorVersion" || field === "kubernetesVersion";
    const code = "package.version";
    if (version === "") {
      if (isRequired && !(field === "operatorVersion" && loaded.pkg.operatorVersion === ""))
        report([field], { code, message: `${field} is missing` });
    } else if (lenientVersion(version) === undefined) {
      report([field], {
        code,
        message: `${field} "${version}" is no semantic version`,
        hint: "write it like 1.2.3",
      });
    }
  }
  return issues;
}

/** Rule 6, duplicate names, strategies and empty phases. */
function verifyNames(loaded: LoadedPackage): readonly Issue[] {
  const issues: Issue[] = [];
  const report = reporter(loaded, issues);
  const { pkg } = loaded;
  const warn = (path: YamlPath, code: string, message: string): void =>
    report(path, { severity: "warning", code, message });
  const used = new Set<string>();
  for (const plan of pkg.plans.values()) {
    const path = ["plans", plan.name];
    verifyStrategy(plan.strategy, [...path, "strategy"], warn);
    warnDuplicates(plan.phases, [...path, "phases"], `phase of plan "${plan.name}"`, warn);
    plan.phases.forEach((phase, p) => {
      const phasePath = [...path, "phases", p];
      verifyStrategy(phase.strategy, [...phasePath, "strategy"], warn);
      warnDuplicates(
        phase.steps,
        [...phasePath, "steps"],
        `step of phase "${plan.name}.${phase.name}"`,
        warn,
      );
      if (phase.steps.length === 0)
        warn(phasePath, "package.phaseEmpty", `phase "${plan.name}.${phase.name}" has no steps`);
      phase.steps.forEach((step, s) => {
        for (const task of step.tasks) used.add(task);
        if (step.tasks.length === 0)
          warn(
            [...phasePath, "steps", s],
            "package.stepEmpty",
            `step "${plan.name}.${phase.name}.${step.name}" has no tasks`,
          );
      });
    });
  }
  warnDuplicates(pkg.tasks, ["tasks"], "task", warn);
  pkg.tasks.forEach(({ name }, index) => {
    if (name !== "" && !used.has(name))
      warn(["tasks", index, "name"], "package.taskUnused", `no plan uses the task "${name}"`);
  });
  return issues;
}

type Warn = (path: YamlPath, code: string, message: string) => void;

function verifyStrategy(strategy: string, path: YamlPath, warn: Warn): void {
  if (strategy === "" || strategy === "serial" || strategy === "parallel") return;
  const guess = didYouMean(strategy, ["serial", "parallel"]);
  warn(path, "package.strategy", `the strategy "${strategy}" is unknown and means parallel${guess}`);
}

function warnDuplicates(
  items: readonly { readonly name: string }[],
  path: YamlPath,
  what: string,
  warn: Warn,
): void {
  items.forEach(({ name }, index) => {
    const first = items.findIndex((item) => item.name === name);
    if (first < index)
      warn(
        [...path, index, "name"],
        "package.duplicateName",
        `there is another ${what} named "${name}"; only the first counts`,
      );
  });
}

/** Rule 10. */
function verifyToggles(loaded: LoadedPackage): readonly Issue[] {
  const issues: Issue[] = [];
  const report = reporter(loaded, issues);
  const names = loaded.pkg.parameters.map(({ name }) => name);
  loaded.pkg.tasks.forEach((task, index) => {
    if (task.kind !== "Toggle" || task.parameter === "" || names.includes(task.parameter)) return;
    report(["tasks", index, "spec", "parameter"], {
      code: "package.parameterUndefined",
      message: `task "${task.name}" toggles by the parameter "${task.parameter}", which is not defined${didYouMean(task.parameter, names)}`,
    });
  });
  return issues;
}
