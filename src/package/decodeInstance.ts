import { hasErrors, type Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { ANNOTATION_SYNC } from "../object/ownership.ts";
import { type ParsedDocument, parseYaml } from "../yaml/parseYaml.ts";
import { issueAt, lineOf, type YamlPath } from "../yaml/positionOf.ts";
import { PACKAGE_API_VERSION } from "./decodeOperator.ts";
import { DEFAULT_SYNC_OPTIONS, type InstanceFile, type SyncOptions } from "./instanceFile.ts";
import { parameterTexts } from "./parameterFiles.ts";
import { describe } from "./readObject.ts";
import { decodeSyncOptions } from "./syncOptions.ts";

/** An instance as its document says it, before parameter files are merged in. */
export interface DecodedInstance {
  readonly instance: InstanceFile;
  readonly document: ParsedDocument;
  /** Where the paths of the parameter files stand. */
  readonly filesPath: YamlPath;
}

/** What became of a document: an instance, or at least its name when that can be read. */
export interface InstanceReading {
  readonly decoded?: DecodedInstance;
  readonly name?: string;
  readonly namespace?: string;
  readonly issues: readonly Issue[];
}

/** Where an instance without a namespace goes, as with kubectl when its context names none. */
const DEFAULT_NAMESPACE = "default";
/** The name is the value of a label on every object of the instance. */
const NAME_MAX = 63;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** True for a document that is, or means to be, an Instance. */
export function isInstanceDocument(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value) || typeof value.apiVersion !== "string") return false;
  if (!value.apiVersion.startsWith("kudo.dev/")) return false;
  return value.kind !== "Operator" && value.kind !== "OperatorVersion";
}

/** Reads one document of kind Instance. All its mistakes are reported at once; with an error there is no instance. */
export function decodeInstance(document: ParsedDocument, value: JsonObject, file: string): InstanceReading {
  const issues: Issue[] = [];
  const report: Report = (path, message, { hint, part } = {}) => {
    issues.push(
      issueAt(document, path, {
        severity: "error",
        code: "instance.invalid",
        message,
        ...(hint && { hint }),
        ...(part && { part }),
      }),
    );
  };
  checkKind(value, report);
  checkKeys(value, [], ["apiVersion", "kind", "metadata", "spec", "sync", "status"], "an Instance", report);
  const metadata = mapping(value.metadata, ["metadata"], report);
  const name = nameOf(metadata, report);
  const namespace = namespaceOf(metadata, report);
  const spec = mapping(value.spec, ["spec"], report);
  checkSpec(spec, report);
  const operatorVersion = operatorVersionOf(spec, report);
  const labels = texts(metadata.labels, ["metadata", "labels"], report);
  const annotations = texts(metadata.annotations, ["metadata", "annotations"], report);
  const sync = syncOf(value, annotations, report);
  const given = parameterTexts(
    document,
    ["spec", "parameters"],
    mapping(spec.parameters, ["spec", "parameters"], report),
  );
  issues.push(...given.issues);
  const known = { ...(name && { name }), ...(namespace && { namespace }) };
  if (hasErrors(issues) || !name || !namespace || !operatorVersion) return { ...known, issues };
  const { [ANNOTATION_SYNC]: _, ...others } = annotations;
  const instance: InstanceFile = {
    name,
    namespace,
    operatorVersion,
    parameters: given.values,
    labels,
    annotations: others,
    sync: sync.options,
    file,
    line: lineOf(document),
  };
  return { ...known, decoded: { instance, document, filesPath: sync.filesPath }, issues };
}

type Report = (path: YamlPath, message: string, more?: { hint?: string; part?: "key" | "value" }) => void;

function checkKind({ apiVersion, kind }: JsonObject, report: Report): void {
  if (kind !== "Instance") {
    const shown = typeof kind === "string" ? `"${kind}"` : describe(kind);
    report(["kind"], `kudo.dev has no kind ${shown}${didYouMean(String(kind), ["Instance"])}`);
  } else if (apiVersion !== PACKAGE_API_VERSION) {
    report(["apiVersion"], `apiVersion ${String(apiVersion)} is not supported`, {
      hint: `write ${PACKAGE_API_VERSION}`,
    });
  }
}

function checkKeys(
  value: JsonObject,
  path: YamlPath,
  known: readonly string[],
  what: string,
  report: Report,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    report([...path, key], `${what} has no field "${key}"${didYouMean(key, known)}`, { part: "key" });
  }
}

