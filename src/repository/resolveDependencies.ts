import { type OperatorPackage, operatorVersionName, type Task } from "../package/operatorPackage.ts";
import { packageDigest } from "../package/operatorVersion.ts";
import { PackageError } from "./packageError.ts";
import { type ResolvedPackage, type ResolveOptions, resolvePackage } from "./resolvePackage.ts";

/** A package with all that its KudoOperator tasks need. */
export interface PackageSet {
  /** Its KudoOperator tasks name the operators and versions that were found. */
  readonly pkg: OperatorPackage;
  /** Each OperatorVersion once, before those that depend on it; `pkg` is not among them. */
  readonly dependencies: readonly OperatorPackage[];
}

interface Walk {
  readonly options: Omit<ResolveOptions, "base" | "appVersion" | "operatorVersion"> & {
    /** Looks at each package once, before its own dependencies; what it throws ends the search. */
    readonly check?: (found: ResolvedPackage) => void;
  };
  readonly done: Map<string, OperatorPackage>;
  /** By name: what was first found under it. */
  readonly origins: Map<string, { readonly digest: string; readonly origin: string }>;
}

/**
 * Resolves every KudoOperator task of a package, in a plan or not, and those of what it finds (package-format 3.5).
 *
 * @throws PackageError when one cannot be found, or packages depend on each other in a circle
 */
export async function resolveDependencies(
  root: ResolvedPackage,
  options: Walk["options"],
): Promise<PackageSet> {
  const done = new Map<string, OperatorPackage>();
  const pkg = await visit(root, [], { options, done, origins: new Map() });
  done.delete(operatorVersionName(pkg));
  return { pkg, dependencies: [...done.values()] };
}

async function visit(
  resolved: ResolvedPackage,
  above: readonly string[],
  walk: Walk,
): Promise<OperatorPackage> {
  const { pkg } = resolved.loaded;
  const key = operatorVersionName(pkg);
  const path = [...above, key];
  if (above.includes(key)) {
    throw new PackageError(`packages depend on each other in a circle: ${path.join(" -> ")}`);
  }
  const first = walk.origins.get(key) ?? { digest: pkg.digest, origin: resolved.origin };
  walk.origins.set(key, first);
  if (first.digest !== pkg.digest) {
    throw new PackageError(`two packages are both ${key}: ${first.origin} and ${resolved.origin}`);
  }
  const known = walk.done.get(key);
  if (known) return known;
  walk.options.check?.(resolved);
  const tasks: Task[] = [];
  for (const task of pkg.tasks) tasks.push(await resolveTask(task, resolved, path, walk));
  const content = { ...pkg, tasks };
  const isResolved = tasks.every((task, at) => task === pkg.tasks[at]);
  const next = isResolved ? pkg : { ...content, digest: packageDigest(content) };
  walk.done.set(key, next);
  return next;
}

/** The task with what its package turned out to be. */
async function resolveTask(
  task: Task,
  parent: ResolvedPackage,
  path: readonly string[],
  walk: Walk,
): Promise<Task> {
  if (task.kind !== "KudoOperator") return task;
  const found = await findChild(task, parent, walk);
  const { name, operatorVersion, appVersion = "" } = await below(task.name, () => visit(found, path, walk));
  return { ...task, package: name, operatorVersion, appVersion };
}

/** Names the task in what goes wrong below it. */
async function below<T>(task: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new PackageError(error.message, { ...whyOf(error), tasks: [task, ...error.tasks] });
  }
}

function whyOf(error: PackageError): ConstructorParameters<typeof PackageError>[1] {
  const { retryable, hint } = error;
  return { cause: error, retryable, ...(hint !== undefined && { hint }) };
}

async function findChild(
  task: Extract<Task, { kind: "KudoOperator" }>,
  parent: ResolvedPackage,
  { options }: Walk,
): Promise<ResolvedPackage> {
  try {
    return await resolvePackage(task.package, {
      ...options,
      base: parent.base,
      ...(task.appVersion && { appVersion: task.appVersion }),
      ...(task.operatorVersion && { operatorVersion: task.operatorVersion }),
    });
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new PackageError(`task ${task.name} of ${parent.origin}: ${error.message}`, {
      ...whyOf(error),
      tasks: [task.name],
    });
  }
}
