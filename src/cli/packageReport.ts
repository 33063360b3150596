import { formatIssue, type Issue } from "../base/issue.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import { loadPackage } from "../package/loadPackage.ts";
import { OPERATOR_FILE } from "../package/packageFiles.ts";
import { verifyPackage } from "../package/verifyPackage.ts";
import type { FileTree } from "../source/fileTree.ts";
import type { CliIo } from "./cliIo.ts";
import { paletteFor } from "./output.ts";

/** What there is to say of a package, sorted by place; files as a person can open them. */
export interface PackageReport {
  readonly errors: readonly Issue[];
  readonly warnings: readonly Issue[];
  /** `undefined` when it cannot be read. */
  readonly loaded: LoadedPackage | undefined;
}

/** One look at a package. */
export type PackageCheck = (loaded: LoadedPackage) => readonly Issue[];

/**
 * Verifies the package at the root of a tree.
 *
 * @param shown   what the tree is called in places: a folder or an archive
 * @param checks  what to look at
 */
export async function reportPackage(
  tree: FileTree,
  shown: string,
  checks: readonly PackageCheck[] = [verifyPackage],
): Promise<PackageReport> {
  const { loaded, issues } = await loadPackage(tree, "");
  const found = loaded ? checks.flatMap((check) => check(loaded)) : [];
  const all = [...issues.map((issue) => withNested(tree, issue)), ...found]
    .map((issue) => inShown(shown, issue))
    .sort(byPlace);
  return {
    errors: all.filter(({ severity }) => severity === "error"),
    warnings: all.filter(({ severity }) => severity === "warning"),
    loaded,
  };
}

/** A package that lies one folder too deep: the usual mistake of archives that were made by hand. */
function withNested(tree: FileTree, issue: Issue): Issue {
  if (issue.code !== "package.fileMissing" || issue.file !== OPERATOR_FILE || issue.hint) return issue;
  const nested = tree.paths.find((path) => /^[^/]+\/operator\.yaml$/.test(path));
  return nested ? { ...issue, hint: `${OPERATOR_FILE} must be at the root, not in ${nested}` } : issue;
}

/** With the path that the person can open. */
function inShown(shown: string, issue: Issue): Issue {
  if (issue.file === undefined || shown === ".") return issue;
  const { file, excerpt } = issue;
  const calls = excerpt?.replaceAll(` called at ${file}:`, ` called at ${shown}/${file}:`);
  return { ...issue, file: `${shown}/${file}`, ...(calls !== undefined && { excerpt: calls }) };
}

function byPlace(a: Issue, b: Issue): number {
  const byFile = (a.file ?? "").localeCompare(b.file ?? "");
  return byFile || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** The issues under their headings; empty when there are none. */
export function reportText({ errors, warnings }: PackageReport, io: CliIo): string {
  const palette = paletteFor(io);
  const section = (title: string, issues: readonly Issue[]): string =>
    issues.length === 0 ? "" : `${title}\n${issues.map((issue) => `${withoutSeverity(issue)}\n`).join("")}\n`;
  return section(palette.busy("Warnings"), warnings) + section(palette.bad("Errors"), errors);
}

/** The heading says the severity already. */
function withoutSeverity(issue: Issue): string {
  return formatIssue(issue).slice(issue.severity.length + 2);
}
