import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runGit } from "./gitServer.ts";

/** A bare repository with a working clone, in a temporary folder. */
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
    await mkdir(repository.bare, { recursive: true });
    await runGit(repository.bare, "init", "-q", "--bare", "-b", "main", ".");
    await runGit(repository.bare, "config", "receive.denyDeleteCurrent", "ignore");
    await mkdir(repository.work);
    await runGit(repository.work, "init", "-q", "-b", "main", ".");
    await runGit(repository.work, "remote", "add", "origin", repository.bare);
    return repository;
  }

  /** Writes files, commits and pushes the branch; answers the commit. */
  async push(files: Readonly<Record<string, string | Buffer>>, branch = "main"): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.work, path)), { recursive: true });
      await writeFile(join(this.work, path), content);
    }
    return await this.pushAll(branch);
  }

  /** Commits what is in the working tree and pushes with force. */
  async pushAll(branch = "main"): Promise<string> {
    await runGit(this.work, "add", "-A");
    await runGit(this.work, "commit", "-q", "--allow-empty", "-m", "change");
    await runGit(this.work, "push", "-q", "-f", "origin", `HEAD:refs/heads/${branch}`);
    return await runGit(this.work, "rev-parse", "HEAD");
  }

  async git(...args: readonly string[]): Promise<string> {
    return await runGit(this.work, ...args);
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
