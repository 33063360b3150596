import { createHash } from "node:crypto";
import { posix } from "node:path";
import { messageOf } from "../base/errors.ts";
import { formatIssue, hasErrors } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import { loadPackage } from "../package/loadPackage.ts";
import { MAX_PACKAGE_SIZE, nestedOperatorFile, OPERATOR_FILE } from "../package/packageFiles.ts";
import { readArchive } from "../source/archiveTree.ts";
import { displayUrl } from "../source/displayUrl.ts";
import type { FileTree } from "../source/fileTree.ts";
import { PackageError } from "./packageError.ts";
import type { Repository } from "./repositories.ts";
import {
  entriesOf,
  findEntry,
  INDEX_FILE,
  packageNames,
  parseIndex,
  type RepositoryIndex,
} from "./repositoryIndex.ts";
import { type VersionWish, versionText, wishOf, wishText } from "./versionWish.ts";

/** How packages come in; the only effects of this folder. */
export interface PackageReader {
  /** What lies at a path of the file system. */
  kindOf(path: string): Promise<"folder" | "file" | "none">;
  readFolder(path: string, signal: AbortSignal): Promise<FileTree>;
  readFile(path: string, signal: AbortSignal): Promise<Uint8Array>;
  /** http, https and file URLs. Throws when the answer is no success. */
  download(url: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** Where a relative reference of a package leads from. */
export type PackageBase =
  /** A folder of the file system. */
  | { readonly kind: "folder"; readonly path: string }
  /** A folder inside a tree: an archive, or a snapshot. A reference cannot leave the tree. */
  | { readonly kind: "tree"; readonly tree: FileTree; readonly folder: string; readonly name: string };

/** A package that was found, and where its own relative references lead from. */
export interface ResolvedPackage {
  readonly loaded: LoadedPackage;
  /** What a person calls it: path, URL, or `kafka 0.3.0 of community`. */
  readonly origin: string;
  readonly base: PackageBase;
}

/** What a reference is resolved with. */
export interface ResolveOptions extends VersionWish {
  readonly reader: PackageReader;
  /** Where a plain name is looked up; absent: nowhere. */
  readonly repository?: Repository;
  /** Looks a plain name up before the repository does; `undefined` when it does not know it. @throws PackageError */
  readonly known?: (name: string, wish: VersionWish) => Promise<ResolvedPackage | undefined>;
  /** False: no reference may be a URL, as those of people who may not make this process fetch what they like. */
  readonly allowUrls?: boolean;
  /** Archives fetched before, by digest. */
  readonly archives?: Pick<Map<string, Uint8Array>, "get" | "set">;
  readonly base: PackageBase;
  readonly signal: AbortSignal;
}

/**
 * Finds the package that a reference means (package-format 9.3): `./` and `../` from the base; a path with a separator;
 * a URL of an archive; else a name in the repository.
 *
 * Differs from KUDO: the digest of the index is checked, and a path that does not exist is said to be one.
 *
 * @throws PackageError
 */
export async function resolvePackage(reference: string, options: ResolveOptions): Promise<ResolvedPackage> {
  const { base, reader, signal } = options;
  if (reference === "") throw new PackageError("the package has no name");
  if (/^\.\.?(\/|$)/.test(reference)) return fromBase(reference, base, options);
  if (/^(https?|file):\/\//i.test(reference)) {
    if (options.allowUrls === false) {
      throw new PackageError(`${displayUrl(reference)} is a URL, from which no package is taken here`, {
        hint: "name a package of a repository, and configure that one, or add the package to the source",
      });
    }
    return fromArchive(await reader.download(reference, signal), displayUrl(reference), signal);
  }
  if (reference.includes("/") && base.kind === "folder") return fromPath(reference, options);
  return fromRepository(reference, options);
}

function fromBase(reference: string, base: PackageBase, options: ResolveOptions): Promise<ResolvedPackage> {
  if (base.kind === "folder") return fromPath(posix.join(base.path, reference), options);
  return fromTree(reference, base, options.signal);
}

async function fromTree(
  reference: string,
  { tree, folder, name }: Extract<PackageBase, { kind: "tree" }>,
  signal: AbortSignal,
): Promise<ResolvedPackage> {
  const path = posix.join(folder === "" ? "." : folder, reference).replace(/\/+$/, "");
  const inside = path === "." ? "" : path;
  if (path === ".." || path.startsWith("../"))
    throw new PackageError(
      `${reference} leads out of ${name}; a package refers only to what it is shipped with`,
    );
  const origin = `${name}: ${path}`;
  const archive = path.endsWith(".tgz") ? await tree.bytes(path) : undefined;
  if (archive) return fromArchive(archive, origin, signal);
  return { ...(await loaded(tree, inside, origin)), base: { kind: "tree", tree, folder: inside, name } };
}

async function fromPath(path: string, { reader, signal }: ResolveOptions): Promise<ResolvedPackage> {
  const kind = await reader.kindOf(path);
  if (kind === "folder") {
    const tree = await reader.readFolder(path, signal);
    return { ...(await loaded(tree, "", path)), base: { kind: "folder", path } };
  }
  if (kind === "file" && path.endsWith(".tgz")) {
    return fromArchive(await reader.readFile(path, signal), path, signal);
  }
  if (kind === "file") throw new PackageError(`${path} is neither a folder nor a .tgz archive`);
  throw new PackageError(`there is no ${path}`);
}

async function fromArchive(archive: Uint8Array, name: string, signal: AbortSignal): Promise<ResolvedPackage> {
  const tree = await unpack(archive, name, signal);
  return { ...(await loaded(tree, "", name)), base: { kind: "tree", tree, folder: "", name } };
}

async function unpack(archive: Uint8Array, name: string, signal: AbortSignal): Promise<FileTree> {
  try {
    return await readArchive(archive, name, MAX_PACKAGE_SIZE, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new PackageError(messageOf(error), { cause: error });
  }
}

async function fromRepository(name: string, options: ResolveOptions): Promise<ResolvedPackage> {
  const { repository, reader, signal, archives } = options;
  const known = await options.known?.(name, wishOf(options));
  if (known !== undefined) return known;
  if (repository === undefined) {
    throw new PackageError(`'${name}' is a package of a repository, and none is configured`, {
      hint: `a folder is written with a separator: ./${name}`,
    });
  }
  const index = await fetchIndex(repository, reader, signal);
  const entry = findEntry(index, name, options);
  if (entry === undefined) throw notInIndex(name, repository, index, options);
  const kept = entry.digest === undefined ? undefined : archives?.get(entry.digest);
  if (kept !== undefined)
    return fromArchive(kept, displayUrl(absoluteUrl(repository, entry.urls[0] ?? "")), signal);
  const failures: string[] = [];
  for (const url of entry.urls) {
    const full = absoluteUrl(repository, url);
    const shown = displayUrl(full);
    if (isLocal(full) && !isLocal(repository.url)) {
      failures.push(`${shown}: a repository elsewhere cannot name files of this machine`);
      continue;
    }
    const archive = await reader.download(full, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      failures.push(messageOf(error));
      return undefined;
    });
    if (archive === undefined) continue;
    if (entry.digest === undefined || digestOf(archive) === entry.digest) {
      if (entry.digest !== undefined) archives?.set(entry.digest, archive);
      return fromArchive(archive, shown, signal);
    }
    failures.push(`${shown}: the archive is not the one that the index names: its SHA-256 is another`);
  }
  throw new PackageError(`${name} cannot be fetched: ${failures.join("; ")}`, { retryable: true });
}

/** Reads the index of a repository. @throws PackageError */
export async function fetchIndex(
  repository: Repository,
  reader: PackageReader,
  signal: AbortSignal,
): Promise<RepositoryIndex> {
  const url = absoluteUrl(repository, INDEX_FILE);
  const bytes = await reader.download(url, signal).catch((error: unknown) => {
    if (!(error instanceof PackageError)) throw error;
    throw new PackageError(`repository ${repository.name}: ${error.message}`, {
      cause: error,
      retryable: error.retryable,
      hint:
        error.hint ?? "`lockstep repo list` shows the repositories, `lockstep repo context` chooses another",
    });
  });
  const text = Buffer.from(bytes).toString("utf8");
  const { index, issues } = parseIndex(text, displayUrl(url));
  if (index) return index;
  throw new PackageError(
    `the index of repository ${repository.name} cannot be read\n${issues.map(formatIssue).join("\n")}`,
    { retryable: true }, // its owner mends it, without a new revision of whoever asks
  );
}

function isLocal(url: string): boolean {
  return /^file:/i.test(url);
}

function absoluteUrl({ url }: Repository, path: string): string {
  return /^[a-z]+:\/\//i.test(path) ? path : `${url.replace(/\/+$/, "")}/${path.replace(/^\.?\/+/, "")}`;
}

function notInIndex(
  name: string,
  repository: Repository,
  index: RepositoryIndex,
  wish: VersionWish,
): PackageError {
  const known = entriesOf(index, name);
  if (known.length === 0) {
    const near = didYouMean(name, packageNames(index));
    return new PackageError(`repository ${repository.name} has no package ${name}${near}`, {
      hint: `\`lockstep search\` shows what it has; a folder is written with a separator: ./${name}`,
    });
  }
  const there = known.map(versionText).join(", ");
  return new PackageError(
    `repository ${repository.name} has no ${name} of ${wishText(wish)}; it has ${there}`,
  );
}

function digestOf(archive: Uint8Array): string {
  return createHash("sha256").update(archive).digest("hex");
}

async function loaded(
  tree: FileTree,
  folder: string,
  origin: string,
): Promise<{ readonly loaded: LoadedPackage; readonly origin: string }> {
  const { loaded: found, issues } = await loadPackage(tree, folder);
  if (found && !hasErrors(issues)) return { loaded: found, origin };
  const nested = folder === "" ? nestedOperatorFile(tree.paths) : undefined;
  const errors = issues.filter(({ severity }) => severity === "error").map(formatIssue);
  throw new PackageError(`${origin} is no usable package\n${errors.join("\n")}`, {
    ...(nested !== undefined && { hint: `${OPERATOR_FILE} must be at the root, not in ${nested}` }),
  });
}
