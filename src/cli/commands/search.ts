import type { IndexEntry } from "../../repository/repositoryIndex.ts";
import { fetchIndex } from "../../repository/resolvePackage.ts";
import type { CliIo } from "../cliIo.ts";
import { withOutput } from "../instanceArgument.ts";
import { chooseRepository, kudoHome, readRepositories } from "../kudoHome.ts";
import { kudoTable } from "../kudoTable.ts";
import { parseFormat, print } from "../output.ts";
import { packageReader } from "../packageReference.ts";
import type { Register } from "../program.ts";

interface SearchOptions {
  readonly output: string;
  readonly repo?: string;
  readonly home?: string;
  readonly allVersions?: boolean;
}

/** `lockstep search TEXT`: packages of a repository whose name has the text in it. */
export const registerSearch: Register = (program, io) => {
  withOutput(program.command("search").description("packages of a repository whose name has TEXT in it"))
    .argument("[text]", "part of a name; default: every package", "")
    .option("--repo <name>", "repository to search; default: the current one")
    .option("-a, --all-versions", "every version, not the newest alone")
    .option("--home <folder>", "where the list of repositories lies (KUDO_HOME; default: ~/.kudo)")
    .action((text: string, options: SearchOptions) => search(text, options, io));
};

async function search(text: string, options: SearchOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  const repository = chooseRepository(await readRepositories(kudoHome(options.home, io)), options.repo);
  const index = await fetchIndex(repository, packageReader, io.signal);
  const names = [...index.entries.keys()].filter((name) => name.includes(text)).sort();
  const found = names.flatMap((name) => {
    const entries = (index.entries.get(name) ?? []).filter(({ removed }) => removed !== true);
    return options.allVersions === true ? entries : entries.slice(0, 1);
  });
  const documents = found.map(({ name, operatorVersion, appVersion = "", description = "" }) => ({
    name,
    operatorVersion,
    appVersion,
    description,
  }));
  print(io, format, documents, () => searchText(found, text, repository.name));
}

/** A name that goes on in the next row is said once. */
function searchText(found: readonly IndexEntry[], text: string, repository: string): string {
  if (found.length === 0) {
    return text === ""
      ? `repository ${repository} has no packages\n`
      : `no package of ${repository} has "${text}" in its name\n`;
  }
  const rows = found.map(({ name, operatorVersion, appVersion = "" }, at) => [
    found[at - 1]?.name === name ? "" : name,
    operatorVersion,
    appVersion,
  ]);
  return kudoTable(["Name", "Operator Version", "App Version"], rows);
}
