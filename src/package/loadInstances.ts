import { hasErrors, type Issue } from "../base/issue.ts";
import { instanceKey } from "../object/ownership.ts";
import type { FileTree } from "../source/fileTree.ts";
import { parseDocuments } from "../yaml/parseDocuments.ts";
import { tooLargeIssue } from "../yaml/parseYaml.ts";
import { issueAt } from "../yaml/positionOf.ts";
import { type DecodedInstance, decodeInstance, isInstanceDocument } from "./decodeInstance.ts";
import type { InstanceFile } from "./instanceFile.ts";
import { belongsToPackage, isBelow, packageFolders } from "./packageFiles.ts";
import { createParameterFileReader, type ParameterFileReader } from "./parameterFiles.ts";

/** Characters of a file with instances; to read more would keep the service from its other work. */
const MAX_FILE = 1024 * 1024;
/** Codes of issues that leave instances of the file unread. */
const UNREAD: readonly string[] = ["yaml.syntax", "yaml.tooLarge", "yaml.documents"];

/** A document that is meant to be an instance and cannot be used; its last good state must stay. */
export interface BrokenInstance {
  readonly file: string;
  /** As far as they could be read. */
  readonly name?: string;
  readonly namespace?: string;
}

/** The instance files of a tree, those that can be read and the others. */
export interface LoadedInstances {
  /** In the order of their files. */
  readonly instances: readonly InstanceFile[];
  readonly broken: readonly BrokenInstance[];
  readonly issues: readonly Issue[];
}

/** Other YAML of a repository, charts with template expressions in it above all, is not looked at. */
const LOOKS_LIKE_KUDO = /^[^#\n]*\bapiVersion["']?\s*:\s*["']?kudo\.dev\//m;

/**
 * Reads every document of kind Instance in the YAML files under a path, except in packages.
 *
 * A broken document stops no other. Of several instances with the same namespace and name none is taken.
 */
export async function loadInstances(tree: FileTree, path: string): Promise<LoadedInstances> {
  const folders = packageFolders(tree, "");
  const files = tree.paths.filter(
    (file) => isBelow(path, file) && /\.ya?ml$/.test(file) && !belongsToPackage(folders, file),
  );
  const parameterFiles = createParameterFileReader(tree);
  const collected: Collected = { decoded: [], broken: [], issues: new Set() };
  for (const file of files) {
    const text = await tree.read(file);
    if (text !== undefined && LOOKS_LIKE_KUDO.test(text)) readFile(file, text, collected);
  }
  const unique = withoutNamesakes(collected);
  const instances: InstanceFile[] = [];
  for (const decoded of unique) {
    const instance = await mergeParameterFiles(decoded, parameterFiles, collected);
    if (instance) instances.push(instance);
  }
  return { instances, broken: collected.broken, issues: [...collected.issues] };
}

interface Collected {
  readonly decoded: DecodedInstance[];
  readonly broken: BrokenInstance[];
  /** A set, because the issues of one parameter file come with every instance that names it. */
  readonly issues: Set<Issue>;
}

function readFile(file: string, text: string, { decoded, broken, issues }: Collected): void {
  const parsed =
    text.length > MAX_FILE
      ? { documents: [], issues: [tooLargeIssue(text, MAX_FILE, file)] }
      : parseDocuments(text, file);
  for (const issue of parsed.issues) issues.add(issue);
  if (parsed.issues.some(({ code }) => UNREAD.includes(code))) broken.push({ file });
  for (const document of parsed.documents) {
    if (!isInstanceDocument(document.value)) continue;
    const reading = decodeInstance(document, document.value, file);
    for (const issue of reading.issues) issues.add(issue);
    if (reading.decoded) decoded.push(reading.decoded);
    else {
      const { name, namespace } = reading;
      broken.push({ file, ...(name && { name }), ...(namespace && { namespace }) });
    }
  }
}

/** The instances whose name nobody else has; an issue, and no instance, for the others. */
function withoutNamesakes({ decoded, broken, issues }: Collected): readonly DecodedInstance[] {
  const byKey = Map.groupBy(decoded, ({ instance }) => instanceKey(instance));
  return decoded.filter((item) => {
    const key = instanceKey(item.instance);
    const others = (byKey.get(key) ?? []).filter((other) => other !== item);
    if (others.length === 0) return true;
    const places = others.map(({ instance }) => `${instance.file}:${instance.line}`).join(", ");
    const message = `there are several instances ${key}: here and at ${places}`;
    const hint = "none of them is taken until one is left";
    issues.add(
      issueAt(item.document, ["metadata", "name"], {
        severity: "error",
        code: "instance.duplicate",
        message,
        hint,
      }),
    );
    broken.push({ file: item.instance.file, name: item.instance.name, namespace: item.instance.namespace });
    return false;
  });
}

async function mergeParameterFiles(
  { instance, document, filesPath }: DecodedInstance,
  reader: ParameterFileReader,
  { broken, issues }: Collected,
): Promise<InstanceFile | undefined> {
  const paths = instance.sync.parameterFiles;
  if (paths.length === 0) return instance;
  const merged: Record<string, string> = {};
  let isComplete = true;
  for (const [index, path] of paths.entries()) {
    const file = await reader.read(instance.file, path);
    if (file.kind === "read") {
      Object.assign(merged, file.values);
      for (const issue of file.issues) issues.add(issue);
      if (hasErrors(file.issues)) isComplete = false;
      continue;
    }
    isComplete = false;
    const { message, hint } = file;
    const at = [...filesPath, index];
    issues.add(
      issueAt(document, at, {
        severity: "error",
        code: "instance.parameterFile",
        message,
        ...(hint && { hint }),
      }),
    );
  }
  if (isComplete) return { ...instance, parameters: { ...merged, ...instance.parameters } };
  broken.push({ file: instance.file, name: instance.name, namespace: instance.namespace });
  return undefined;
}
