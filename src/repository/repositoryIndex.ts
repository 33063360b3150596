import { createHash } from "node:crypto";
import { hasErrors, type Issue } from "../base/issue.ts";
import { asList, asObject, asString, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { Maintainer, OperatorPackage } from "../package/operatorPackage.ts";
import { parseYaml } from "../yaml/parseYaml.ts";
import { issueAt, type YamlPath } from "../yaml/positionOf.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";
import { fitsWish, newestFirst, type VersionWish } from "./versionWish.ts";

/** One version of a package in a repository. */
export interface IndexEntry {
  readonly name: string;
  readonly operatorVersion: string;
  readonly appVersion?: string;
  readonly description?: string;
  readonly maintainers: readonly Maintainer[];
  /** Where its archive lies; relative ones are below the repository's URL. Tried in order. */
  readonly urls: readonly string[];
  /** SHA-256 of the archive, lower-case hex. */
  readonly digest?: string;
  /** Withdrawn: found by nobody, kept so that its versions are not given again. */
  readonly removed?: boolean;
}

/** What a repository has, `index.yaml` (package-format 9.3). */
export interface RepositoryIndex {
  /** RFC 3339; empty when the file does not say. */
  readonly generated: string;
  /** By package, newest first: by app version, then by operator version; what is no version last. */
  readonly entries: ReadonlyMap<string, readonly IndexEntry[]>;
}

/** What a repository lists its packages in. */
export const INDEX_FILE = "index.yaml";

/**
 * Reads an index; with an error among the issues there is none. Entries that nobody could use are left out with a
 * warning, so that one of them does not take a whole repository away.
 */
export function parseIndex(
  text: string,
  file: string,
): { readonly index?: RepositoryIndex; readonly issues: readonly Issue[] } {
  const { documents, issues } = parseYaml(text, file);
  const [document] = documents;
  if (!document || hasErrors(issues)) return { issues };
  const found = [...issues];
  const problem = (severity: Issue["severity"], path: YamlPath, message: string): void => {
    found.push(issueAt(document, path, { severity, code: "repository.index", message }));
  };
  const root = asObject(document.value);
  if (root.apiVersion !== "v1") {
    problem(
      "error",
      ["apiVersion"],
      `an index has the apiVersion v1, not ${JSON.stringify(root.apiVersion ?? null)}`,
    );
    return { issues: found };
  }
  const entries = readEntries(asObject(root.entries), (path, message) => problem("warning", path, message));
  return { index: { generated: asString(root.generated) ?? "", entries }, issues: found };
}

function readEntries(
  packages: JsonObject,
  problem: (path: YamlPath, message: string) => void,
): ReadonlyMap<string, readonly IndexEntry[]> {
  const entries = new Map<string, readonly IndexEntry[]>();
  for (const [name, versions] of Object.entries(packages)) {
    if (!Array.isArray(versions) && versions !== null)
      problem(["entries", name], "a package has a list of entries");
    const read: IndexEntry[] = [];
    for (const [at, version] of asList(versions).entries()) {
      const entry = isJsonObject(version) ? readEntry(name, version) : undefined;
      if (entry === undefined) problem(["entries", name, at], "an entry needs an operatorVersion and urls");
      else if (read.some((other) => isSameVersion(other, entry)))
        problem(["entries", name, at], `${fileVersion(entry)} of ${name} is there twice`);
      else read.push(entry);
    }
    entries.set(name, read.sort(newestFirst));
  }
  return entries;
}

function readEntry(key: string, value: JsonObject): IndexEntry | undefined {
  const operatorVersion = textOf(value.operatorVersion);
  const urls = asList(value.urls).flatMap((url) => asString(url) ?? []);
  if (operatorVersion === undefined || urls.length === 0) return undefined;
  const appVersion = textOf(value.appVersion);
  const description = asString(value.description);
  const digest = asString(value.digest)?.toLowerCase();
  return {
    name: asString(value.name) ?? key,
    operatorVersion,
    ...(appVersion && { appVersion }),
    ...(description && { description }),
    maintainers: asList(value.maintainers).map((item) => {
      const { name, email } = asObject(item);
      return { name: asString(name) ?? "", email: asString(email) ?? "" };
    }),
    urls,
    ...(digest && { digest }),
    ...(value.removed === true && { removed: true }),
  };
}

/** An unquoted `0.1` is a number in YAML. */
function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "number" ? String(value) : asString(value);
}

