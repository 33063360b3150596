import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { instanceFile, instanceName, packageFiles } from "./workload.ts";

const run = promisify(execFile);

/** A bare Git repository with the package alone, and a clone to push from. */
export interface FleetRepository {
  readonly path: string;
  /** Commits that many instance files; one push. Resolves when the push is over. */
  push(count: number, namespace: string): Promise<void>;
}

/** Makes the repository in a folder. */
export async function createFleet(folder: string): Promise<FleetRepository> {
  const [path, clone] = [join(folder, "fleet.git"), join(folder, "clone")];
  const git = (...args: readonly string[]) =>
    run("git", ["-C", clone, "-c", "user.name=bench", "-c", "user.email=bench@example.com", ...args]);
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    await writeFile(join(clone, file), text);
  };
  const commitAndPush = async (message: string): Promise<void> => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
    await git("push", "--quiet", "origin", "HEAD:main");
  };
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", path]);
  await run("git", ["clone", "--quiet", path, clone]);
  for (const [file, text] of packageFiles()) await write(file, text);
  await commitAndPush("The package");
  return {
    path,
    async push(count, namespace) {
      for (let index = 0; index < count; index++) {
        const name = instanceName(index);
        await write(`instances/${name}.yaml`, instanceFile(name, namespace));
      }
      await commitAndPush(`${count} instances`);
    },
  };
}
