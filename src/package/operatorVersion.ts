import { hasErrors, type Issue } from "../base/issue.ts";
import { asObject, canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { digestOf } from "../object/ownership.ts";
import type { ParsedDocument } from "../yaml/parseYaml.ts";
import { decodePlans, decodeTasks, PACKAGE_API_VERSION } from "./decodeOperator.ts";
import {
  type OperatorPackage,
  operatorVersionName,
  type Parameter,
  type Plan,
  type Task,
} from "./operatorPackage.ts";
import { type ObjectReader, readObject } from "./readObject.ts";

/** The Operator of a package: what all its versions share. */
export function toOperator(pkg: OperatorPackage, namespace: string): KubeObject {
  return {
    apiVersion: PACKAGE_API_VERSION,
    kind: "Operator",
    metadata: { name: pkg.name, ...(namespace && { namespace }) },
    spec: withoutEmpty({
      description: pkg.description,
      kudoVersion: pkg.kudoVersion,
      kubernetesVersion: pkg.kubernetesVersion,
      maintainers: pkg.maintainers.map(({ name, email }) => ({ name, email })),
      url: pkg.url,
      namespaceManifest: pkg.namespaceManifest,
    }),
  };
}

/**
 * The OperatorVersion of a package. What it cannot hold (maintainers, url, group, hint and advanced of parameters,
 * groups) is left out, as KUDO does; `fromOperatorVersion` reads the rest back unchanged.
 *
 * @param namespace  empty for none
 */
export function toOperatorVersion(pkg: OperatorPackage, namespace: string): KubeObject {
  return {
    apiVersion: PACKAGE_API_VERSION,
    kind: "OperatorVersion",
    metadata: { name: operatorVersionName(pkg), ...(namespace && { namespace }) },
    spec: specOf(pkg),
  };
}

/**
 * `sha256:` over what an OperatorVersion of the package holds.
 *
 * It is computed from the package, never from the object, so that a copy in which the API server or another client
 * wrote null, nothing or an empty value for the same thing has the same digest.
 */
export function packageDigest(pkg: Omit<OperatorPackage, "digest">): string {
  return digestOf(canonicalJson(specOf(pkg)));
}

/** Reads a package back from the custom resource of a cluster. */
export function fromOperatorVersion(
  object: KubeObject,
): { readonly pkg: OperatorPackage } | { readonly problem: string } {
  const issues: Issue[] = [];
  const document = documentOf(asObject(object.spec));
  const spec = readObject(document, [], document.value, issues);
  if (!spec) return { problem: "the OperatorVersion has no spec" };
  const operator = spec.object("operator")?.text("name") ?? "";
  const appVersion = spec.text("appVersion");
  const pkg: Omit<OperatorPackage, "digest"> = {
    name: operator,
    operatorVersion: spec.text("version") ?? "",
    ...(appVersion && { appVersion }),
    maintainers: [],
    tasks: decodeTasks(spec, document, issues),
    plans: decodePlans(spec),
    parameters: spec.objects("parameters").map(parameterFrom),
    groups: [],
    templates: templatesFrom(spec),
  };
  if (operator === "") return { problem: `OperatorVersion ${object.metadata.name} names no operator` };
  if (hasErrors(issues)) {
    const problems = issues.filter(({ severity }) => severity === "error").map(({ message }) => message);
    return { problem: `OperatorVersion ${object.metadata.name}: ${problems.join("; ")}` };
  }
  return { pkg: { ...pkg, digest: packageDigest(pkg) } };
}

/** A value without a file, for the readers of files. */
function documentOf(value: JsonObject): ParsedDocument {
  const source = { file: undefined, text: "", start: 0, startLine: 1 };
  return { value, isEmpty: false, source, text: "", events: [], firstEvent: 0 };
}

function templatesFrom(spec: ObjectReader): ReadonlyMap<string, string> {
  const templates = spec.object("templates");
  const names = Object.keys(templates?.value ?? {}).sort();
  return new Map(names.map((name) => [name, templates?.text(name) ?? ""]));
}

/** Without `required` a stored parameter is not required; only in params.yaml is it the other way round. */
function parameterFrom(reader: ObjectReader): Parameter {
  const optional = (name: "displayName" | "description" | "trigger"): Partial<Parameter> => {
    const text = reader.text(name);
    return text ? { [name]: text } : {};
  };
  const given = reader.text("default");
  return {
    name: reader.text("name") ?? "",
    ...optional("displayName"),
    ...optional("description"),
    required: reader.flag("required") ?? false,
    ...(given !== undefined && { default: given }),
    ...optional("trigger"),
    type: reader.text("value-type") ?? "",
    immutable: reader.flag("immutable") ?? false,
    ...(reader.any("enum") !== undefined && { enum: reader.texts("enum") }),
  };
}

function specOf(pkg: Omit<OperatorPackage, "digest">): JsonObject {
  return {
    operator: { apiVersion: PACKAGE_API_VERSION, kind: "Operator", name: pkg.name },
    version: pkg.operatorVersion,
    ...withoutEmpty({
      appVersion: pkg.appVersion,
      templates: Object.fromEntries([...pkg.templates].sort(([a], [b]) => (a < b ? -1 : 1))),
      tasks: pkg.tasks.map(taskTo),
      parameters: pkg.parameters.map(parameterTo),
    }),
    plans: Object.fromEntries([...pkg.plans].map(([name, plan]) => [name, planTo(plan)])),
  };
}

function taskTo(task: Task): JsonObject {
  if (task.kind === "Unknown") return { name: task.name, kind: task.given, spec: {} };
  const { name, kind, ...spec } = task;
  if (task.kind === "Pipe") {
    const pipe = task.pipe.map((entry) => ({ ...entry }));
    return { name, kind, spec: withoutEmpty({ pod: task.pod, pipe }) };
  }
  return { name, kind, spec: withoutEmpty(spec as JsonObject) };
}

function planTo(plan: Plan): JsonObject {
  return {
    strategy: plan.strategy,
    phases: plan.phases.map((phase) => ({
      name: phase.name,
      strategy: phase.strategy,
      steps: phase.steps.map((step) => ({ name: step.name, tasks: step.tasks })),
    })),
  };
}

/** `enum` is kept when it is empty: no value is allowed then, which is not the same as no restriction. */
function parameterTo(parameter: Parameter): JsonObject {
  return {
    name: parameter.name,
    ...withoutEmpty({ displayName: parameter.displayName, description: parameter.description }),
    required: parameter.required,
    ...(parameter.default !== undefined && { default: parameter.default }),
    ...withoutEmpty({
      trigger: parameter.trigger,
      "value-type": parameter.type,
      immutable: parameter.immutable,
    }),
    ...(parameter.enum && { enum: parameter.enum }),
  };
}

/** Members that say something: not undefined, null, false, empty text, an empty list or an empty mapping. */
function withoutEmpty(object: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
