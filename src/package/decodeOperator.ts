import type { Issue } from "../base/issue.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import type { Maintainer, OperatorPackage, Phase, PipeEntry, Plan, Task } from "./operatorPackage.ts";
import { type ObjectReader, readObject } from "./readObject.ts";

/** The only version of the format. */
export const PACKAGE_API_VERSION = "kudo.dev/v1beta1";

/** What operator.yaml says: the package without parameters and templates. */
export type OperatorDefinition = Omit<OperatorPackage, "parameters" | "groups" | "templates" | "digest">;

const OPERATOR_FIELDS = [
  ...[
    "apiVersion",
    "name",
    "description",
    "operatorVersion",
    "appVersion",
    "kudoVersion",
    "kubernetesVersion",
  ],
  ...["maintainers", "url", "tasks", "plans", "namespaceManifest"],
];
const TASK_SPEC_FIELDS = [
  ...["resources", "pod", "pipe", "parameter", "wantErr", "fatal", "done", "package", "instanceName"],
  ...["appVersion", "operatorVersion", "parameterFile"],
];

/** Reads operator.yaml (package-format 1.4). Mistakes of type are added to `issues`; the rest is read all the same. */
export function decodeOperator(document: ParsedDocument, issues: Issue[]): OperatorDefinition | undefined {
  const root = readObject(document, [], document.value, issues);
  if (!root) return undefined;
  root.warnUnknown(OPERATOR_FIELDS, "operator.yaml");
  checkApiVersion(root);
  warnUnquotedVersions(root);
  const optional = (name: string): Record<string, string> => {
    const text = root.text(name);
    return text === undefined ? {} : { [name]: text };
  };
  return {
    name: root.text("name") ?? "",
    operatorVersion: root.text("operatorVersion") ?? "",
    ...optional("description"),
    ...optional("appVersion"),
    ...optional("kudoVersion"),
    ...optional("kubernetesVersion"),
    ...optional("url"),
    ...optional("namespaceManifest"),
    maintainers: root.objects("maintainers").map(decodeMaintainer),
    tasks: decodeTasks(root, document, issues),
    plans: decodePlans(root),
  };
}

/** An issue when apiVersion is given and not the one we know. */
export function checkApiVersion(root: ObjectReader): void {
  const apiVersion = root.text("apiVersion");
  if (!apiVersion || apiVersion === PACKAGE_API_VERSION) return;
  root.report("apiVersion", {
    code: "package.apiVersion",
    message: `apiVersion ${apiVersion} is not supported`,
    hint: `write ${PACKAGE_API_VERSION}`,
  });
}

function warnUnquotedVersions(root: ObjectReader): void {
  for (const name of ["operatorVersion", "appVersion", "kudoVersion", "kubernetesVersion"]) {
    if (typeof root.any(name) !== "number") continue;
    root.report(name, {
      severity: "warning",
      code: "package.unquotedVersion",
      message: `${name} is a number and is read as "${root.text(name)}"`,
      hint: "put the version in quotes",
    });
  }
}

function decodeMaintainer(reader: ObjectReader): Maintainer {
  return { name: reader.text("name") ?? "", email: reader.text("email") ?? "" };
}

/** The tasks of operator.yaml, or of the spec of an OperatorVersion. */
export function decodeTasks(root: ObjectReader, document: ParsedDocument, issues: Issue[]): readonly Task[] {
  return root.objects("tasks").map((task) => decodeTask(task, document, issues));
}

function decodeTask(reader: ObjectReader, document: ParsedDocument, issues: Issue[]): Task {
  reader.warnUnknown(["name", "kind", "spec"], "a task");
  const name = reader.text("name") ?? "";
  const kind = reader.text("kind") ?? "";
  const spec = reader.object("spec") ?? readObject(document, [...reader.path, "spec"], {}, issues);
  if (!spec) return { name, kind: "Unknown", given: kind };
  spec.warnUnknown(TASK_SPEC_FIELDS, "the spec of a task");
  return taskOfKind(name, kind, spec);
}

/** A task from its flat spec; also how tasks are stored in an OperatorVersion. */
function taskOfKind(name: string, kind: string, spec: ObjectReader): Task {
  const text = (field: string): string => spec.text(field) ?? "";
  switch (kind) {
    case "Apply":
    case "Delete":
      return { name, kind, resources: spec.texts("resources") };
    case "Toggle":
      return { name, kind, parameter: text("parameter"), resources: spec.texts("resources") };
    case "Pipe":
      return { name, kind, pod: text("pod"), pipe: spec.objects("pipe").map(decodePipe) };
    case "KudoOperator":
      return {
        name,
        kind,
        package: text("package"),
        instanceName: text("instanceName"),
        appVersion: text("appVersion"),
        operatorVersion: text("operatorVersion"),
        parameterFile: text("parameterFile"),
      };
    case "Dummy": {
      const flag = (field: string): boolean => spec.flag(field) ?? false;
      return { name, kind, wantErr: flag("wantErr"), fatal: flag("fatal"), done: flag("done") };
    }
    default:
      return { name, kind: "Unknown", given: kind };
  }
}

function decodePipe(reader: ObjectReader): PipeEntry {
  const file = reader.text("file");
  const envFile = reader.text("envFile");
  reader.warnUnknown(["file", "envFile", "kind", "key"], "a pipe");
  return {
    ...(file && { file }),
    ...(envFile && { envFile }),
    kind: reader.text("kind") ?? "",
    key: reader.text("key") ?? "",
  };
}

/**
 * The plans of operator.yaml, or of the spec of an OperatorVersion, by name; sorted, so that a package read from
 * the cluster has them in the same order.
 */
export function decodePlans(root: ObjectReader): ReadonlyMap<string, Plan> {
  const plans = root.object("plans");
  const names = Object.keys(plans?.value ?? {}).sort();
  return new Map(names.map((name) => [name, decodePlan(name, plans?.object(name))]));
}

function decodePlan(name: string, reader: ObjectReader | undefined): Plan {
  reader?.warnUnknown(["strategy", "phases"], "a plan");
  return {
    name,
    strategy: reader?.text("strategy") ?? "",
    phases: reader?.objects("phases").map(decodePhase) ?? [],
  };
}

function decodePhase(reader: ObjectReader): Phase {
  reader.warnUnknown(["name", "strategy", "steps"], "a phase");
  return {
    name: reader.text("name") ?? "",
    strategy: reader.text("strategy") ?? "",
    steps: reader.objects("steps").map((step) => {
      step.warnUnknown(["name", "tasks"], "a step");
      return { name: step.text("name") ?? "", tasks: step.texts("tasks") };
    }),
  };
}
