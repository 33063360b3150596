import { stat } from "node:fs/promises";
import { messageOf } from "../base/errors.ts";
import { listDirectory, readDirectory } from "./directoryTree.ts";
import { walkCommit } from "./gitTree.ts";
import { findLocalRepository, type LocalRepository, resolveLocalRef } from "./localRepository.ts";
import type { PollResult, Source } from "./source.ts";
import { isSourceError, SourceError } from "./sourceError.ts";

/** Of a folder, with or without Git. */
export interface LocalSourceOptions {
  readonly name: string;
  /** Absolute path of a folder. */
  readonly path: string;
  /** As configured, for status and messages: a path or a file:// URL. */
  readonly url: string;
  readonly ref?: string;
  /** Most bytes of a folder without Git. Default 256 MB. */
  readonly maxSize?: number;
}

const MAX_SIZE = 256 * 1024 * 1024;

/**
 * A folder on this machine: its commits when it is a Git repository (bare or with a working tree), else its files.
 *
 * Which of the two is looked up at each poll, so the folder may appear, or become a repository, later. Nothing is ever
 * written there, and nothing needs to be kept: what it held last is read again after a restart.
 */
export class LocalSource implements Source {
  readonly name: string;
  readonly url: string;
  readonly ref: string | undefined;
  readonly #path: string;
  readonly #maxSize: number;
  #revision: string | undefined;
  #fingerprint: string | undefined;
  /** Shared with the tree given out last; its cache is emptied when a poll finds nothing new. */
  #repository: { readonly gitdir: string; cache: object } | undefined;

  constructor(options: LocalSourceOptions) {
    this.name = options.name;
    this.url = options.url;
    this.ref = options.ref;
    this.#path = options.path;
    this.#maxSize = options.maxSize ?? MAX_SIZE;
  }

  async restore(): Promise<undefined> {
    return undefined;
  }

  async poll(signal: AbortSignal): Promise<PollResult> {
    try {
      return await this.#poll(signal);
    } catch (error) {
      signal.throwIfAborted();
      return { kind: "failed", error: isSourceError(error) ? error : this.#readError(error) };
    }
  }

  async close(): Promise<void> {}

  async #poll(signal: AbortSignal): Promise<PollResult> {
    if (!(await stat(this.#path)).isDirectory())
      throw new SourceError("repositoryNotFound", `${this.url}: not a folder`);
    const repository = await findLocalRepository(this.#path);
    return repository ? await this.#pollCommits(repository, signal) : await this.#pollFiles(signal);
  }

  async #pollCommits(repository: LocalRepository, signal: AbortSignal): Promise<PollResult> {
    const cache = {};
    const revision = await resolveLocalRef(repository, this.ref, cache, this.url);
    if (revision === this.#revision) {
      if (this.#repository) this.#repository.cache = {};
      return { kind: "unchanged", revision };
    }
    const reading = { gitdir: repository.gitdir, cache };
    const tree = await walkCommit(reading, revision, this.url, signal);
    this.#repository = reading;
    this.#revision = revision;
    return { kind: "snapshot", snapshot: { source: this.name, revision, tree } };
  }

  async #pollFiles(signal: AbortSignal): Promise<PollResult> {
    if (this.ref !== undefined)
      throw new SourceError(
        "unsupported",
        `${this.url}: not a Git repository, so there is no "${this.ref}"`,
        {
          hint: "leave ref out, or run git init and commit",
        },
      );
    const listing = await listDirectory(this.#path, signal);
    if (this.#revision !== undefined && listing.fingerprint === this.#fingerprint)
      return { kind: "unchanged", revision: this.#revision };
    const { tree, revision } = await readDirectory(this.#path, listing, this.#maxSize, signal);
    this.#fingerprint = listing.fingerprint;
    if (revision === this.#revision) return { kind: "unchanged", revision };
    this.#revision = revision;
    return { kind: "snapshot", snapshot: { source: this.name, revision, tree } };
  }

  #readError(error: unknown): SourceError {
    const gone = (error as { code?: unknown }).code === "ENOENT";
    return new SourceError(
      gone ? "repositoryNotFound" : "unreachable",
      `${this.url}: ${gone ? "no such folder" : messageOf(error)}`,
      { cause: error, ...(gone && { hint: "check the path" }) },
    );
  }
}
