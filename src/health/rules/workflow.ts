import { asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { degraded, type Health, healthy, progressing, unknown } from "../health.ts";

/** Judges an Argo Workflow by its phase. */
export function judgeWorkflow(object: KubeObject): Health {
  const phase = asString(valueAt(object, "status", "phase")) ?? "";
  const message = asString(valueAt(object, "status", "message"));
  switch (phase) {
    case "":
    case "Pending":
    case "Running":
      return progressing(phase || "NotStarted", message || "it is not finished yet");
    case "Succeeded":
      return healthy("Succeeded");
    case "Failed":
    case "Error":
      return degraded(phase, message || "it failed");
    default:
      return unknown("UnknownPhase", `its phase "${phase}" has no meaning here`);
  }
}
