import { createHash } from "node:crypto";
import type { FileTree } from "../../src/source/fileTree.ts";

/** A FileTree of literals: path to text. Symlinks have no content. */
export function memoryTree(
  files: Readonly<Record<string, string>>,
  symlinks: readonly string[] = [],
): FileTree {
  const text = (path: string): string | undefined => (Object.hasOwn(files, path) ? files[path] : undefined);
  const of = <T>(path: string, make: (content: string) => T): Promise<T | undefined> => {
    const content = text(path);
    return Promise.resolve(content === undefined ? undefined : make(content));
  };
  return {
    paths: Object.keys(files).sort(),
    symlinks: [...symlinks].sort(),
    read: (path) => Promise.resolve(text(path)),
    size: (path) => of(path, (content) => Buffer.byteLength(content)),
    hash: (path) => of(path, (content) => createHash("sha256").update(content).digest("hex")),
  };
}
