import { posix } from "node:path";
import type { FileTree } from "../source/fileTree.ts";

/** The files of a package folder, sorted by what they are (package-format 1.1). */
export interface PackageFiles {
  /** From the root of the tree; empty for the root itself. */
  readonly folder: string;
  /** Template key to path. */
  readonly templates: ReadonlyMap<string, string>;
  /** Paths whose key an earlier path has already; KUDO takes whichever it walks last. */
  readonly collisions: readonly { readonly key: string; readonly path: string; readonly other: string }[];
}

/** The file that makes a folder a package. */
export const OPERATOR_FILE = "operator.yaml";
/** Largest package, be it a folder or an archive, packed and unpacked, in bytes. */
export const MAX_PACKAGE_SIZE = 64 * 1024 * 1024;
/** The file with a package's parameters. */
export const PARAMS_FILE = "params.yaml";

/** Path of a file of a package, from the root of the tree. */
export function inFolder(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

/** True for a path below a folder; every path is below the root. */
export function isBelow(folder: string, path: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

/** The folders under `path` that hold a package: those with an operator.yaml, except inside templates. */
export function packageFolders(tree: FileTree, path: string): readonly string[] {
  const folders = tree.paths
    .filter((file) => isBelow(path, file) && posix.basename(file) === OPERATOR_FILE)
    .map((file) => file.slice(0, Math.max(0, file.length - OPERATOR_FILE.length - 1)));
  const known = new Set(folders);
  return folders.filter((folder) => !isInTemplates(folder, known));
}

function isInTemplates(folder: string, packages: ReadonlySet<string>): boolean {
  const segments = folder.split("/");
  for (let depth = 0; depth < segments.length; depth++) {
    const above = segments.slice(0, depth).join("/");
    if (packages.has(above) && above !== folder && segments[depth]?.startsWith("templates")) return true;
  }
  return false;
}

/** True when a file is part of a package and not a file of the repository beside it. */
export function belongsToPackage(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => (folder === "" ? isPartOfRootPackage(path) : isBelow(folder, path)));
}

/** With a package at the root of a repository, everything else in it would be the package's otherwise. */
function isPartOfRootPackage(path: string): boolean {
  return path === OPERATOR_FILE || path === PARAMS_FILE || isTemplate(path);
}

/** A file in a folder whose path begins with `templates`, and whose name has `.yaml` in it anywhere. */
function isTemplate(path: string): boolean {
  const slash = path.lastIndexOf("/");
  return slash > 0 && path.startsWith("templates") && path.slice(slash + 1).includes(".yaml");
}

const TEMPLATES = "templates/";

/** Sorts the files of a folder. */
export function packageFiles(tree: FileTree, folder: string): PackageFiles {
  const templates = new Map<string, string>();
  const collisions: { key: string; path: string; other: string }[] = [];
  for (const path of tree.paths) {
    if (!isBelow(folder, path)) continue;
    const relative = folder === "" ? path : path.slice(folder.length + 1);
    if (!isTemplate(relative)) continue;
    const key = templateKey(relative);
    const other = templates.get(key);
    if (other !== undefined) collisions.push({ key, path, other });
    else templates.set(key, path);
  }
  const sorted = [...templates].sort(([a], [b]) => (a < b ? -1 : 1));
  return { folder, templates: new Map(sorted), collisions };
}

/** The text after the last `templates/`, or the whole path when there is none. */
function templateKey(relative: string): string {
  const at = relative.lastIndexOf(TEMPLATES);
  return at === -1 ? relative : relative.slice(at + TEMPLATES.length);
}

/** The `operator.yaml` of a package that was packed with the folder around it; such a package is none. */
export function nestedOperatorFile(paths: readonly string[]): string | undefined {
  return paths.includes(OPERATOR_FILE)
    ? undefined
    : paths.find((path) => /^[^/]+\/operator\.yaml$/.test(path));
}
