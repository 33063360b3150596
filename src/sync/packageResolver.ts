import { isAbort, messageOf } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { instanceKey } from "../object/ownership.ts";
import type { InstanceFile } from "../package/instanceFile.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import { type OperatorPackage, operatorVersionName } from "../package/operatorPackage.ts";
import { inFolder, OPERATOR_FILE } from "../package/packageFiles.ts";
import { PackageError } from "../repository/packageError.ts";
import type { Repository } from "../repository/repositories.ts";
import { entriesOf, findEntry, packageNames, type RepositoryIndex } from "../repository/repositoryIndex.ts";
import { type PackageSet, resolveDependencies } from "../repository/resolveDependencies.ts";
import {
  fetchIndex,
  type PackageReader,
  type ResolvedPackage,
  resolvePackage,
} from "../repository/resolvePackage.ts";
import {
  fitsWish,
  newestFirst,
  type VersionWish,
  versionText,
  wishOf,
  wishText,
} from "../repository/versionWish.ts";
import { issueAt } from "../yaml/positionOf.ts";

/** Where the packages of a source come from besides its own files. */
export interface PackageOrigins {
  readonly reader: Pick<PackageReader, "download">;
  /** Looked through in this order. */
  readonly repositories: readonly Repository[];
}

/** The packages of a revision as they are published. */
export interface ResolvedPackages {
  /** By the name of their OperatorVersion; the KudoOperator tasks of those in use name operators and versions. */
  readonly packages: ReadonlyMap<string, OperatorPackage>;
  /** What a package needs, each after all that it needs itself; without an entry, nothing. */
  readonly dependencies: ReadonlyMap<string, readonly OperatorPackage[]>;
  /** What could not be resolved; such a package is not among `packages`. */
  readonly issues: readonly Issue[];
  /** True when the same revision may resolve later: a repository did not answer. */
  readonly mayRetry: boolean;
}

export interface ResolveInput {
  /** By the name of their OperatorVersion. */
  readonly packages: ReadonlyMap<string, LoadedPackage>;
  /** Operators of packages that have mistakes: nothing else takes their place. */
  readonly broken: readonly string[];
  readonly instances: readonly InstanceFile[];
}

/**
 * Finds the operators that the packages of a source depend on: a path inside the repository, another package of the
 * source, or a package of one of its repositories. Also finds instances' own packages there. Only packages that an
 * instance names are looked at.
 */
export class PackageResolver {
  readonly #source: string;
  readonly #origins: PackageOrigins;
  /** Archives of the last revision, by digest. */
  #archives = new Map<string, Uint8Array>();

  constructor(source: string, origins: PackageOrigins) {
    this.#source = source;
    this.#origins = origins;
  }

  async resolve(input: ResolveInput, signal: AbortSignal): Promise<ResolvedPackages> {
    const { instances } = input;
    const run = new ResolveRun(this.#source, this.#origins, input, this.#archives, signal);
    for (const [version, files] of Map.groupBy(instances, ({ operatorVersion }) => operatorVersion.name)) {
      await run.use(version, files);
    }
    this.#archives = run.used;
    return run.result();
  }
}

/** One pass over the packages of a revision: everything is fetched once. */
class ResolveRun {
  readonly used = new Map<string, Uint8Array>();
  readonly #source: string;
  readonly #origins: PackageOrigins;
  readonly #own: ReadonlyMap<string, LoadedPackage>;
  readonly #broken: readonly string[];
  readonly #kept: ReadonlyMap<string, Uint8Array>;
  readonly #signal: AbortSignal;
  readonly #fetched = new Map<string, Promise<Uint8Array>>();
  readonly #packages: Map<string, OperatorPackage>;
  readonly #dependencies = new Map<string, readonly OperatorPackage[]>();
  /** What is published under each name, and for whom. */
  readonly #published = new Map<string, { readonly digest: string; readonly of: string }>();
  readonly #issues: Issue[] = [];
  #mayRetry = false;

  constructor(
    source: string,
    origins: PackageOrigins,
    { packages: own, broken }: Pick<ResolveInput, "packages" | "broken">,
    kept: ReadonlyMap<string, Uint8Array>,
    signal: AbortSignal,
  ) {
    this.#source = source;
    this.#origins = origins;
    this.#own = own;
    this.#broken = broken;
    this.#kept = kept;
    this.#signal = signal;
    this.#packages = new Map([...own].map(([name, { pkg }]) => [name, pkg]));
  }

  result(): ResolvedPackages {
    return {
      packages: this.#packages,
      dependencies: this.#dependencies,
      issues: this.#issues,
      mayRetry: this.#mayRetry,
    };
  }

  /** Resolves the package that these instances name. */
  async use(version: string, files: readonly InstanceFile[]): Promise<void> {
    const own = this.#own.get(version);
    try {
      const root = own ? this.#resolved(own) : await this.#named(version);
      if (root) this.#take(version, await resolveDependencies(root, this.#options()));
    } catch (error) {
      if (isAbort(error) || this.#signal.aborted) throw error;
      this.#packages.delete(version);
      if (error instanceof PackageError && error.retryable) this.#mayRetry = true;
      this.#issues.push(...(own ? [taskIssue(own, error)] : files.map((file) => instanceIssue(file, error))));
    }
  }

  #take(version: string, { pkg, dependencies }: PackageSet): void {
    for (const item of [...dependencies, pkg]) {
      const name = operatorVersionName(item);
      const known = this.#published.get(name);
      if (known && known.digest !== item.digest)
        throw new PackageError(`${name} is another package here than for ${known.of}`, {
          hint: "give one of them another operatorVersion",
        });
    }
    for (const item of [...dependencies, pkg])
      this.#published.set(operatorVersionName(item), { digest: item.digest, of: version });
    this.#packages.set(version, pkg);
    if (dependencies.length > 0) this.#dependencies.set(version, dependencies);
  }

