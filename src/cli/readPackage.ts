import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { formatIssue, hasErrors } from "../base/issue.ts";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import type { LoadedPackage } from "../package/loadedPackage.ts";
import { loadPackage } from "../package/loadPackage.ts";
import { MAX_PACKAGE_SIZE } from "../package/packageFiles.ts";
import { listDirectory, readDirectory } from "../source/directoryTree.ts";
import type { FileTree } from "../source/fileTree.ts";
import { CliError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";

/** The files of a folder. @throws CliError when it cannot be read */
export async function readFolder(folder: string, signal: AbortSignal): Promise<FileTree> {
  try {
    if (!(await stat(folder)).isDirectory()) throw new CliError(`${folder} is no folder`);
    const path = resolve(folder);
    return (await readDirectory(path, await listDirectory(path, signal), MAX_PACKAGE_SIZE, signal)).tree;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError) throw error;
    throw new CliError(`${folder}: ${whyUnreadable(error)}`, { cause: error });
  }
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
