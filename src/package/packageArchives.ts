import { posix } from "node:path";
import { messageOf } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { readArchive } from "../source/archiveTree.ts";
import type { FileTree } from "../source/fileTree.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { treeUnder } from "../source/treeUnder.ts";
import type { LoadedPackage } from "./loadedPackage.ts";
import { isBelow, MAX_PACKAGE_SIZE, nestedOperatorFile, OPERATOR_FILE } from "./packageFiles.ts";

/** What became of one .tgz of a tree. */
export interface LoadedArchive {
  /** Of the archive; its files are below it, as if it were a folder. */
  readonly path: string;
  /** Absent when it cannot be used, or holds no package. */
  readonly loaded?: LoadedPackage;
  readonly issues: readonly Issue[];
  /** False for an archive of something else. */
  readonly isPackage: boolean;
  /** Unpacked, in bytes. */
  readonly size: number;
}

/** Reads the package of a tree at a folder, with everything that is to be said about it. */
export type ReadPackage = (
  tree: FileTree,
  folder: string,
) => Promise<{ readonly loaded?: LoadedPackage; readonly issues: readonly Issue[] }>;

/** The most that the archives of one revision may come to, unpacked, in bytes. */
const MAX_TOTAL = 256 * 1024 * 1024;

/**
 * The packages that are archives. Remembers those of the last revision by the hash of their content, so that a new one
 * unpacks only what is new.
 */
export class PackageArchives {
  #known = new Map<string, LoadedArchive>();

  /** Reads every .tgz under a path; a mistake in one is an issue of it, and stops no other. */
  async load(
    tree: FileTree,
    path: string,
    read: ReadPackage,
    signal: AbortSignal,
  ): Promise<readonly LoadedArchive[]> {
    const now = new Map<string, LoadedArchive>();
    const found: LoadedArchive[] = [];
    let left = MAX_TOTAL;
    for (const file of tree.paths) {
      if (!file.endsWith(".tgz") || !isBelow(path, file)) continue;
      const key = `${await tree.hash(file)} ${file}`;
      const known = this.#known.get(key);
      const archive = known ?? (await unpack(tree, file, Math.min(MAX_PACKAGE_SIZE, left), read, signal));
      left -= archive.size;
      now.set(key, archive);
      found.push(archive);
    }
    this.#known = now;
    return found;
  }
}

async function unpack(
  tree: FileTree,
  path: string,
  maxSize: number,
  read: ReadPackage,
  signal: AbortSignal,
): Promise<LoadedArchive> {
  const bytes = (await tree.bytes(path)) ?? new Uint8Array();
  let files: FileTree;
  try {
    files = await readArchive(bytes, posix.basename(path), maxSize, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { path, isPackage: true, issues: [issue("error", path, messageOf(error))], size: 0 };
  }
  const size = await sizeOf(files);
  if (!files.paths.includes(OPERATOR_FILE))
    return { path, isPackage: false, issues: wrapped(path, files), size };
  const inside = treeUnder(path, files);
  const { loaded, issues } = await read(inside, path);
  return { path, isPackage: true, issues, size, ...(loaded && { loaded: withoutNeedless(loaded) }) };
}

async function sizeOf(files: FileTree): Promise<number> {
  let size = 0;
  for (const path of files.paths) size += (await files.size(path)) ?? 0;
  return size;
}

/** An archive of anything may lie in a repository; one with a package a folder too deep is a mistake. */
function wrapped(path: string, { paths }: FileTree): readonly Issue[] {
  const nested = nestedOperatorFile(paths);
  if (nested === undefined) return [];
  return [
    {
      ...issue("warning", path, `the archive has no ${OPERATOR_FILE} at its root, but ${nested}`),
      hint: `pack the content of the folder, not the folder: tar -czf x.tgz -C ${posix.dirname(nested)} .`,
    },
  ];
}

function issue(severity: "error" | "warning", file: string, message: string): Issue {
  return { severity, code: "package.archive", message, file };
}

/** Only a package that refers to others by path needs its files later. */
function withoutNeedless(loaded: LoadedPackage): LoadedPackage {
  const refers = loaded.pkg.tasks.some(
    (task) => task.kind === "KudoOperator" && task.package.startsWith("."),
  );
  return refers ? loaded : { ...loaded, tree: memoryTree(new Map()) };
}
