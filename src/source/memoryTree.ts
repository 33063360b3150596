import { createHash } from "node:crypto";
import type { FileTree } from "./fileTree.ts";

/** A tree of files that are in memory. Contents must not change afterwards. */
export function memoryTree(
  files: ReadonlyMap<string, Uint8Array>,
  symlinks: readonly string[] = [],
): FileTree {
  const hashes = new Map<string, string>();
  return {
    paths: [...files.keys()].sort(),
    symlinks: [...symlinks].sort(),
    read: async (path) => {
      const content = files.get(path);
      return content && Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
    },
    bytes: async (path) => files.get(path),
    size: async (path) => files.get(path)?.byteLength,
    hash: async (path) => {
      const content = files.get(path);
      if (content === undefined) return undefined;
      const hash = hashes.get(path) ?? createHash("sha256").update(content).digest("hex");
      hashes.set(path, hash);
      return hash;
    },
  };
}
