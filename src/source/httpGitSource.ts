import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import * as git from "isomorphic-git";
import { Agent, type Dispatcher } from "undici";
import { type Clock, rfc3339, systemClock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import { BareDatabase, gitError } from "./bareDatabase.ts";
import { type CredentialOptions, readAuthorization, readTrust } from "./credentials.ts";
import { displayUrl } from "./displayUrl.ts";
import { GitHttp } from "./gitHttp.ts";
import { walkCommit } from "./gitTree.ts";
import { type RemoteTarget, refNotFound, resolveServerRef } from "./serverRefs.ts";
import type { Snapshot } from "./snapshot.ts";
import type { PollResult, RestoredSnapshot, Source } from "./source.ts";
import { isSourceError, SourceError } from "./sourceError.ts";
import { readSourceState, writeSourceState } from "./sourceState.ts";

/** Of a repository behind HTTP. */
export interface HttpGitSourceOptions {
  readonly name: string;
  /** http:// or https://; credentials in it are used and never shown. */
  readonly url: string;
  /** Branch, tag (annotated too), full ref name or full commit id; default the remote's HEAD. */
  readonly ref?: string;
  readonly credentials?: CredentialOptions;
  /** Folder for databases; each source keeps a folder of its own in it. */
  readonly dataDir: string;
  /** Most bytes to receive for one repository. Default 256 MB. */
  readonly maxSize?: number;
  /** Milliseconds of silence after which a request has failed. Default 60 s. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

const MAX_SIZE = 256 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
/** Longest that one poll may take, however lively the connection is. */
const POLL_LIMIT_MS = 15 * 60_000;
/** More packs than this make every read slow: a new clone takes their place. */
const MAX_PACKS = 100;
/** An update may always be this large, however small the clone was. */
const MIN_UPDATE_BYTES = 4 * 1024 * 1024;
/** Databases that nobody names are removed once they are this old; a younger one may be another process's. */
const ORPHAN_AGE_MS = 24 * 3_600_000;
/** Rather less than what common servers keep a connection open, and more than a common interval. */
const KEEP_ALIVE_MS = 55_000;

interface Good {
  readonly revision: string;
  readonly database: BareDatabase;
}

/**
 * A repository behind smart HTTP.
 *
 * A poll that finds nothing new is one request and touches no file but the credentials. A new revision is fetched as
 * a difference to the one before, and shown only after its tree was walked whole.
 */
export class HttpGitSource implements Source {
  readonly name: string;
  readonly url: string;
  readonly ref: string | undefined;
  readonly #options: HttpGitSourceOptions;
  /** With the credentials cut off: what goes on the wire. */
  readonly #wireUrl: string;
  readonly #folder: string;
  readonly #maxSize: number;
  readonly #clock: Clock;
  #good: Good | undefined;
  /** The revision given out last; not the good one while that stands for a ref configured before. */
  #shown: string | undefined;
  /** Databases that a reader may still be reading; they go at the poll after the next change. */
  #retired: BareDatabase[] = [];
  #agent: { readonly key: string; readonly dispatcher: Dispatcher } | undefined;

  constructor(options: HttpGitSourceOptions) {
    const wire = new URL(options.url);
    wire.username = "";
    wire.password = "";
    wire.hash = "";
    this.name = options.name;
    this.url = displayUrl(options.url);
    this.ref = options.ref;
    this.#options = options;
    this.#wireUrl = wire.href.replace(/\/$/, "");
    this.#folder = join(options.dataDir, folderName(options.name, this.#wireUrl));
    this.#maxSize = options.maxSize ?? MAX_SIZE;
    this.#clock = options.clock ?? systemClock;
  }

  async restore(signal: AbortSignal): Promise<RestoredSnapshot | undefined> {
    const state = await readSourceState(this.#folder);
    await this.#removeOrphans(state?.database);
    if (!state || state.url !== this.#wireUrl) return undefined;
    const database = new BareDatabase(join(this.#folder, state.database));
    try {
      const tree = await walkCommit(database, state.revision, this.url, signal);
      this.#good = { revision: state.revision, database };
      // Another ref's last revision still saves a transfer, but it is not what this source stands for.
      if (state.ref !== (this.ref ?? "")) return undefined;
      this.#shown = state.revision;
      return {
        snapshot: { source: this.name, revision: state.revision, tree },
        fetchedAt: state.fetchedAt,
      };
    } catch (error) {
      if (signal.aborted) throw error;
      this.#good = undefined; // damaged: the next poll clones anew
      return undefined;
    }
  }

  async poll(signal: AbortSignal): Promise<PollResult> {
    const over = new AbortController();
    const limited = AbortSignal.any([signal, AbortSignal.timeout(POLL_LIMIT_MS), over.signal]);
    try {
      return await this.#poll(limited);
    } catch (error) {
      signal.throwIfAborted();
      if (isSourceError(error)) return { kind: "failed", error };
      if (limited.aborted || isAbort(error)) {
        return { kind: "failed", error: new SourceError("timeout", `${this.url}: took too long`) };
      }
      return { kind: "failed", error: gitError(this.url, error) };
    } finally {
      over.abort(); // an answer that nobody read to its end would keep its connection
    }
  }

  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.dispatcher.destroy();
  }

  async #poll(signal: AbortSignal): Promise<PollResult> {
    const good = this.#good;
    if (good && this.ref === good.revision) return await this.#same(good, signal);
    const target = await this.#target(signal);
    if (good?.revision === target.commit) return await this.#same(good, signal);
    for (const database of this.#retired.splice(0)) await database.remove();
    return { kind: "snapshot", snapshot: await this.#advance(target, signal) };
  }

  async #same({ revision, database }: Good, signal: AbortSignal): Promise<PollResult> {
    if (this.#shown !== revision)
      return { kind: "snapshot", snapshot: await this.#accept(database, revision, signal) };
    database.release();
    return { kind: "unchanged", revision };
  }

  async #target(signal: AbortSignal): Promise<RemoteTarget> {
    const http = await this.#http(signal, this.#maxSize);
    try {
      const refs = await git.listServerRefs({
        http,
        url: this.#wireUrl,
        protocolVersion: 1,
        symrefs: true,
        peelTags: true,
      });
      http.check();
      return resolveServerRef(refs, this.ref, this.url);
    } catch (error) {
      http.check();
      throw error;
    }
  }

  /** Brings the target in by the cheapest way that works. */
  async #advance(target: RemoteTarget, signal: AbortSignal): Promise<Snapshot> {
    const good = this.#good;
    if (good && (await good.database.packCount()) < MAX_PACKS) {
      const updated = await this.#update(good, target, signal);
      if (updated) return updated;
    }
    return await this.#clone(target, signal);
  }

  /** Fetches what is new since the good revision; `undefined` when a new clone is the better way. */
  async #update(good: Good, target: RemoteTarget, signal: AbortSignal): Promise<Snapshot | undefined> {
    const { database } = good;
    const room = Math.min(this.#maxSize, Math.max(MIN_UPDATE_BYTES, await database.size()));
    try {
      const commit = await database.fetch({
        http: await this.#http(signal, room),
        url: this.#wireUrl,
        want: target.fullRef ?? target.commit,
        have: good.revision,
      });
      if (!(await database.isAncestor(good.revision, commit))) return undefined; // pushed with force
      return await this.#accept(database, commit, signal);
    } catch (error) {
      if (isSourceError(error, "tooLarge", "corrupt")) return undefined;
      throw error;
    }
  }

  async #clone(target: RemoteTarget, signal: AbortSignal): Promise<Snapshot> {
    await mkdir(this.#folder, { recursive: true });
    const database = await BareDatabase.create(this.#folder);
    try {
      const commit = await this.#fetchFirst(database, target, signal);
      return await this.#accept(database, commit, signal);
    } catch (error) {
      await database.remove();
      throw error;
    }
  }

  async #fetchFirst(database: BareDatabase, target: RemoteTarget, signal: AbortSignal): Promise<string> {
    const url = this.#wireUrl;
    const want = target.fullRef ?? target.commit;
    try {
      return await database.fetch({ http: await this.#http(signal, this.#maxSize), url, want });
    } catch (error) {
      if (target.fullRef !== undefined || !isSourceError(error, "corrupt")) throw error;
    }
    // A server that gives only what refs point at: the commit may lie below one of them.
    try {
      const http = await this.#http(signal, this.#maxSize);
      return await database.fetch({ http, url, want, everything: true });
    } catch (error) {
      if (isSourceError(error, "corrupt")) throw refNotFound(target.commit, this.url);
      throw error;
    }
  }

  async #accept(database: BareDatabase, commit: string, signal: AbortSignal): Promise<Snapshot> {
    const tree = await walkCommit(database, commit, this.url, signal);
    await writeSourceState(this.#folder, {
      version: 1,
      url: this.#wireUrl,
      ref: this.ref ?? "",
      revision: commit,
      database: basename(database.gitdir),
      fetchedAt: rfc3339(this.#clock.now()),
    });
    if (this.#good && this.#good.database !== database) this.#retired.push(this.#good.database);
    this.#good = { revision: commit, database };
    this.#shown = commit;
    return { source: this.name, revision: commit, tree };
  }

  async #http(signal: AbortSignal, maxBytes: number): Promise<GitHttp> {
    const credentials = this.#options.credentials ?? {};
    return new GitHttp({
      dispatcher: await this.#dispatcher(credentials),
      url: this.url,
      authorization: await readAuthorization(new URL(this.#options.url), credentials),
      maxBytes,
      timeoutMs: this.#options.timeoutMs ?? TIMEOUT_MS,
      signal,
    });
  }

  async #dispatcher(credentials: CredentialOptions): Promise<Dispatcher> {
    const trust = await readTrust(credentials);
    const key = trust?.at(-1) ?? "";
    if (this.#agent?.key === key) return this.#agent.dispatcher;
    await this.close();
    const dispatcher = new Agent({
      connect: {
        timeout: Math.min(10_000, this.#options.timeoutMs ?? TIMEOUT_MS),
        ...(trust && { ca: [...trust] }),
      },
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
    this.#agent = { key, dispatcher };
    return dispatcher;
  }

  async #removeOrphans(named: string | undefined): Promise<void> {
    try {
      for (const name of await readdir(this.#folder)) {
        const path = join(this.#folder, name);
        if (!name.endsWith(".git") || name === named) continue;
        if (this.#clock.now() - (await stat(path)).mtimeMs > ORPHAN_AGE_MS)
          await rm(path, { recursive: true, force: true });
      }
    } catch {
      // No folder yet, or none that we may clean: a fetch says what is wrong with it.
    }
  }
}

function folderName(name: string, url: string): string {
  const safe = name.replace(/[^\w.-]/g, "_").slice(0, 60);
  return `${safe}-${createHash("sha256").update(url).digest("hex").slice(0, 12)}`;
}
