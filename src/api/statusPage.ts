import type { InstanceDocument, StatusDocument } from "./documents.ts";
import { ApiError } from "./problem.ts";

/** Which rows of `/status` somebody wants. */
export interface StatusQuery {
  readonly namespace?: string | undefined;
  /** Most rows of one answer. */
  readonly limit?: number | undefined;
  /** Where the last answer ended. */
  readonly continue?: string | undefined;
}

/** Rows in the order of namespace and name, and how to get those that follow. */
export interface StatusRows {
  readonly rows: readonly InstanceDocument[];
  readonly continue?: string;
}

/** Picks the rows of one answer. @throws ApiError for a `continue` that is none of ours */
export function selectRows(all: Iterable<InstanceDocument>, query: StatusQuery): StatusRows {
  const after = query.continue === undefined ? undefined : parseToken(query.continue);
  const rows = [...all]
    .filter((row) => query.namespace === undefined || row.namespace === query.namespace)
    .filter((row) => after === undefined || compareKeys(row, after) > 0)
    .sort(compareKeys);
  if (query.limit === undefined || rows.length <= query.limit) return { rows };
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return last ? { rows: page, continue: tokenOf(last) } : { rows: page };
}

/** Counts over all rows of a namespace, or of all. */
export function summarize(all: Iterable<InstanceDocument>, namespace?: string): StatusDocument["summary"] {
  const summary = { instances: 0, complete: 0, inProgress: 0, failed: 0, drifted: 0, suspended: 0 };
  for (const row of all) {
    if (namespace !== undefined && row.namespace !== namespace) continue;
    summary.instances++;
    if (row.plan?.status === "COMPLETE") summary.complete++;
    else if (row.plan?.status === "FATAL_ERROR") summary.failed++;
    else if (row.plan && row.plan.status !== "NEVER_RUN") summary.inProgress++;
    if (row.drift.state === "Drifted") summary.drifted++;
    if (row.suspended) summary.suspended++;
  }
  return summary;
}

interface Key {
  readonly namespace: string;
  readonly name: string;
}

function compareKeys(a: Key, b: Key): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function tokenOf({ namespace, name }: Key): string {
  return Buffer.from(`${namespace}/${name}`).toString("base64url");
}

function parseToken(token: string): Key {
  const [namespace, name, ...rest] = Buffer.from(token, "base64url").toString().split("/");
  if (namespace && name && rest.length === 0) return { namespace, name };
  throw new ApiError(400, "request.continue", "continue is no token of an earlier answer", {
    hint: "leave it out to begin with the first row",
  });
}
