import type { Issue } from "../base/issue.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { parseDocuments } from "./parseDocuments.ts";
import type { ParsedDocument, ParseOptions } from "./parseYaml.ts";
import { issueAt, type YamlPath } from "./positionOf.ts";

/** An object and where it stands: in `document`, at `path` (not empty for a member of a List). */
export interface ParsedObject {
  readonly object: KubeObject;
  readonly document: ParsedDocument;
  readonly path: YamlPath;
}

/** More mistakes of one text than anybody reads; finding the place of each costs time. */
const MAX_ISSUES = 200;

/**
 * Reads the Kubernetes objects of a text, in order: documents cut as in package-format 5.4, Lists unfolded.
 *
 * Whatever is no object is an issue with its place; the others are returned all the same. Each object has
 * apiVersion, kind, and metadata with a name.
 */
export function parseObjects(
  text: string,
  file?: string,
  options: ParseOptions = {},
): { readonly objects: readonly ParsedObject[]; readonly issues: readonly Issue[] } {
  const { documents, issues } = parseDocuments(text, file, options);
  const objects: ParsedObject[] = [];
  const found: Issue[] = [...issues];
  for (const document of documents) {
    if (found.length > MAX_ISSUES) break;
    found.push(...collect(document, document.value, [], objects));
  }
  return { objects, issues: found };
}

/**
 * Reads the first document of a text as one Kubernetes object, which may be without a name: it is to get one. What
 * follows it does not count.
 */
export function parseFirstObject(
  text: string,
  file?: string,
  options: ParseOptions = {},
): { readonly object?: KubeObject; readonly issues: readonly Issue[] } {
  const { documents, issues } = parseDocuments(text, file, options);
  const [document] = documents;
  if (!document) return { issues };
  const { value } = document;
  if (!isJsonObject(value)) return { issues: collect(document, value, [], []) };
  const metadata = isJsonObject(value.metadata) ? value.metadata : {};
  const named = { ...value, metadata: { ...metadata, name: metadata.name || "unnamed" } };
  const shape = shapeIssues(document, named, []);
  return shape.length > 0 ? { issues: shape } : { object: named as unknown as KubeObject, issues: [] };
}

/** Adds the object, or the members of the List, to `objects`. */
function collect(
  document: ParsedDocument,
  value: JsonValue,
  path: YamlPath,
  objects: ParsedObject[],
): Issue[] {
  if (!isJsonObject(value)) {
    if (value === null) return [];
    return [
      problem(document, path, "object.notMapping", `this is ${describe(value)}, not a Kubernetes object`),
    ];
  }
  const { kind, items } = value;
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items) && !isJsonObject(value.spec))
    return items.flatMap((item, index) => collect(document, item, [...path, "items", index], objects));
  const issues = shapeIssues(document, value, path);
  const metadata = isJsonObject(value.metadata) ? value.metadata : {};
  if (issues.length === 0) objects.push({ object: { ...value, metadata } as KubeObject, document, path });
  return issues;
}

function shapeIssues(document: ParsedDocument, value: JsonObject, path: YamlPath): Issue[] {
  const issues: Issue[] = [];
  for (const field of ["apiVersion", "kind"] as const) {
    const given = value[field];
    if (typeof given === "string" && given !== "") continue;
    const message =
      given === undefined || given === null || given === ""
        ? `the object has no ${field}`
        : `${field} must be text`;
    issues.push(problem(document, [...path, field], `object.${field}`, message));
  }
  const name = isJsonObject(value.metadata) ? value.metadata.name : undefined;
  if (typeof name === "string" && name !== "") return issues;
  const what = typeof value.kind === "string" ? value.kind : "object";
  const isMissing = name === undefined || name === null || name === "";
  const message = isMissing ? `the ${what} has no metadata.name` : "metadata.name must be text";
  const hint = isMissing ? undefined : `quote it: "${String(name)}"`;
  return [...issues, problem(document, [...path, "metadata", "name"], "object.name", message, hint)];
}

function problem(
  document: ParsedDocument,
  path: YamlPath,
  code: string,
  message: string,
  hint?: string,
): Issue {
  return issueAt(document, path, { severity: "error", code, message, ...(hint !== undefined && { hint }) });
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "plain text" : `a ${typeof value}`;
}
