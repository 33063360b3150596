import { formatIssue, hasErrors } from "../base/issue.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import { loadPackage } from "../package/loadPackage.ts";
import type { FileTree } from "../source/fileTree.ts";
import { CliError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";
import { packageReader } from "./packageReference.ts";

/** The files of a folder. @throws CliError, PackageError when it cannot be read */
export async function readFolder(folder: string, signal: AbortSignal): Promise<FileTree> {
  if ((await packageReader.kindOf(folder)) === "file") throw new CliError(`${folder} is no folder`);
  return await packageReader.readFolder(folder, signal);
}

/** The package of a folder; warnings go to `err`. @throws CliError with every mistake when it cannot be used */
export async function readPackage(folder: string, io: CliIo): Promise<LoadedPackage> {
  const { loaded, issues } = await loadPackage(await readFolder(folder, io.signal), "");
  if (!loaded || hasErrors(issues)) {
    const errors = issues.filter(({ severity }) => severity === "error");
    throw new CliError(`${folder} is no usable package\n${errors.map(formatIssue).join("\n")}`, {
      hint: `\`lockstep package verify ${folder}\` shows everything`,
    });
  }
  for (const issue of issues) io.err(`${formatIssue(issue)}\n`);
  return loaded;
}
