import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../base/errors.ts";
import { CliError } from "../cliError.ts";

const run = promisify(execFile);

/** A bare Git repository that people can clone and push to, and a clone of our own to push from. */
export interface DemoRepository {
  /** Path of the bare repository. */
  readonly bare: string;
  /** Changes a file in the clone by replacing text, commits and pushes; answers the commit. */
  readonly push: (file: string, from: string, to: string, message: string) => Promise<string>;
}

/** Makes the repository below `folder` from the files of the examples. Needs the `git` program. */
export async function makeDemoRepository(
  folder: string,
  examples: string,
  signal: AbortSignal,
): Promise<DemoRepository> {
  const bare = join(folder, "fleet.git");
  const clone = join(folder, "clone");
  const git = (...args: string[]): Promise<string> => runGit(clone, args, signal);
  await mkdir(clone, { recursive: true });
  await cp(examples, clone, { recursive: true });
  await runGit(folder, ["init", "--quiet", "--bare", "--initial-branch=main", bare], signal);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "The fleet as it begins");
  await git("push", "--quiet", bare, "main");
  return {
    bare,
    push: async (file, from, to, message) => {
      const path = join(clone, file);
      const text = await readFile(path, "utf8");
      if (!text.includes(from)) throw new CliError(`${file} does not say "${from}" any more`);
      await git("pull", "--quiet", "--rebase", bare, "main");
      await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
      await git("commit", "--quiet", "--all", "--message", message);
      await git("push", "--quiet", bare, "main");
      return (await git("rev-parse", "HEAD")).trim();
    },
  };
}

/** True when the person's own git knows in whose name to commit; without that `git commit` refuses. */
export async function hasGitIdentity(env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  try {
    await run("git", ["var", "GIT_COMMITTER_IDENT"], { env: { ...env } });
    return true;
  } catch {
    return false; // git says by its exit code that it cannot tell
  }
}

/** Who commits, and no settings of the person's own: a signing key or a hook of theirs has no place here. */
const ENVIRONMENT = {
  GIT_AUTHOR_NAME: "Lockstep demo",
  GIT_AUTHOR_EMAIL: "demo@lockstep.invalid",
  GIT_COMMITTER_NAME: "Lockstep demo",
  GIT_COMMITTER_EMAIL: "demo@lockstep.invalid",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
};

async function runGit(cwd: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run("git", [...args], {
      cwd,
      signal,
      env: { PATH: process.env.PATH, HOME: cwd, ...ENVIRONMENT },
    });
    return stdout;
  } catch (error) {
    signal.throwIfAborted();
    if ((error as { code?: unknown }).code === "ENOENT") {
      throw new CliError("the demo needs git", { cause: error, hint: "install git and try again" });
    }
    throw new CliError(`git ${args[0]}: ${messageOf(error)}`, { cause: error });
  }
}