  #options() {
    return {
      reader: this.#reader(),
      known: (name: string, wish: VersionWish) => this.#find(name, wish),
      allowUrls: false,
      signal: this.#signal,
    };
  }

  #resolved(loaded: LoadedPackage): ResolvedPackage {
    const { tree, files } = loaded;
    const { folder } = files;
    return {
      loaded,
      origin: folder || loaded.pkg.name,
      base: { kind: "tree", tree, folder, name: this.#source },
    };
  }

  /** A plain name: the newest fitting package of the source, else of its repositories. */
  async #find(name: string, wish: VersionWish): Promise<ResolvedPackage> {
    const own = [...this.#own.values()].filter(({ pkg }) => pkg.name === name);
    const [newest] = own.filter(({ pkg }) => fitsWish(pkg, wish)).sort((a, b) => newestFirst(a.pkg, b.pkg));
    if (newest) return this.#resolved(newest);
    if (this.#broken.includes(name)) {
      throw new PackageError(`the package ${name} of the source has mistakes`, {
        hint: "see its own issues",
      });
    }
    const names = new Set([...this.#own.values()].map(({ pkg }) => pkg.name));
    const versions = own.map(({ pkg }) => versionText(pkg));
    for (const repository of this.#origins.repositories) {
      const index = await this.#index(repository);
      if (findEntry(index, name, wish)) return await this.#fetch(name, wish, repository);
      for (const known of packageNames(index)) names.add(known);
      versions.push(...entriesOf(index, name).map(versionText));
    }
    throw this.#notFound(name, wish, versions, names);
  }

  #notFound(
    name: string,
    wish: VersionWish,
    versions: readonly string[],
    names: ReadonlySet<string>,
  ): PackageError {
    const { repositories } = this.#origins;
    const places = ["the source", ...repositories.map((repository) => `repository ${repository.name}`)];
    const nowhere = places.length === 1 ? "the source has" : `neither ${places.join(" nor ")} has`;
    const no = places.length === 1 ? "no" : "a";
    if (versions.length > 0)
      return new PackageError(
        `${nowhere} ${no} package ${name} of ${wishText(wish)}; there is ${versions.join(", ")}`,
      );
    return new PackageError(`${nowhere} ${no} package ${name}${didYouMean(name, names)}`, {
      hint: `a folder is written with a separator: ./${name}; repositories are part of the source's configuration`,
    });
  }

  /** The package of an OperatorVersion that no file of the source makes; `undefined` when no repository has it. */
  async #named(version: string): Promise<ResolvedPackage | undefined> {
    if (this.#broken.some((name) => version.startsWith(`${name}-`))) return undefined;
    for (const repository of this.#origins.repositories) {
      const { entries } = await this.#index(repository);
      const entry = [...entries.values()]
        .flat()
        .find((item) => item.removed !== true && operatorVersionName(item) === version);
      if (!entry) continue;
      return await this.#fetch(entry.name, wishOf(entry), repository);
    }
    return undefined;
  }

  #fetch(name: string, wish: VersionWish, repository: Repository): Promise<ResolvedPackage> {
    const archives = {
      get: (digest: string) => {
        const archive = this.used.get(digest) ?? this.#kept.get(digest);
        if (archive) this.used.set(digest, archive);
        return archive;
      },
      set: (digest: string, archive: Uint8Array) => this.used.set(digest, archive),
    };
    const base = { kind: "folder", path: "." } as const; // a name needs none
    const reader = this.#reader();
    return resolvePackage(name, { ...wish, reader, repository, archives, base, signal: this.#signal });
  }

  /** The lists of people's machines, which others hear of, are not asked here. */
  async #index(repository: Repository): Promise<RepositoryIndex> {
    try {
      return await fetchIndex(repository, this.#reader(), this.#signal);
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      const { message, retryable } = error;
      const hint = "its URL is part of the source's configuration";
      throw new PackageError(message, { cause: error, retryable, hint });
    }
  }

  /** Nothing but downloads, each once: the files of this machine are nobody's business. */
  #reader(): PackageReader {
    const refuse = (path: string): never => {
      throw new PackageError(`${path} is outside the source`);
    };
    return {
      kindOf: async () => "none",
      readFolder: async (path) => refuse(path),
      readFile: async (path) => refuse(path),
      download: (url, signal) => {
        const known = this.#fetched.get(url) ?? this.#origins.reader.download(url, signal);
        this.#fetched.set(url, known);
        return known;
      },
    };
  }
}

function taskIssue({ operator, files, pkg }: LoadedPackage, error: unknown): Issue {
  const [name] = error instanceof PackageError ? error.tasks : [];
  const index = pkg.tasks.findIndex((task) => task.name === name);
  const common = issueOf("package.dependency", error);
  if (index === -1) return { ...common, file: inFolder(files.folder, OPERATOR_FILE) };
  return issueAt(operator, ["tasks", index, "spec", "package"], common);
}

function instanceIssue(file: InstanceFile, error: unknown): Issue {
  const { message, ...common } = issueOf("sync.packageUnresolved", error);
  return {
    ...common,
    message: `Instance ${instanceKey(file)}: ${message}`,
    file: file.file,
    line: file.line,
  };
}

function issueOf(code: string, error: unknown): Issue {
  const hint = error instanceof PackageError ? error.hint : undefined;
  return { severity: "error", code, message: messageOf(error), ...(hint !== undefined && { hint }) };
}
