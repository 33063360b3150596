import { valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { degraded, type Health, healthy, progressing } from "../health.ts";

/** Judges a PersistentVolumeClaim by its phase. Waiting for its first consumer looks like any other wait. */
export function judgePersistentVolumeClaim(object: KubeObject): Health {
  const phase = valueAt(object, "status", "phase");
  if (phase === "Bound") return healthy("Bound");
  if (phase === "Lost") return degraded("Lost", "its volume is gone");
  const storageClass = valueAt(object, "spec", "storageClassName");
  return progressing(
    "NotBound",
    `it is not bound to a volume yet${storageClass ? ` of class ${String(storageClass)}` : ""}`,
  );
}
