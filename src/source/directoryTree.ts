import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileTree } from "./fileTree.ts";
import { memoryTree } from "./memoryTree.ts";
import { SourceError } from "./sourceError.ts";

/** What a folder looks like from outside, without reading a file. */
export interface DirectoryListing {
  /** Relative paths of files, sorted. */
  readonly paths: readonly string[];
  readonly symlinks: readonly string[];
  /** Sum of the sizes in bytes. */
  readonly size: number;
  /** Equal as long as no file came, went or was written. */
  readonly fingerprint: string;
}

/** Lists all files below a folder; `.git` is left out. */
export async function listDirectory(root: string, signal: AbortSignal): Promise<DirectoryListing> {
  const found: { path: string; mark: string; size: number }[] = [];
  const symlinks: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    signal.throwIfAborted();
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (entry.name === ".git") continue;
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isSymbolicLink()) symlinks.push(path);
      else if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const { size, mtimeMs, ctimeMs, ino } = await stat(join(root, path));
        found.push({ path, size, mark: `${size} ${mtimeMs} ${ctimeMs} ${ino}` });
      }
    }
  };
  await visit("");
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  symlinks.sort();
  return {
    paths: found.map(({ path }) => path),
    symlinks,
    size: found.reduce((sum, { size }) => sum + size, 0),
    fingerprint: JSON.stringify([found.map(({ path, mark }) => [path, mark]), symlinks]),
  };
}

/**
 * Reads all files of a listing, so that the tree stays as it is whatever happens to the folder.
 *
 * @returns the tree, and `dir:<sha256>` over paths and contents
 * @throws SourceError tooLarge
 */
export async function readDirectory(
  root: string,
  listing: DirectoryListing,
  maxSize: number,
  signal: AbortSignal,
): Promise<{ readonly tree: FileTree; readonly revision: string }> {
  if (listing.size > maxSize)
    throw new SourceError("tooLarge", `${root}: larger than the limit of ${maxSize} bytes`);
  const files = new Map<string, Uint8Array>();
  for (const path of listing.paths) {
    signal.throwIfAborted();
    files.set(path, await readFile(join(root, path)));
  }
  const tree = memoryTree(files, listing.symlinks);
  const total = createHash("sha256");
  for (const path of tree.paths) total.update(`${path}\0${await tree.hash(path)}\n`);
  for (const path of listing.symlinks) total.update(`${path}\0symlink\n`);
  return { tree, revision: `dir:${total.digest("hex")}` };
}
