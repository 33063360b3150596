import fs from "node:fs";
import * as git from "isomorphic-git";
import { messageOf } from "../base/errors.ts";
import type { FileTree } from "./fileTree.ts";
import { ObjectPresence } from "./objectPresence.ts";
import { isSourceError, SourceError } from "./sourceError.ts";

/** A Git directory with what isomorphic-git remembers of it between calls. */
export interface GitDirectory {
  readonly gitdir: string;
  /** Parsed packs, filled by isomorphic-git. `release` forgets it: a large repository is a large Buffer. */
  cache: object;
}

/** Most files of one revision. A few crafted trees can unfold to billions. */
const MAX_FILES = 200_000;

interface Walk {
  readonly repository: GitDirectory;
  readonly presence: ObjectPresence;
  readonly url: string;
  readonly signal: AbortSignal;
  /** Path to blob id. */
  readonly files: Map<string, string>;
  readonly left: string[];
}

/**
 * Walks the whole tree of a commit and answers its files; every blob is known to be there.
 *
 * @throws SourceError corrupt when an object is missing or damaged, tooLarge
 */
export async function walkCommit(
  repository: GitDirectory,
  commit: string,
  url: string,
  signal: AbortSignal,
): Promise<FileTree> {
  const presence = new ObjectPresence(repository.gitdir);
  const walk: Walk = { repository, presence, url, signal, files: new Map(), left: [] };
  try {
    const { gitdir, cache } = repository;
    const { commit: parsed } = await git.readCommit({ fs, gitdir, cache, oid: commit });
    await walkTree(walk, parsed.tree, "");
  } catch (error) {
    if (isSourceError(error) || signal.aborted) throw error;
    throw corrupt(url, commit, error);
  }
  return treeOf(walk);
}

async function walkTree(walk: Walk, oid: string, prefix: string): Promise<void> {
  walk.signal.throwIfAborted();
  const { gitdir, cache } = walk.repository;
  const { tree } = await git.readTree({ fs, gitdir, cache, oid });
  for (const entry of tree) {
    const path = `${prefix}${entry.path}`;
    if (entry.type === "tree") await walkTree(walk, entry.oid, `${path}/`);
    else if (entry.type === "commit" || entry.mode === "120000") walk.left.push(path);
    else {
      if (!(await walk.presence.has(entry.oid)))
        throw new SourceError("corrupt", `${walk.url}: content of ${path} is missing`, {
          hint: "a partial clone or one with alternates is not enough; use a complete one",
        });
      walk.files.set(path, entry.oid);
      if (walk.files.size > MAX_FILES)
        throw new SourceError("tooLarge", `${walk.url}: more than ${MAX_FILES} files`);
    }
  }
}

function treeOf({ repository, files, left, url }: Walk): FileTree {
  const readBlob = async (path: string): Promise<Uint8Array | undefined> => {
    const oid = files.get(path);
    if (oid === undefined) return undefined;
    try {
      const { gitdir, cache } = repository;
      return (await git.readBlob({ fs, gitdir, cache, oid })).blob;
    } catch (error) {
      throw new SourceError("corrupt", `${url}: ${path}: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    paths: [...files.keys()].sort(),
    symlinks: [...left].sort(),
    read: async (path) => {
      const blob = await readBlob(path);
      return blob && Buffer.from(blob).toString("utf8");
    },
    bytes: readBlob,
    size: async (path) => (await readBlob(path))?.byteLength,
    hash: async (path) => files.get(path),
  };
}

function corrupt(url: string, commit: string, cause: unknown): SourceError {
  return new SourceError("corrupt", `${url}: commit ${commit.slice(0, 12)}: ${messageOf(cause)}`, {
    cause,
  });
}
