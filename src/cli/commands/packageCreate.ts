import { createHash } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join, posix, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { Issue } from "../../base/issue.ts";
import { whyUnreadable } from "../../base/whyUnreadable.ts";
import type { LoadedPackage } from "../../package/loadedPackage.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { OPERATOR_FILE } from "../../package/packageFiles.ts";
import { verifyPackage } from "../../package/verifyPackage.ts";
import { archiveName } from "../../repository/repositoryIndex.ts";
import { writeArchive } from "../../source/archiveTree.ts";
import type { FileTree } from "../../source/fileTree.ts";
import { issueAt } from "../../yaml/positionOf.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { parseFormat, print } from "../output.ts";
import { reportPackage, reportText } from "../packageReport.ts";
import { readFolder } from "../readPackage.ts";

interface CreateOptions {
  readonly output: string;
  readonly destination: string;
  readonly overwrite?: boolean;
}

/** `lockstep package create DIR`: the archive of a package that has no mistakes. */
export function addPackageCreate(family: Command, io: CliIo): void {
  withOutput(family.command("create").description("verify a package and pack it into a .tgz"))
    .argument("<dir>", "folder with operator.yaml")
    .option("-d, --destination <folder>", "where the archive goes", ".")
    .option("-w, --overwrite", "replace an archive that is there")
    .action((dir: string, options: CreateOptions) => create(dir, options, io));
}

async function create(dir: string, options: CreateOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const folder = dir.length > 1 ? dir.replace(/\/+$/, "") : dir;
  const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() === true;
  if (isFolder && !(await stat(join(folder, OPERATOR_FILE)).catch(() => undefined))) {
    throw new CliError(`${folder} is no package: it has no ${OPERATOR_FILE}`, {
      hint: "`lockstep package new NAME` writes one to begin with",
    });
  }
  const tree = await readFolder(folder, io.signal);
  const { pkg } = await verified(tree, folder, io);
  const target = join(options.destination, archiveName(pkg));
  await checkTarget(target, options.overwrite === true);
  const archive = await writeArchive(
    await packedFiles(tree, pkg, relative(resolve(folder), resolve(options.destination))),
  );
  for (const path of tree.symlinks) io.err(`warning: ${join(folder, path)} is a symlink: left out\n`);
  await write(options.destination, target, archive);
  const { name, operatorVersion, appVersion = "" } = pkg;
  const digest = createHash("sha256").update(archive).digest("hex");
  const document = { path: target, name, operatorVersion, appVersion, size: archive.byteLength, digest };
  print(io, format, document, () => `Package created: ${target}\n`);
}

/** @throws CliError after saying what is wrong */
async function verified(tree: FileTree, folder: string, io: CliIo): Promise<LoadedPackage> {
  const report = await reportPackage(tree, folder, [
    verifyPackage,
    (loaded) => outsideReferences(loaded, tree),
  ]);
  io.err(reportText(report, io));
  const { errors, loaded } = report;
  if (loaded && errors.length === 0) return loaded;
  const count = `${errors.length} package verification ${errors.length === 1 ? "error" : "errors"}`;
  throw new CliError(`${folder}: found ${count}; nothing was written`);
}

/** An archive is installed by itself: what its KudoOperator tasks name by a path must be in it. */
function outsideReferences({ pkg, operator }: LoadedPackage, tree: FileTree): readonly Issue[] {
  return pkg.tasks.flatMap((task, index) => {
    if (task.kind !== "KudoOperator" || !/^\.\.?(\/|$)/.test(task.package)) return [];
    const path = posix.normalize(task.package).replace(/\/$/, "");
    if (
      tree.paths.includes(`${path}/${OPERATOR_FILE}`) ||
      (path.endsWith(".tgz") && tree.paths.includes(path))
    )
      return [];
    return issueAt(operator, ["tasks", index, "spec", "package"], {
      severity: "error",
      code: "package.outside",
      message: `task "${task.name}" refers to ${task.package}, which is not in the package and so not in its archive`,
      hint: "put that package below this one, or name it as a repository has it",
    });
  });
}

/**
 * Every file, but for archives of this package that were made before.
 *
 * @param destination  of the archive, from the folder of the package
 */
async function packedFiles(
  tree: FileTree,
  pkg: OperatorPackage,
  destination: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const needed = new Set(
    pkg.tasks.map((task) => (task.kind === "KudoOperator" ? posix.normalize(task.package) : "")),
  );
  const isOwnArchive = (path: string): boolean => {
    const { dir, base } = posix.parse(path);
    const isOurs = base.startsWith(`${pkg.name}-`) && base.endsWith(".tgz") && !needed.has(path);
    return isOurs && (dir === "" || dir === destination);
  };
  const files = new Map<string, Uint8Array>();
  for (const path of tree.paths.filter((path) => !isOwnArchive(path)))
    files.set(path, (await tree.bytes(path)) ?? new Uint8Array());
  return files;
}

async function checkTarget(target: string, overwrite: boolean): Promise<void> {
  const there = await stat(target).catch(() => undefined);
  if (there?.isDirectory()) throw new CliError(`${target} is a folder`);
  if (there && !overwrite) throw usageError(`there is a ${target} already`, "--overwrite replaces it");
}

async function write(folder: string, target: string, archive: Uint8Array): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(target, archive);
  } catch (error) {
    throw new CliError(`${target}: ${whyUnreadable(error)}`, { cause: error });
  }
}
