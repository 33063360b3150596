import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatIssue } from "../../base/issue.ts";
import { whyUnreadable } from "../../base/whyUnreadable.ts";
import { PackageError } from "../../repository/packageError.ts";
import type { Repositories, Repository } from "../../repository/repositories.ts";
import {
  entryOf,
  INDEX_FILE,
  type IndexEntry,
  indexOf,
  mergeIndexes,
  parseIndex,
  printIndex,
  type RepositoryIndex,
} from "../../repository/repositoryIndex.ts";
import { fetchIndex, resolvePackage } from "../../repository/resolvePackage.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { chooseRepository, kudoHome, readRepositories, writeRepositories } from "../kudoHome.ts";
import { kudoTable } from "../kudoTable.ts";
import { parseFormat, print } from "../output.ts";
import { packageReader } from "../packageReference.ts";
import type { Register } from "../program.ts";

interface Home {
  readonly home?: string;
}

interface IndexOptions extends Home {
  readonly url?: string;
  readonly urlRepo?: string;
  readonly merge?: string;
  readonly mergeRepo?: string;
  readonly overwrite?: boolean;
}

const HOME = [
  "--home <folder>",
  "where the list of repositories lies (KUDO_HOME; default: ~/.kudo)",
] as const;

/** `lockstep repo …`: the repositories that packages come from, and the index of one's own. */
export const registerRepo: Register = (program, io) => {
  const family = program.command("repo").description("repositories of packages: list, add, choose, index");
  withOutput(family.command("list").description("the repositories that are known; * marks the current one"))
    .option(...HOME)
    .action((options: Home & { readonly output: string }) => list(options, io));
  family
    .command("add")
    .description("remember a repository; its index is read to see that it is one")
    .argument("<name>")
    .argument("<url>", "http, https or file URL; index.yaml lies below it")
    .option("-f, --skip-check", "do not read the index")
    .option(...HOME)
    .action((name: string, url: string, options: Home & { readonly skipCheck?: boolean }) =>
      add({ name, url }, options, io),
    );
  family
    .command("remove")
    .alias("rm")
    .description("forget repositories")
    .argument("<names...>")
    .option(...HOME)
    .action((names: readonly string[], options: Home) => remove(names, options, io));
  family
    .command("context")
    .description("choose the repository that is used unless --repo names another")
    .argument("<name>")
    .option(...HOME)
    .action((name: string, options: Home) => choose(name, options, io));
  family
    .command("index")
    .description("write index.yaml for all .tgz packages of a folder")
    .argument("<dir>")
    .option("--url <url>", "where the packages will lie; default: beside the index")
    .option("--url-repo <name>", "as --url, the URL of a known repository")
    .option("--merge <url>", "keep what the index of this repository has, unless it is in the folder")
    .option("--merge-repo <name>", "as --merge, of a known repository")
    .option("-w, --overwrite", "replace an index.yaml that is there")
    .option(...HOME)
    .action((dir: string, options: IndexOptions) => writeIndex(dir, options, io));
};

async function list(options: Home & { readonly output: string }, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const { context, repositories } = await readRepositories(kudoHome(options.home, io));
  const rows = repositories.map(({ name, url }) => [name === context ? `*${name}` : name, url]);
  const value = { context, repositories: repositories.map(({ name, url }) => ({ name, url })) };
  print(io, format, value, () => kudoTable(["NAME", "URL"], rows));
}

