import { setImmediate } from "node:timers/promises";
import { hasErrors, type Issue } from "../base/issue.ts";
import type { FileTree } from "../source/fileTree.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import { loadPackage } from "./loadPackage.ts";
import { PackageArchives } from "./packageArchives.ts";
import { packageFolders } from "./packageFiles.ts";
import { quickEffort } from "./verifyEffort.ts";
import { verifyContent } from "./verifyPackage.ts";
import { verifyStructure } from "./verifyStructure.ts";

/** What there may be besides a tree. */
export interface LoadPackagesOptions {
  /** Of the revisions before; without it every archive is unpacked. */
  readonly archives?: PackageArchives;
  readonly signal?: AbortSignal;
}

/**
 * Reads every package under a path that can be used: folders, and archives of one (.tgz). A broken one is an issue and
 * stops no other; `broken` names it.
 *
 * Only what KUDO refuses at installation keeps a package from being used. What else `verifyPackage` calls an error,
 * a template with an undefined parameter in a plan that never ran, say, is a warning here.
 */
export async function loadPackages(
  tree: FileTree,
  path: string,
  { archives = new PackageArchives(), signal = new AbortController().signal }: LoadPackagesOptions = {},
): Promise<{
  readonly packages: readonly LoadedPackage[];
  readonly broken: readonly BrokenPackage[];
  readonly issues: readonly Issue[];
}> {
  const packages: LoadedPackage[] = [];
  const broken: BrokenPackage[] = [];
  const all: Issue[] = [];
  const take = (folder: string, { loaded, issues }: Awaited<ReturnType<typeof readPackage>>): void => {
    all.push(...issues);
    if (loaded && !hasErrors(issues)) packages.push(loaded);
    else broken.push({ folder, ...(loaded?.pkg.name && { name: loaded.pkg.name }) });
  };
  for (const folder of packageFolders(tree, path)) {
    await setImmediate(); // a repository may have a thousand packages: others have their turn between them
    take(folder, await readPackage(tree, folder));
  }
  for (const archive of await archives.load(tree, path, readPackage, signal)) {
    if (archive.isPackage) take(archive.path, archive);
    else all.push(...archive.issues);
  }
  return { packages, broken, issues: all };
}

/** The package of a folder, with what is to be said about its files and its content. */
async function readPackage(
  tree: FileTree,
  folder: string,
): Promise<{ readonly loaded?: LoadedPackage; readonly issues: readonly Issue[] }> {
  const { loaded, issues } = await loadPackage(tree, folder);
  return loaded ? { loaded, issues: [...issues, ...findings(loaded)] } : { issues };
}

/** A package folder, or archive, that cannot be used; `name` when operator.yaml could be read so far. */
export interface BrokenPackage {
  readonly folder: string;
  readonly name?: string;
}

function findings(loaded: LoadedPackage): readonly Issue[] {
  const doubts = verifyContent(loaded, quickEffort()).map(
    (issue): Issue => ({ ...issue, severity: "warning" }),
  );
  return [...verifyStructure(loaded), ...doubts];
}