function checkSpec(spec: JsonObject, report: Report): void {
  if (spec.planExecution !== undefined) {
    report(["spec", "planExecution"], "spec.planExecution starts plans by hand and cannot come from Git", {
      part: "key",
      hint: "use lockstep plan trigger",
    });
  }
  checkKeys(
    spec,
    ["spec"],
    ["operatorVersion", "parameters", "planExecution"],
    "the spec of an Instance",
    report,
  );
}

function mapping(value: JsonValue | undefined, path: YamlPath, report: Report): JsonObject {
  if (value === undefined || value === null) return {};
  if (isJsonObject(value)) return value;
  report(path, `${path.join(".")} must be a mapping, not ${describe(value)}`);
  return {};
}

function nameOf({ name }: JsonObject, report: Report): string | undefined {
  const path = ["metadata", "name"];
  if (typeof name !== "string" || name === "") {
    const isMissing = name === undefined || name === null || name === "";
    if (isMissing) report(path, "the instance has no metadata.name");
    else report(path, `metadata.name must be text, not ${describe(name)}`, { hint: "put it in quotes" });
    return undefined;
  }
  if (name.length > NAME_MAX) {
    report(path, `the name "${name}" has ${name.length} characters; ${NAME_MAX} is the most`, {
      hint: "it becomes the value of a label on every object of the instance",
    });
  } else if (!NAME.test(name)) {
    report(path, `"${name}" cannot be the name of an object`, {
      hint: "use lower-case letters, digits, - and .",
    });
  }
  return name;
}

function namespaceOf({ namespace }: JsonObject, report: Report): string | undefined {
  if (namespace === undefined || namespace === null || namespace === "") return DEFAULT_NAMESPACE;
  if (typeof namespace === "string" && NAMESPACE.test(namespace) && namespace.length <= NAME_MAX)
    return namespace;
  report(["metadata", "namespace"], `${JSON.stringify(namespace)} cannot be the name of a namespace`);
  return undefined;
}

function operatorVersionOf(spec: JsonObject, report: Report): InstanceFile["operatorVersion"] | undefined {
  const path = ["spec", "operatorVersion"];
  const ref = mapping(spec.operatorVersion, path, report);
  checkKeys(ref, path, ["name", "namespace", "apiVersion", "kind"], "spec.operatorVersion", report);
  const { name, namespace } = ref;
  if (typeof name !== "string" || name === "") {
    report([...path, "name"], "the instance names no operator version: spec.operatorVersion.name is missing");
    return undefined;
  }
  return { name, ...(typeof namespace === "string" && namespace !== "" && { namespace }) };
}

function texts(
  value: JsonValue | undefined,
  path: YamlPath,
  report: Report,
): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [key, member] of Object.entries(mapping(value, path, report))) {
    if (typeof member === "string") result[key] = member;
    else
      report([...path, key], `${path.join(".")}.${key} must be text, not ${describe(member)}`, {
        hint: "put it in quotes",
      });
  }
  return result;
}

interface SyncReading {
  readonly options: SyncOptions;
  readonly filesPath: YamlPath;
}

/** From the top-level mapping, or from the annotation that means the same. */
function syncOf(
  value: JsonObject,
  annotations: Readonly<Record<string, string>>,
  report: Report,
): SyncReading {
  const annotation = annotations[ANNOTATION_SYNC];
  const annotationPath = ["metadata", "annotations", ANNOTATION_SYNC];
  if (annotation === undefined) return readSync(value.sync ?? null, ["sync"], true, report);
  if (value.sync !== undefined && value.sync !== null) {
    report(["sync"], `sync and the annotation ${ANNOTATION_SYNC} say the same thing; keep one of them`, {
      part: "key",
    });
    return { options: DEFAULT_SYNC_OPTIONS, filesPath: annotationPath };
  }
  const { documents, issues } = parseYaml(annotation);
  const problem = issues.find(({ severity }) => severity === "error");
  if (problem) report(annotationPath, `the annotation ${ANNOTATION_SYNC} is not YAML: ${problem.message}`);
  return readSync(documents[0]?.value ?? null, annotationPath, false, report);
}

function readSync(value: JsonValue, path: YamlPath, hasKeys: boolean, report: Report): SyncReading {
  const { options, problems } = decodeSyncOptions(value);
  for (const { key, part, message } of problems) {
    if (key !== undefined && hasKeys) report([...path, key], message, { part });
    else report(path, message);
  }
  return { options, filesPath: hasKeys ? [...path, "parameterFiles"] : path };
}
