import type { OperatorPackage } from "../package/operatorPackage.ts";
import { operatorVersionName } from "../package/operatorPackage.ts";
import type { Accepted } from "../plan/accepted.ts";
import { childVersion, isResolved } from "../task/childInstance.ts";
import type { Pass } from "./reconcileDeps.ts";

/** Why a plan does not go on: an operator that it needs is not there. */
export type DependencyProblem =
  /** Ends the plan; `reason` is that of the Event. */
  | {
      readonly kind: "fatal";
      readonly reason: "DependencyMissing" | "CircularDependency";
      readonly message: string;
    }
  /** It has just come, and the watch has not told yet. */
  | { readonly kind: "unseen" };

/**
 * Looks whether every operator that a package needs, and those that these need, is in the namespace of its
 * OperatorVersion (package-format 3.5): from memory, each pass, for instances that no other made.
 *
 * The cleanup plan runs without: what is missing must not keep an instance from going.
 */
export async function checkDependencies(
  pass: Pass,
  pkg: OperatorPackage,
  accepted: Accepted,
): Promise<DependencyProblem | undefined> {
  const { deps, view, signal } = pass;
  if (view.parent || accepted.plan === "cleanup") return undefined;
  const namespace = accepted.operatorVersion.namespace ?? view.namespace;
  const lookUp = (name: string): Found => {
    const published = deps.packages.published({ name }, namespace);
    if (published?.kind !== "found") return published ?? { kind: "missing" };
    const found = deps.packages.peek(published.digest)?.pkg;
    return found ? { kind: "found", pkg: found } : { kind: "missing" };
  };
  const problem = findProblem(pkg, [], lookUp, new Set());
  if (!problem) return undefined;
  if (problem.kind === "circle")
    return {
      kind: "fatal",
      reason: "CircularDependency",
      message: `operators depend on each other in a circle: ${problem.path.join(" -> ")}`,
    };
  const { task, of, version, why } = problem;
  if (why === undefined) {
    const ref = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion", namespace, name: version };
    if (await deps.client.get(ref, { signal })) return { kind: "unseen" };
  }
  const what = why ?? `there is no OperatorVersion '${version}' in namespace '${namespace}'`;
  return { kind: "fatal", reason: "DependencyMissing", message: `task '${task}' of ${of}: ${what}` };
}

type Found =
  | { readonly kind: "found"; readonly pkg: OperatorPackage }
  | { readonly kind: "missing" }
  | { readonly kind: "broken"; readonly problem: string };

type Problem =
  | { readonly kind: "circle"; readonly path: readonly string[] }
  | {
      readonly kind: "missing";
      readonly task: string;
      readonly of: string;
      readonly version: string;
      readonly why?: string;
    };

/** The first problem, depth first. A task that is not resolved says so when it runs. */
function findProblem(
  pkg: OperatorPackage,
  above: readonly string[],
  lookUp: (version: string) => Found,
  done: Set<string>,
): Problem | undefined {
  const own = operatorVersionName(pkg);
  if (above.includes(own)) return { kind: "circle", path: [...above.slice(above.indexOf(own)), own] };
  if (done.has(own)) return undefined;
  for (const task of pkg.tasks) {
    if (task.kind !== "KudoOperator" || !isResolved(task)) continue;
    const version = childVersion(task);
    const found = lookUp(version);
    const place = { kind: "missing", task: task.name, of: own, version } as const;
    if (found.kind === "missing") return place;
    if (found.kind === "broken") return { ...place, why: found.problem };
    const deeper = findProblem(found.pkg, [...above, own], lookUp, done);
    if (deeper) return deeper;
  }
  done.add(own);
  return undefined;
}
