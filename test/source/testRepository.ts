import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommit, runGit } from "./gitServer.ts";

/** Nothing of git's own housekeeping, which costs a process or two for each commit. */
const QUIET = "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n";

/**
 * A bare repository and one with a working tree, in a temporary folder. They share one folder of objects, and are made
 * without git: a test has some dozens of them.
 */
export class TestRepository {
  readonly root: string;
  readonly bare: string;
  readonly work: string;

  constructor(root: string) {
    this.root = root;
    this.bare = join(root, "served", "fleet.git");
    this.work = join(root, "work");
  }

  static async create(): Promise<TestRepository> {
    const repository = new TestRepository(await mkdtemp(join(tmpdir(), "lockstep-source-")));
    const { bare, work } = repository;
    const gitdir = join(work, ".git");
    const core = (isBare: boolean): string =>
      `[core]\n\trepositoryformatversion = 0\n\tbare = ${isBare}\n${QUIET}\tdenyDeleteCurrent = ignore\n`;
    for (const folder of [gitdir, bare]) {
      await mkdir(join(folder, "refs", "heads"), { recursive: true });
      await writeFile(join(folder, "HEAD"), "ref: refs/heads/main\n");
    }
    await mkdir(join(gitdir, "objects"));
    await symlink(join(gitdir, "objects"), join(bare, "objects"));
    await writeFile(join(bare, "config"), core(true));
    await writeFile(join(gitdir, "config"), `${core(false)}[remote "origin"]\n\turl = ${bare}\n`);
    return repository;
  }

  /** Writes files, commits, and points the bare repository's branch at it; answers the commit. */
  async push(files: Readonly<Record<string, string | Buffer>>, branch = "main"): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.work, path)), { recursive: true });
      await writeFile(join(this.work, path), content);
    }
    return await this.pushAll(branch);
  }

  /** Commits what is in the working tree, and points the bare repository's branch at it. */
  async pushAll(branch = "main"): Promise<string> {
    await runCommit(this.work);
    const gitdir = join(this.work, ".git");
    const head = (await readFile(join(gitdir, "HEAD"), "utf8")).slice("ref: ".length).trim();
    const commit = (await readFile(join(gitdir, head), "utf8")).trim();
    const ref = join(this.bare, "refs", "heads", branch);
    await mkdir(dirname(ref), { recursive: true });
    await writeFile(ref, `${commit}\n`);
    return commit;
  }

  async git(...args: readonly string[]): Promise<string> {
    return await runGit(this.work, ...args);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
