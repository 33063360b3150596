import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { formatIssue } from "../base/issue.ts";
import { didYouMean } from "../base/nearest.ts";
import { whyUnreadable } from "../base/whyUnreadable.ts";
import {
  DEFAULT_REPOSITORIES,
  findRepository,
  parseRepositories,
  printRepositories,
  type Repositories,
  type Repository,
} from "../repository/repositories.ts";
import { CliError, usageError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";

/** Where KUDO's client keeps its files: `--home`, else `KUDO_HOME`, else `~/.kudo`. */
export function kudoHome(given: string | undefined, io: CliIo): string {
  return given ?? io.env.KUDO_HOME ?? join(io.env.HOME ?? homedir(), ".kudo");
}

function repositoriesFile(home: string): string {
  return join(home, "repository", "repositories.yaml");
}

/** The repositories that a person knows; KUDO's own where nothing was written yet. */
export async function readRepositories(home: string): Promise<Repositories> {
  const file = repositoriesFile(home);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return DEFAULT_REPOSITORIES;
    throw new CliError(`${file}: ${whyUnreadable(error)}`, { cause: error });
  }
  const { repositories, issues } = parseRepositories(text, file);
  if (repositories) return repositories;
  throw new CliError(`the list of repositories cannot be read\n${issues.map(formatIssue).join("\n")}`, {
    hint: `mend or delete ${file}`,
  });
}

/** Writes the list whole or not at all. */
export async function writeRepositories(home: string, repositories: Repositories): Promise<void> {
  const file = repositoriesFile(home);
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, printRepositories(repositories));
  await rename(draft, file);
}

/** The repository of that name, or the current one. @throws CliError when there is none */
export function chooseRepository(repositories: Repositories, name: string | undefined): Repository {
  const found = findRepository(repositories, name);
  if (found) return found;
  const known = repositories.repositories.map((repository) => repository.name);
  if (name === undefined) {
    throw usageError("no repository is chosen", "`lockstep repo context NAME` chooses one");
  }
  throw usageError(
    `there is no repository "${name}"${didYouMean(name, known)}`,
    "`lockstep repo list` shows them, `lockstep repo add NAME URL` adds one",
  );
}
