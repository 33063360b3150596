import type { Issue } from "../base/issue.ts";
import type { InstanceFile } from "../package/instanceFile.ts";
import type { OperatorPackage } from "../package/operatorPackage.ts";

/** What the files of a revision say. */
export interface LoadedRevision {
  readonly revision: string;
  /** Packages without an error, by the name of their OperatorVersion. */
  readonly packages: ReadonlyMap<string, OperatorPackage>;
  /** What a package needs, by the same name, each after all that it needs itself; without an entry, nothing. */
  readonly dependencies: ReadonlyMap<string, readonly OperatorPackage[]>;
  /** Instances without an error, each key once. */
  readonly instances: readonly InstanceFile[];
  /** Keys (`namespace/name`) of instances whose file has a mistake: they stay as they are. */
  readonly broken: ReadonlySet<string>;
  readonly issues: readonly Issue[];
  /** Of what is known about instances: partial when a file that may hold one could not be read. */
  readonly completeness: "complete" | "empty" | "partial";
  /** False when a package could not be read: what is published of it must stay. */
  readonly packagesComplete: boolean;
  /** True when the same files may come to more later: a repository did not answer. */
  readonly mayRetry: boolean;
}
