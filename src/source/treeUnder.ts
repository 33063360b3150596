import type { FileTree } from "./fileTree.ts";

/** The files of a tree as if they lay in a folder: `operator.yaml` is `charts/kafka.tgz/operator.yaml`. */
export function treeUnder(folder: string, tree: FileTree): FileTree {
  const prefix = `${folder}/`;
  const inside = <T>(path: string, read: (path: string) => Promise<T | undefined>): Promise<T | undefined> =>
    path.startsWith(prefix) ? read(path.slice(prefix.length)) : Promise.resolve(undefined);
  return {
    paths: tree.paths.map((path) => `${prefix}${path}`),
    symlinks: tree.symlinks.map((path) => `${prefix}${path}`),
    read: (path) => inside(path, (own) => tree.read(own)),
    bytes: (path) => inside(path, (own) => tree.bytes(own)),
    size: (path) => inside(path, (own) => tree.size(own)),
    hash: (path) => inside(path, (own) => tree.hash(own)),
  };
}
