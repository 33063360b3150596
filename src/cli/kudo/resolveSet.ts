import { formatIssue } from "../../base/issue.ts";
import { verifyStructure } from "../../package/verifyStructure.ts";
import { type PackageSet, resolveDependencies } from "../../repository/resolveDependencies.ts";
import type { ResolvedPackage } from "../../repository/resolvePackage.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { findPackage, packageReader, type RepositoryOptions } from "../packageReference.ts";

/**
 * The package that an argument means with all that it depends on, each of them fit to be installed (package-format 1.6).
 *
 * @throws PackageError, CliError with every mistake of a package
 */
export async function resolveSet(
  reference: string,
  options: RepositoryOptions,
  io: CliIo,
): Promise<PackageSet> {
  const found = await findPackage(reference, options, io);
  return await resolveDependencies(found, {
    reader: packageReader,
    repository: found.repository,
    signal: io.signal,
    check: checkStructure,
  });
}

function checkStructure({ loaded, origin }: ResolvedPackage): void {
  const errors = verifyStructure(loaded).filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  throw new CliError(`${origin} cannot be installed\n${errors.map(formatIssue).join("\n")}`, {
    hint: "`lockstep package verify` shows everything",
  });
}
