import { asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { degraded, type Health, healthy, progressing } from "../health.ts";

/** Judges a PersistentVolume by its phase; a free one is as good as a bound one. */
export function judgePersistentVolume(object: KubeObject): Health {
  const phase = asString(valueAt(object, "status", "phase"));
  if (phase === "Failed") {
    const message = asString(valueAt(object, "status", "message"));
    return degraded("VolumeFailed", message || "its reclamation failed");
  }
  return phase === "Pending" ? progressing("Pending", "it is not available yet") : healthy(phase ?? "Exists");
}
