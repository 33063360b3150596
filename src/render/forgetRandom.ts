import type { RandomRecord, RandomUse } from "../package/randomRecord.ts";
import { templateOfCall } from "./recordedRandom.ts";

/** What a run that ended COMPLETE says about the record. */
export interface RandomRun {
  /** What all its renderings did. */
  readonly use: RandomUse;
  /** Every template of the package that it went by. */
  readonly templates: ReadonlySet<string>;
  /** Templates that ask for plan, phase or step: a run that does without a value says nothing about the next. */
  readonly positioned: ReadonlySet<string>;
  /** True for `deploy`, `update` and `upgrade`: what they do without in the package is gone from it. */
  readonly isDeployment: boolean;
}

/** For so many deployments a value outlives its template: as far as the history of an applied set goes back. */
const KEPT_DEPLOYMENTS = 5;
/** Characters that unused values may have together. */
const UNUSED_SIZE = 64 * 1024;

/**
 * The record after a run: which values it could have used and did not is counted, and those that nothing will ask for
 * any more go.
 *
 * A value whose call the template might make again stays: an option that is switched off and on, or five nodes that
 * become three and five, must find their passwords. It goes when its template left the package and five more
 * deployments did without it, or when unused values take too much room, those unused for longest first.
 */
export function forgetRandom(record: RandomRecord, run: RandomRun): RandomRecord {
  const unused = countUnused(record, run);
  const gone = new Set(
    [...unused]
      .filter(([call, runs]) => !run.templates.has(templateOfCall(call)) && runs > KEPT_DEPLOYMENTS)
      .map(([call]) => call),
  );
  const left = [...unused].filter(([call]) => !gone.has(call)).sort(([, a], [, b]) => a - b);
  let size = 0;
  for (const [call] of left) {
    size += call.length + (record.values[call] ?? "").length;
    if (size > UNUSED_SIZE) gone.add(call);
  }
  const values = Object.entries(record.values).filter(([call]) => !gone.has(call));
  const counts = [...unused].filter(([call]) => !gone.has(call));
  return {
    key: record.key,
    values: Object.fromEntries(values),
    ...(counts.length > 0 && { unused: Object.fromEntries(counts) }),
  };
}

function countUnused(record: RandomRecord, run: RandomRun): ReadonlyMap<string, number> {
  const used = new Set(run.use.used);
  const rendered = new Set(run.use.templates.filter((template) => !run.positioned.has(template)));
  const counts = Object.keys(record.values).flatMap((call) => {
    if (used.has(call)) return [];
    const template = templateOfCall(call);
    const didWithout = run.templates.has(template) ? rendered.has(template) : run.isDeployment;
    const runs = (record.unused?.[call] ?? 0) + (didWithout ? 1 : 0);
    return runs > 0 ? [[call, runs] as const] : [];
  });
  return new Map(counts);
}
