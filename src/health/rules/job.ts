import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { describeCondition, trueCondition } from "../conditions.ts";
import { degraded, type Health, healthy, progressing, suspended } from "../health.ts";
import { countOf, numberAt } from "../numbers.ts";

/**
 * Judges a Job: done at condition Complete, lost at condition Failed.
 *
 * `Suspended` with status False is a Job that was resumed and runs; the counters of pods decide nothing, for a Job may
 * need several.
 */
export function judgeJob(object: KubeObject): Health {
  const failed = trueCondition(object, "Failed");
  if (failed) return degraded(failed.reason || "JobFailed", describeCondition(failed));
  if (trueCondition(object, "Complete")) return healthy("Complete");
  if (trueCondition(object, "Suspended") && valueAt(object, "spec", "suspend") === true)
    return suspended("Suspended", "it is suspended");
  if (valueAt(object, "status", "startTime") === undefined)
    return progressing("JobNotStarted", "it has not started yet");
  return progressing("JobInProgress", describeProgress(object));
}

function describeProgress(object: KubeObject): string {
  const wanted = numberAt(object, "spec", "completions") ?? 1;
  const failed = countOf(object, "failed");
  const active = countOf(object, "active");
  const tries = failed > 0 ? `, ${failed} failed` : "";
  return `${countOf(object, "succeeded")} of ${wanted} completions, ${active} active${tries}`;
}
