import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Health, healthy, suspended } from "../health.ts";

/** Judges a CronJob: it only makes Jobs, so there is nothing to wait for. */
export function judgeCronJob(object: KubeObject): Health {
  return valueAt(object, "spec", "suspend") === true
    ? suspended("Suspended", "it is suspended")
    : healthy("Scheduled");
}
