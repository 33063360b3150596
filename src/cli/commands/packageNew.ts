import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { lenientVersion } from "../../package/lenientVersion.ts";
import { memoryTree } from "../../source/memoryTree.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { askText, type Question } from "../interview.ts";
import { reportPackage, reportText } from "../packageReport.ts";
import { type SkeletonValues, skeletonFiles } from "../packageSkeleton.ts";
import { writeText } from "../writeText.ts";

interface NewOptions {
  readonly interactive?: boolean;
  readonly overwrite?: boolean;
  readonly operatorVersion: string;
  readonly appVersion?: string;
  readonly kubernetesVersion: string;
}

/** As KUDO. */
const FOLDER = "operator";

/** `lockstep package new NAME`: a small package that runs, to begin with. */
export function addPackageNew(family: Command, io: CliIo): void {
  family
    .command("new")
    .description("write a small package that runs, to begin with")
    .argument("<name>", "name of the operator")
    .argument("[folder]", `where it is written; default: ${FOLDER}`)
    .option("-i, --interactive", "ask for what it says of itself")
    .option("-w, --overwrite", "replace files that are there")
    .option("--operator-version <version>", "version of the package", "0.1.0")
    .option("--app-version <version>", "version of what it runs")
    .option("--kubernetes-version <version>", "the oldest Kubernetes that it runs on", "1.20.0")
    .action((name: string, folder: string | undefined, options: NewOptions) =>
      create(name, folder ?? FOLDER, options, io),
    );
}

async function create(name: string, folder: string, options: NewOptions, io: CliIo): Promise<void> {
  const given: SkeletonValues = {
    name,
    operatorVersion: options.operatorVersion,
    kubernetesVersion: options.kubernetesVersion,
    ...(options.appVersion !== undefined && { appVersion: options.appVersion }),
    maintainers: [],
  };
  await checkFolder(folder, [...skeletonFiles(given).keys()], options.overwrite === true);
  await verify(given, folder, io); // a bad name is told before anybody is asked
  const values = options.interactive ? await interview(given, io) : given;
  const files = await verify(values, folder, io);
  for (const [path, text] of files) await writeText(join(folder, path), text);
  io.out(`package ${name} created in ${folder}: ${[...files.keys()].join(", ")}\n`);
  io.err(`next: \`lockstep template test ${folder}\`, \`lockstep package add parameter ${folder}\`\n`);
}

async function checkFolder(folder: string, paths: readonly string[], overwrite: boolean): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there && !there.isDirectory()) throw new CliError(`${folder} is no folder`);
  if (overwrite) return;
  for (const path of paths) {
    const file = join(folder, path);
    if (await stat(file).catch(() => undefined))
      throw usageError(`there is a ${file} already`, "--overwrite replaces it, or name another folder");
  }
}

/** The files, when the package that they make has no mistakes. */
async function verify(
  values: SkeletonValues,
  folder: string,
  io: CliIo,
): Promise<ReadonlyMap<string, string>> {
  const files = skeletonFiles(values);
  const tree = memoryTree(new Map([...files].map(([path, text]) => [path, Buffer.from(text)])));
  const report = await reportPackage(tree, folder);
  if (report.errors.length === 0) return files;
  io.err(reportText(report, io));
  throw usageError("what was given makes no valid package; nothing was written");
}

async function interview(given: SkeletonValues, io: CliIo): Promise<SkeletonValues> {
  const version = (text: string, fallback: string | undefined): Question => ({
    text,
    ...(fallback === undefined ? { isOptional: true } : { fallback }),
    check: (answer) => (lenientVersion(answer) === undefined ? "a version is written like 1.2.3" : undefined),
  });
  const operatorVersion = await askText(io, version("Version of the package", given.operatorVersion));
  const appVersion = await askText(io, version("Version of what it runs", given.appVersion));
  const kubernetesVersion = await askText(io, version("Oldest Kubernetes", given.kubernetesVersion));
  const url = await askText(io, { text: "Web page", isOptional: true });
  const maintainer = await askText(io, { text: "Name of a maintainer", isOptional: true });
  const email = maintainer ? await askText(io, { text: "Email of the maintainer" }) : "";
  return {
    name: given.name,
    operatorVersion,
    ...(appVersion && { appVersion }),
    kubernetesVersion,
    ...(url && { url }),
    maintainers: maintainer ? [{ name: maintainer, email }] : [],
  };
}