async function add(
  repository: Repository,
  options: Home & { readonly skipCheck?: boolean },
  io: CliIo,
): Promise<void> {
  const home = kudoHome(options.home, io);
  const known = await readRepositories(home);
  const { name, url } = repository;
  if (known.repositories.some((other) => other.name === name))
    throw usageError(`there is a repository "${name}" already`, `\`lockstep repo remove ${name}\` first`);
  if (!/^(https?|file):\/\//i.test(url)) throw usageError(`"${url}" is no http, https or file URL`);
  if (options.skipCheck !== true) await check(repository, io);
  await writeRepositories(home, { ...known, repositories: [...known.repositories, repository] });
  io.out(`"${name}" has been added to your repositories\n`);
}

async function check(repository: Repository, io: CliIo): Promise<void> {
  try {
    await fetchIndex(repository, packageReader, io.signal);
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new CliError(`"${repository.url}" looks like no repository: ${error.message}`, {
      cause: error,
      hint: "--skip-check adds it all the same",
    });
  }
}

async function remove(names: readonly string[], options: Home, io: CliIo): Promise<void> {
  const home = kudoHome(options.home, io);
  let known: Repositories = await readRepositories(home);
  for (const name of names) {
    chooseRepository(known, name);
    known = {
      context: known.context === name ? "" : known.context,
      repositories: known.repositories.filter((repository) => repository.name !== name),
    };
  }
  await writeRepositories(home, known);
  for (const name of names) io.out(`"${name}" has been removed from your repositories\n`);
}

async function choose(name: string, options: Home, io: CliIo): Promise<void> {
  const home = kudoHome(options.home, io);
  const known = await readRepositories(home);
  chooseRepository(known, name);
  await writeRepositories(home, { ...known, context: name });
  io.out(`"${name}" is the current repository now\n`);
}

async function writeIndex(dir: string, options: IndexOptions, io: CliIo): Promise<void> {
  if (options.url !== undefined && options.urlRepo !== undefined)
    throw usageError("--url and --url-repo say the same thing: give one");
  if (options.merge !== undefined && options.mergeRepo !== undefined)
    throw usageError("--merge and --merge-repo say the same thing: give one");
  const target = join(dir, INDEX_FILE);
  if (options.overwrite !== true && (await stat(target).catch(() => undefined)) !== undefined)
    throw usageError(`there is a ${target} already`, "--overwrite replaces it");
  const repositories = await readRepositories(kudoHome(options.home, io));
  const prefix =
    options.urlRepo === undefined ? options.url : chooseRepository(repositories, options.urlRepo).url;
  const own = indexed(await entriesOf(dir, prefix, io), new Date().toISOString());
  const other = await indexToMerge(options, repositories, io);
  await writeFile(target, printIndex(other === undefined ? own : mergeIndexes(own, other)));
  io.out(`index ${target} created\n`);
}

function indexed(entries: readonly IndexEntry[], generated: string): RepositoryIndex {
  try {
    return indexOf(entries, generated);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The packages that lie in the folder itself. Each is read once, and none but the .tgz files: the rest may be large. */
async function entriesOf(dir: string, prefix: string | undefined, io: CliIo): Promise<readonly IndexEntry[]> {
  const archives = await archivesIn(dir);
  if (archives.length === 0) throw new CliError(`${dir} has no .tgz package`);
  const base = { kind: "folder", path: dir } as const;
  const entries: IndexEntry[] = [];
  for (const file of archives) {
    const archive = await packageReader.readFile(join(dir, file), io.signal);
    const reader = { ...packageReader, readFile: async () => archive };
    const { loaded } = await resolvePackage(`./${file}`, { reader, base, signal: io.signal });
    const url = prefix === undefined ? file : `${prefix.replace(/\/+$/, "")}/${file}`;
    entries.push(entryOf(loaded.pkg, archive, url));
  }
  return entries;
}

async function archivesIn(dir: string): Promise<readonly string[]> {
  try {
    const found = await readdir(dir, { withFileTypes: true });
    const files = found.filter((entry) => entry.isFile() && entry.name.endsWith(".tgz"));
    return files.map(({ name }) => name).sort();
  } catch (error) {
    throw new CliError(`${dir}: ${whyUnreadable(error)}`, { cause: error });
  }
}

async function indexToMerge(
  { merge, mergeRepo }: IndexOptions,
  repositories: Repositories,
  io: CliIo,
): Promise<RepositoryIndex | undefined> {
  if (mergeRepo !== undefined)
    return fetchIndex(chooseRepository(repositories, mergeRepo), packageReader, io.signal);
  if (merge === undefined) return undefined;
  const url = merge.endsWith(`/${INDEX_FILE}`) ? merge : `${merge.replace(/\/+$/, "")}/${INDEX_FILE}`;
  const text = Buffer.from(await packageReader.download(url, io.signal)).toString("utf8");
  const { index, issues } = parseIndex(text, url);
  if (index) {
    const left = issues.map(formatIssue).join("\n");
    if (left) io.err(`${left}\n`);
    return index;
  }
  throw new CliError(`${url} cannot be merged\n${issues.map(formatIssue).join("\n")}`);
}
