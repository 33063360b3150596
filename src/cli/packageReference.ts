import type { Command } from "commander";
import { createPackageReader } from "../repository/packageReader.ts";
import type { Repository } from "../repository/repositories.ts";
import { type ResolvedPackage, resolvePackage } from "../repository/resolvePackage.ts";
import { type VersionWish, wishOf } from "../repository/versionWish.ts";
import type { CliIo } from "./cliIo.ts";
import { chooseRepository, kudoHome, readRepositories } from "./kudoHome.ts";

/** Milliseconds that one archive or index may take. */
const DOWNLOAD_TIMEOUT_MS = 60_000;

/** What `withRepository` reads. */
export interface RepositoryOptions extends VersionWish {
  readonly repo?: string;
  readonly home?: string;
}

/** Adds the options that say which package of which repository a name means. */
export function withRepository(command: Command): Command {
  return command
    .option("--repo <name>", "repository of the package; default: the current one")
    .option("--app-version <version>", "the newest package of this app version")
    .option("--operator-version <version>", "the package of this operator version")
    .option("--home <folder>", "where the list of repositories lies (KUDO_HOME; default: ~/.kudo)");
}

/** Reads packages from files and over HTTP. */
export const packageReader = createPackageReader({ fetch: globalThis.fetch, timeoutMs: DOWNLOAD_TIMEOUT_MS });

/** The package that an argument means: a folder, a .tgz, a URL, or a name in a repository (package-format 9.3). */
export async function findPackage(
  reference: string,
  options: RepositoryOptions,
  io: CliIo,
): Promise<ResolvedPackage & { readonly repository: Repository }> {
  const repository = chooseRepository(await readRepositories(kudoHome(options.home, io)), options.repo);
  const resolved = await resolvePackage(reference, {
    reader: packageReader,
    repository,
    base: { kind: "folder", path: "." },
    signal: io.signal,
    ...wishOf(options),
  });
  return { ...resolved, repository };
}
