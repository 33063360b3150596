import { posix } from "node:path";
import { hasErrors, type Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { isJsonObject, type JsonObject } from "../object/json.ts";
import type { FileTree } from "../source/fileTree.ts";
import { type ParsedDocument, parseYaml } from "../yaml/parseYaml.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";
import { instanceText } from "./parameterText.ts";
import { describe } from "./readObject.ts";

/** Parameters as KUDO stores them, with the mistakes among them. */
export interface ParameterTexts {
  readonly values: Readonly<Record<string, string>>;
  readonly issues: readonly Issue[];
}

/** Parameters of a file, or why there are none. */
export type ParameterFile =
  | ({ readonly kind: "read" } & ParameterTexts)
  | { readonly kind: "missing"; readonly message: string; readonly hint?: string };

/** Reads parameter files of a snapshot, each once however many instances name it. */
export interface ParameterFileReader {
  /** @param from  path of the instance file that `path` is relative to */
  read(from: string, path: string): Promise<ParameterFile>;
}

/** A reader for one snapshot; drop it with the snapshot. */
export function createParameterFileReader(tree: FileTree): ParameterFileReader {
  const known = new Map<string, Promise<ParameterFile>>();
  return {
    read: (from, path) => {
      const target = resolveInside(from, path);
      if (typeof target !== "string") return Promise.resolve(target);
      const reading = known.get(target) ?? readParameterFile(tree, target);
      known.set(target, reading);
      return reading;
    },
  };
}

function resolveInside(from: string, path: string): string | ParameterFile {
  const target = posix.join(posix.dirname(from), path);
  if (!path.startsWith("/") && target !== ".." && !target.startsWith("../")) return target;
  return { kind: "missing", message: `the parameter file ${path} lies outside the repository` };
}

async function readParameterFile(tree: FileTree, path: string): Promise<ParameterFile> {
  const text = await tree.read(path);
  if (text === undefined) return missing(tree, path);
  return { kind: "read", ...parseParameterFile(text, path) };
}

/** Reads the text of a parameter file; with an error among the issues its values must not be used. */
export function parseParameterFile(text: string, file: string): ParameterTexts {
  const { documents, issues } = parseYaml(text, file);
  const [document] = documents;
  if (!document || document.value === null || hasErrors(issues)) return { values: {}, issues };
  if (!isJsonObject(document.value)) {
    const message = `a parameter file is a mapping from names to values, not ${describe(document.value)}`;
    const issue = issueAt(document, [], { severity: "error", code: "instance.parameterFile", message });
    return { values: {}, issues: [...issues, issue] };
  }
  const read = parameterTexts(document, [], document.value);
  return { values: read.values, issues: [...issues, ...read.issues] };
}

function missing(tree: FileTree, path: string): ParameterFile {
  if (tree.symlinks.includes(path)) {
    return {
      kind: "missing",
      message: `the parameter file ${path} is a symlink, which is not followed`,
      hint: "commit the file itself",
    };
  }
  const candidates = tree.paths.filter((candidate) => /\.ya?ml$/.test(candidate));
  return { kind: "missing", message: `there is no parameter file ${path}${didYouMean(path, candidates)}` };
}

/**
 * Values of a mapping as KUDO stores them (package-format 2.6).
 *
 * @param path  where the mapping stands in the document
 */
export function parameterTexts(
  document: ParsedDocument,
  path: YamlPath,
  mapping: JsonObject,
): ParameterTexts {
  const values: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(mapping)) {
    const text = instanceText(value ?? null);
    if (text === undefined) issues.push(nullIssue(document, [...path, name], name));
    else values[name] = text;
  }
  return { values, issues };
}

function nullIssue(document: ParsedDocument, path: YamlPath, name: string): Issue {
  return issueAt(document, path, {
    severity: "error",
    code: "instance.parameterNull",
    message: `parameter ${name} has no value`,
    hint: 'write "" for the empty text, or take the line out for the default',
  });
}
