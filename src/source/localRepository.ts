import fs from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import * as git from "isomorphic-git";
import { emptyRepository, isCommitId, refCandidates, refNotFound } from "./serverRefs.ts";
import { SourceError } from "./sourceError.ts";

/** Where a repository on this machine keeps its parts; two places when it is a linked working tree. */
export interface LocalRepository {
  /** Holds HEAD. */
  readonly headDir: string;
  /** Holds objects and refs. */
  readonly gitdir: string;
}

/**
 * Finds the repository of a folder: its `.git`, a `.git` file that points elsewhere, or the folder itself when bare.
 *
 * @returns `undefined` when the folder is a plain one
 * @throws SourceError unsupported
 */
export async function findLocalRepository(folder: string): Promise<LocalRepository | undefined> {
  const headDir = await gitDirOf(folder);
  if (headDir === undefined) return undefined;
  const common = await readText(join(headDir, "commondir"));
  const gitdir = common === undefined ? headDir : resolve(headDir, common.trim());
  await assertReadable(folder, gitdir);
  return { headDir, gitdir };
}

/**
 * The commit that a ref means in a repository on this machine.
 *
 * @param ref  as configured; `undefined` means HEAD
 * @throws SourceError refNotFound, emptyRepository
 */
export async function resolveLocalRef(
  { headDir, gitdir }: LocalRepository,
  ref: string | undefined,
  cache: object,
  url: string,
): Promise<string> {
  const wanted = ref ?? "HEAD";
  for (const candidate of isCommitId(wanted) ? [wanted] : refCandidates(wanted)) {
    const oid = await readRef(candidate, headDir, gitdir);
    const commit = oid && (await peel(gitdir, cache, oid));
    if (commit) return commit;
  }
  if (wanted === "HEAD" && (await git.listBranches({ fs, gitdir })).length === 0) throw emptyRepository(url);
  throw refNotFound(wanted, url);
}

async function readRef(ref: string, headDir: string, gitdir: string): Promise<string | undefined> {
  if (isCommitId(ref)) return ref;
  try {
    if (ref !== "HEAD" || headDir === gitdir) return await git.resolveRef({ fs, gitdir, ref });
    const head = (await readText(join(headDir, "HEAD")))?.trim() ?? "";
    const target = head.startsWith("ref: ") ? head.slice(5) : head;
    return isCommitId(target) ? target : await git.resolveRef({ fs, gitdir, ref: target });
  } catch {
    return undefined; // no such ref
  }
}

async function peel(gitdir: string, cache: object, oid: string): Promise<string | undefined> {
  try {
    return (await git.readCommit({ fs, gitdir, cache, oid })).oid;
  } catch {
    return undefined; // no such commit here, or no commit
  }
}

async function gitDirOf(folder: string): Promise<string | undefined> {
  const dotGit = join(folder, ".git");
  const kind = await kindOf(dotGit);
  if (kind === "folder") return dotGit;
  if (kind === "file") {
    const target = (await readText(dotGit))?.match(/^gitdir: (.*)$/m)?.[1]?.trim();
    if (target) return isAbsolute(target) ? target : resolve(folder, target);
  }
  const bare =
    (await kindOf(join(folder, "HEAD"))) === "file" &&
    (await kindOf(join(folder, "objects"))) === "folder" &&
    (await kindOf(join(folder, "refs"))) === "folder";
  return bare ? folder : undefined;
}

async function assertReadable(folder: string, gitdir: string): Promise<void> {
  const config = (await readText(join(gitdir, "config"))) ?? "";
  const special = /^\s*(objectformat\s*=\s*sha256|refstorage\s*=\s*reftable)/im.exec(config)?.[1];
  if (special)
    throw new SourceError("unsupported", `${folder}: repository with ${special.replace(/\s+/g, " ")}`, {
      hint: "use a repository with SHA-1 ids and ref files, which is what git init makes",
    });
}

async function kindOf(path: string): Promise<"file" | "folder" | "none"> {
  try {
    const info = await stat(path);
    return info.isDirectory() ? "folder" : info.isFile() ? "file" : "none";
  } catch {
    return "none"; // absent
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return undefined; // absent
  }
}
