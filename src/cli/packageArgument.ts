import { stat } from "node:fs/promises";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import { MAX_PACKAGE_SIZE, OPERATOR_FILE } from "../package/packageFiles.ts";
import { readArchive } from "../source/archiveTree.ts";
import { displayUrl } from "../source/displayUrl.ts";
import type { FileTree } from "../source/fileTree.ts";
import { CliError, usageError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";
import { packageReader } from "./packageReference.ts";
import { readFolder } from "./readPackage.ts";

/** The folder named, else the current one, else its only sub-folder with a package. @throws CliError */
export async function chooseFolder(dir: string | undefined, io: CliIo): Promise<string> {
  if (dir !== undefined) return dir.length > 1 ? dir.replace(/\/+$/, "") : dir;
  const { paths } = await readFolder(".", io.signal);
  if (paths.includes(OPERATOR_FILE)) return ".";
  const below = paths.filter((path) => path.endsWith(`/${OPERATOR_FILE}`) && path.split("/").length === 2);
  const [only, ...others] = below.map((path) => path.slice(0, -OPERATOR_FILE.length - 1));
  if (only !== undefined && others.length === 0) return only;
  const found = only === undefined ? "no package" : "several packages";
  throw usageError(`${found} here: name the folder of one`);
}

/**
 * The files of a folder, a .tgz or a URL of one, whatever is wrong with them.
 *
 * @throws CliError, SourceError, PackageError when they cannot be read
 */
export async function readPackageFiles(path: string, io: CliIo): Promise<FileTree> {
  const { signal } = io;
  if (/^(https?|file):\/\//i.test(path)) {
    const archive = await packageReader.download(path, signal);
    return await readArchive(archive, displayUrl(path), MAX_PACKAGE_SIZE, signal);
  }
  const found = await stat(path).catch((error: unknown) => {
    throw new CliError(`${path}: ${whyUnreadable(error)}`, { cause: error });
  });
  if (!found.isFile()) return await readFolder(path, signal);
  if (!path.endsWith(".tgz")) throw new CliError(`${path} is neither a folder nor a .tgz archive`);
  return await readArchive(await packageReader.readFile(path, signal), path, MAX_PACKAGE_SIZE, signal);
}
