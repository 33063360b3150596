import type { KubeObject } from "../../object/kubeObject.ts";
import { conditionOf, describeCondition } from "../conditions.ts";
import { degraded, type Health, healthy, progressing } from "../health.ts";

/** Judges a CustomResourceDefinition: its names may be taken, else it is good once it is served. */
export function judgeCustomResourceDefinition(object: KubeObject): Health {
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False")
    return degraded(names.reason || "NamesNotAccepted", describeCondition(names));
  const established = conditionOf(object, "Established");
  if (established?.status === "True") return healthy("Established");
  if (established?.status === "False" && established.reason !== "Installing")
    return degraded(established.reason || "NotEstablished", describeCondition(established));
  return progressing("Installing", "it is not served yet");
}
