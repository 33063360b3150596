/** Requests to the API server by `verb kind`. */
export type RequestCounts = ReadonlyMap<string, number>;

/** Reads the counts out of a page of metrics. */
export function parseRequestCounts(metrics: string): RequestCounts {
  const counts = new Map<string, number>();
  for (const [, labels = "", value] of metrics.matchAll(
    /^lockstep_cluster_requests_total\{(.*)\} (\d+)$/gm,
  )) {
    const label = Object.fromEntries(
      [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]),
    );
    const refused = Number(label.status) < 400 ? "" : ` (${label.status})`;
    const key = `${label.verb} ${label.kind}${refused}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

/** What came between two readings, most first; what did not change is left out. */
export function requestsBetween(before: RequestCounts, after: RequestCounts): RequestCounts {
  const rows = [...after].map(([key, count]) => [key, count - (before.get(key) ?? 0)] as const);
  return new Map(rows.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a));
}

/** Those that the work costs; starts and ends of plans are told at a pace of their own. */
export function withoutEvents(counts: RequestCounts): RequestCounts {
  return new Map([...counts].filter(([key]) => !key.startsWith("create Event")));
}

/** All of them. */
export function totalOf(counts: RequestCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