/** The text of `index.yaml`. */
export function printIndex({ generated, entries }: RepositoryIndex): string {
  const names = [...entries.keys()].sort();
  const packages = names.map((name) => [name, (entries.get(name) ?? []).map(entryDocument)] as const);
  return stringifyYaml({ apiVersion: "v1", entries: Object.fromEntries(packages), generated });
}

function entryDocument(entry: IndexEntry): JsonObject {
  return { ...entry, maintainers: entry.maintainers.map((maintainer) => ({ ...maintainer })) };
}

/** The entry of a package whose archive lies at `url`. */
export function entryOf(pkg: OperatorPackage, archive: Uint8Array, url: string): IndexEntry {
  const { name, operatorVersion, appVersion, description, maintainers } = pkg;
  return {
    name,
    operatorVersion,
    ...(appVersion && { appVersion }),
    ...(description && { description }),
    maintainers,
    urls: [url],
    digest: createHash("sha256").update(archive).digest("hex"),
  };
}

/** An index of these entries. @throws Error when a version of a package is there twice */
export function indexOf(entries: readonly IndexEntry[], generated: string): RepositoryIndex {
  const packages = new Map<string, IndexEntry[]>();
  for (const entry of entries) {
    const known = packages.get(entry.name) ?? [];
    if (known.some((other) => isSameVersion(other, entry)))
      throw new Error(`${entry.name} ${fileVersion(entry)} is there twice`);
    packages.set(entry.name, [...known, entry].sort(newestFirst));
  }
  return { generated, entries: packages };
}

/** Both together; where both have a version of a package, that of `first` stays. */
export function mergeIndexes(first: RepositoryIndex, second: RepositoryIndex): RepositoryIndex {
  const all = [...first.entries.values()].flat();
  const added = [...second.entries.values()]
    .flat()
    .filter((entry) => !all.some((other) => other.name === entry.name && isSameVersion(other, entry)));
  return indexOf([...all, ...added], first.generated);
}

/** The newest entry of a package that fits; `undefined` when there is none. */
export function findEntry(index: RepositoryIndex, name: string, wish: VersionWish): IndexEntry | undefined {
  return entriesOf(index, name).find((entry) => fitsWish(entry, wish));
}

/** The entries of a package that were not withdrawn, newest first. */
export function entriesOf({ entries }: RepositoryIndex, name: string): readonly IndexEntry[] {
  return (entries.get(name) ?? []).filter(({ removed }) => removed !== true);
}

/** The packages that can be had. */
export function packageNames(index: RepositoryIndex): readonly string[] {
  return [...index.entries.keys()].filter((name) => entriesOf(index, name).length > 0);
}

function isSameVersion(a: IndexEntry, b: IndexEntry): boolean {
  return a.operatorVersion === b.operatorVersion && (a.appVersion ?? "") === (b.appVersion ?? "");
}

/** `3.4.14_0.3.0`, or the operator version alone. */
function fileVersion({ appVersion, operatorVersion }: IndexEntry): string {
  return appVersion ? `${appVersion}_${operatorVersion}` : operatorVersion;
}

/** The file that a package's archive is written to: `<name>-<appVersion>_<operatorVersion>.tgz` (package-format 1.2). */
export function archiveName({
  name,
  appVersion,
  operatorVersion,
}: Pick<OperatorPackage, "name" | "appVersion" | "operatorVersion">): string {
  return appVersion ? `${name}-${appVersion}_${operatorVersion}.tgz` : `${name}-${operatorVersion}.tgz`;
}
