import { posix } from "node:path";
import type { Issue } from "../base/issue.ts";
import { instanceKey } from "../object/ownership.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import { type BrokenInstance, loadInstances } from "../package/loadInstances.ts";
import { loadPackages } from "../package/loadPackages.ts";
import { operatorVersionName } from "../package/operatorPackage.ts";
import { PackageArchives } from "../package/packageArchives.ts";
import { isBelow } from "../package/packageFiles.ts";
import type { Snapshot } from "../source/snapshot.ts";
import type { LoadedRevision } from "./loadedRevision.ts";
import { type PackageOrigins, PackageResolver } from "./packageResolver.ts";

/** What stays from one revision of a source to the next. */
export interface RevisionMemory {
  readonly archives: PackageArchives;
  readonly resolver: PackageResolver;
}

/** Nothing known yet. */
export function newRevisionMemory(source: string, origins: PackageOrigins): RevisionMemory {
  return { archives: new PackageArchives(), resolver: new PackageResolver(source, origins) };
}

/**
 * Reads packages (of the whole repository) and instances (below `path`) of a snapshot, and finds what these packages
 * depend on.
 *
 * @param path  from the root of the repository, as configured; `.` or empty for all of it
 */
export async function loadRevision(
  { revision, tree }: Snapshot,
  path: string,
  memory: RevisionMemory,
  signal: AbortSignal,
): Promise<LoadedRevision> {
  const root = normalizePath(path);
  if (!tree.paths.some((file) => isBelow(root, file))) return emptyRevision(revision, root);
  const found = await loadInstances(tree, root);
  const read = await loadPackages(tree, "", { archives: memory.archives, signal });
  const named = found.instances.map(({ operatorVersion }) => operatorVersion.name);
  const chosen = choosePackages(read.packages, root, named);
  const folders = [
    ...read.packages
      .filter(({ pkg }) => named.includes(operatorVersionName(pkg)))
      .map(({ files }) => files.folder),
    ...read.broken
      .filter(({ name }) => name !== undefined && named.some((version) => version.startsWith(`${name}-`)))
      .map(({ folder }) => folder),
  ];
  // A package elsewhere in the repository that no instance here uses is somebody else's business.
  const concerns = ({ file = "" }: Issue): boolean =>
    isBelow(root, file) || folders.some((folder) => isBelow(folder, file));
  const resolved = await memory.resolver.resolve(
    {
      packages: chosen.packages,
      broken: read.broken.flatMap(({ name }) => name ?? []),
      instances: found.instances,
    },
    signal,
  );
  const unknown = found.broken.filter((item) => keyOf(item) === undefined);
  return {
    revision,
    packages: resolved.packages,
    dependencies: resolved.dependencies,
    instances: found.instances,
    broken: new Set(found.broken.flatMap((item) => keyOf(item) ?? [])),
    issues: [...read.issues.filter(concerns), ...chosen.issues, ...resolved.issues, ...found.issues],
    completeness: unknown.length > 0 ? "partial" : "complete",
    packagesComplete: read.broken.length === 0 && chosen.issues.length === 0 && resolved.issues.length === 0,
    mayRetry: resolved.mayRetry,
  };
}

/** A configured path as the loaders take it: no leading `./`, no slash at either end. */
export function normalizePath(path: string): string {
  const normal = posix.normalize(path).replace(/^\/+|\/+$/g, "");
  return normal === "." ? "" : normal;
}

function emptyRevision(revision: string, path: string): LoadedRevision {
  return {
    revision,
    packages: new Map(),
    dependencies: new Map(),
    instances: [],
    broken: new Set(),
    issues: [
      {
        severity: "error",
        code: "sync.emptyRevision",
        message: path ? `the revision has no files below ${path}` : "the revision has no files",
        hint: "check path and ref of the source; nothing is removed because of it",
      },
    ],
    completeness: "empty",
    packagesComplete: false,
    mayRetry: false,
  };
}

/** One package for each name: below the path before elsewhere; equal copies are one. */
function choosePackages(
  loaded: readonly LoadedPackage[],
  root: string,
  named: readonly string[],
): { readonly packages: ReadonlyMap<string, LoadedPackage>; readonly issues: readonly Issue[] } {
  const packages = new Map<string, LoadedPackage>();
  const issues: Issue[] = [];
  for (const [name, all] of Map.groupBy(loaded, ({ pkg }) => operatorVersionName(pkg))) {
    const near = all.filter(({ files }) => isBelow(root, `${files.folder}/`));
    const candidates = near.length > 0 ? near : all;
    const [first] = candidates;
    if (first && candidates.every(({ pkg }) => pkg.digest === first.pkg.digest)) packages.set(name, first);
    else if (near.length > 0 || named.includes(name)) issues.push(...candidates.map(duplicateIssue));
  }
  return { packages, issues };
}

function duplicateIssue({ pkg, files }: LoadedPackage, _index: number, all: readonly LoadedPackage[]): Issue {
  const others = all
    .filter((other) => other.files.folder !== files.folder)
    .map((other) => other.files.folder);
  return {
    severity: "error",
    code: "sync.duplicatePackage",
    message: `another package is ${operatorVersionName(pkg)} too, with other contents: ${others.join(", ")}`,
    file: files.folder ? `${files.folder}/operator.yaml` : "operator.yaml",
    hint: "give one of them another operatorVersion; neither is published until then",
  };
}

function keyOf({ name, namespace }: BrokenInstance): string | undefined {
  return name !== undefined && namespace !== undefined ? instanceKey({ name, namespace }) : undefined;
}
