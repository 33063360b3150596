import type { OperatorPackage, Task } from "../package/operatorPackage.ts";
import { resolvePackage } from "../repository/resolvePackage.ts";
import { isResolved } from "../task/childInstance.ts";
import type { CliIo } from "./cliIo.ts";
import { packageReader } from "./packageReference.ts";

/**
 * The package with its KudoOperator tasks naming operators and versions, as far as the folder tells: what they refer to
 * by path. A name without a version is for a repository to tell, which nobody asks here: such a task does nothing, and
 * a line says so.
 *
 * @throws PackageError for a path that leads to no package
 */
export async function withLocalChildren(
  pkg: OperatorPackage,
  folder: string,
  io: CliIo,
): Promise<OperatorPackage> {
  const tasks: Task[] = [];
  for (const task of pkg.tasks) tasks.push(await resolveTask(task, folder, io));
  return { ...pkg, tasks };
}

async function resolveTask(task: Task, folder: string, io: CliIo): Promise<Task> {
  if (task.kind !== "KudoOperator" || isResolved(task) || task.package === "") return task;
  if (!task.package.startsWith(".")) {
    io.err(`task ${task.name} makes an instance of ${task.package}, whose version is not known here\n`);
    return { name: task.name, kind: "Dummy", wantErr: false, fatal: false, done: true };
  }
  const base = { kind: "folder", path: folder } as const;
  const { loaded } = await resolvePackage(task.package, { reader: packageReader, base, signal: io.signal });
  const { name, operatorVersion, appVersion = "" } = loaded.pkg;
  return { ...task, package: name, operatorVersion, appVersion };
}
