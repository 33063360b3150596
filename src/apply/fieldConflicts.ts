import type { ClusterError } from "../cluster/clusterError.ts";
import { MANAGER_PREFIX } from "../object/ownership.ts";

/** One field that another manager owns with another value. */
export interface FieldConflict {
  readonly manager: string;
  /** The server's path, `.spec.replicas`. */
  readonly field: string;
}

/** What a refused apply says about its conflicts; empty for other errors. */
export function fieldConflictsOf(error: ClusterError): readonly FieldConflict[] {
  return error.causes
    .filter((cause) => cause.reason === "FieldManagerConflict")
    .map(({ message, field }) => ({ manager: /^conflict with "([^"]*)"/.exec(message)?.[1] ?? "", field }));
}

/** Managers of other Lockstep instances among them: their fields are never taken by force. */
export function lockstepManagers(conflicts: readonly FieldConflict[]): readonly string[] {
  return managersOf(conflicts).filter((manager) => manager.startsWith(MANAGER_PREFIX));
}

/** The managers, each once. */
export function managersOf(conflicts: readonly FieldConflict[]): readonly string[] {
  return [...new Set(conflicts.map((conflict) => conflict.manager))];
}
