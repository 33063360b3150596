import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as git from "isomorphic-git";
import { isAbort, messageOf } from "../base/errors.ts";
import type { GitHttp } from "./gitHttp.ts";
import type { GitDirectory } from "./gitTree.ts";
import { isPackWhole, listPacks } from "./objectPresence.ts";
import { isSourceError, SourceError } from "./sourceError.ts";

/** Local name of the commit that we tell the server we have. Never read for anything else. */
const HAVE_REF = "refs/lockstep/have";
/** Nothing matches it, so that fetching leaves no refs behind. */
const NO_REFSPEC = "+refs/lockstep/none:refs/lockstep/none";
/** How far back a new commit is searched for the one before. */
const MAX_ANCESTORS = 10_000;

/** What is fetched, and where from. */
export interface FetchOptions {
  readonly http: GitHttp;
  readonly url: string;
  /** Full name of a ref, or a commit id. */
  readonly want: string;
  /** A commit that the database holds whole: only what is new is sent. Without it the newest commit alone. */
  readonly have?: string;
  /** Every branch with its whole history instead, for a server that gives no single commits. */
  readonly everything?: boolean;
}

/** A bare Git directory of ours, filled from a server. Its refs mean nothing; the good commit is kept elsewhere. */
export class BareDatabase implements GitDirectory {
  readonly gitdir: string;
  cache: object = {};

  constructor(gitdir: string) {
    this.gitdir = gitdir;
  }

  /** Makes an empty one below `folder`. */
  static async create(folder: string): Promise<BareDatabase> {
    const gitdir = join(folder, `${Date.now().toString(36)}-${randomBytes(4).toString("hex")}.git`);
    await git.init({ fs, gitdir, bare: true });
    await git.setConfig({ fs, gitdir, path: "remote.origin.fetch", value: NO_REFSPEC });
    return new BareDatabase(gitdir);
  }

  /** Forgets what was parsed; the next read parses again. */
  release(): void {
    this.cache = {};
  }

  async packCount(): Promise<number> {
    return (await listPacks(this.gitdir)).length;
  }

  /** Bytes of all packs. */
  async size(): Promise<number> {
    let total = 0;
    for (const name of await listPacks(this.gitdir))
      total += (await stat(join(this.gitdir, "objects", "pack", name))).size;
    return total;
  }

  /**
   * Fetches into this database and answers the commit that the wanted ref pointed at.
   *
   * What a failed fetch left behind is removed.
   *
   * @throws SourceError
   */
  async fetch({ http, url, want, have, everything = false }: FetchOptions): Promise<string> {
    const { gitdir, cache } = this;
    const before = new Set(await listPacks(gitdir));
    try {
      if (have !== undefined) await git.writeRef({ fs, gitdir, ref: HAVE_REF, value: have, force: true });
      const result = await git.fetch({
        fs,
        http,
        gitdir,
        cache,
        url,
        remote: "origin",
        ref: HAVE_REF,
        remoteRef: want,
        singleBranch: !everything,
        ...(have === undefined && !everything && { depth: 1 }),
      });
      http.check();
      await this.#verify(url, before);
      const oid = everything ? want : (result.fetchHead ?? want);
      return (await git.readCommit({ fs, gitdir, cache, oid })).oid;
    } catch (error) {
      await this.#discard(before);
      http.check();
      if (isSourceError(error) || isAbort(error)) throw error;
      throw gitError(url, error);
    }
  }

  /** True when `ancestor` is reachable from `commit` in what this database holds. */
  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    const seen = new Set<string>();
    const queue = [commit];
    for (let oid = queue.shift(); oid !== undefined && seen.size < MAX_ANCESTORS; oid = queue.shift()) {
      if (oid === ancestor) return true;
      if (seen.has(oid)) continue;
      seen.add(oid);
      queue.push(...(await this.#parents(oid)));
    }
    return false;
  }

  async remove(): Promise<void> {
    this.release();
    await rm(this.gitdir, { recursive: true, force: true });
  }

  async #parents(oid: string): Promise<readonly string[]> {
    try {
      return (await git.readCommit({ fs, gitdir: this.gitdir, cache: this.cache, oid })).commit.parent;
    } catch {
      return []; // beyond the shallow edge
    }
  }

  async #verify(url: string, before: ReadonlySet<string>): Promise<void> {
    for (const name of await listPacks(this.gitdir)) {
      if (!before.has(name) && !(await isPackWhole(this.gitdir, name)))
        throw new SourceError("truncated", `${url}: the pack that came is incomplete or damaged`);
    }
  }

  async #discard(before: ReadonlySet<string>): Promise<void> {
    this.release();
    const folder = join(this.gitdir, "objects", "pack");
    for (const name of await listPacks(this.gitdir)) {
      if (before.has(name)) continue;
      await rm(join(folder, name), { force: true });
      await rm(join(folder, name.replace(/\.pack$/, ".idx")), { force: true });
    }
  }
}

/** What isomorphic-git throws, in our words. */
export function gitError(url: string, error: unknown): SourceError {
  const code = (error as { code?: unknown }).code;
  const options = { cause: error };
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOSPC":
    case "EDQUOT":
    case "ENOTDIR":
      return new SourceError("storage", `${url}: cannot keep what was fetched: ${messageOf(error)}`, {
        ...options,
        hint: "free space, or set the data directory to one that can be written",
      });
    case "SmartHttpError":
      return new SourceError("notGit", `${url}: no Git server answers there`, {
        ...options,
        hint: "check the url; it must be the one that git clone takes, over smart HTTP",
      });
    case "ParseError":
    case "EmptyServerResponseError":
      return new SourceError("truncated", `${url}: the answer is incomplete or damaged`, options);
    case "NotFoundError":
      return new SourceError("corrupt", `${url}: the server did not send ${messageOf(error)}`, options);
    case "RemoteCapabilityError":
      return new SourceError("unsupported", `${url}: ${messageOf(error)}`, options);
    default:
      return new SourceError("corrupt", `${url}: ${messageOf(error)}`, options);
  }
}
