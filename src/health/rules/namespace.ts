import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Health, healthy, progressing } from "../health.ts";

/** Judges a Namespace by its phase. */
export function judgeNamespace(object: KubeObject): Health {
  return valueAt(object, "status", "phase") === "Terminating"
    ? progressing("Terminating", "it is being deleted")
    : healthy("Active");
}
