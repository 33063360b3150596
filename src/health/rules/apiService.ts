import type { KubeObject } from "../../object/kubeObject.ts";
import { conditionOf, describeCondition } from "../conditions.ts";
import { type Health, healthy, progressing } from "../health.ts";

/** Judges an APIService: good when the server behind it answers. */
export function judgeApiService(object: KubeObject): Health {
  const available = conditionOf(object, "Available");
  if (!available) return progressing("NotObserved", "nobody has asked the server behind it yet");
  return available.status === "True"
    ? healthy("Available")
    : progressing(available.reason || "NotAvailable", describeCondition(available));
}
