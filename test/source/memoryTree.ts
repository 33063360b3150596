import type { FileTree } from "../../src/source/fileTree.ts";
import { memoryTree as treeOfBytes } from "../../src/source/memoryTree.ts";

/** A FileTree of literals: path to text. Symlinks have no content. */
export function memoryTree(
  files: Readonly<Record<string, string>>,
  symlinks: readonly string[] = [],
): FileTree {
  return treeOfBytes(
    new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    symlinks,
  );
}
