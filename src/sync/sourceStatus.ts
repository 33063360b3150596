import type { Issue } from "../base/issue.ts";

/** How a source stands: its entry in the document of `/status`. */
export interface SourceStatus {
  readonly name: string;
  readonly url: string;
  readonly ref: string;
  /** The newest commit that was fetched; `null` before the first. */
  readonly revision: string | null;
  /** RFC 3339, when that commit came. */
  readonly fetchedAt: string | null;
  /** The commit that the cluster was last brought to. */
  readonly appliedRevision: string | null;
  readonly state: "ok" | "stale" | "failed" | "pending";
  /** What is wrong, and what to do; empty when all is well. */
  readonly message: string;
  readonly issues: readonly Issue[];
}
