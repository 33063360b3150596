import { asList, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type Health, healthy, progressing } from "../health.ts";

/**
 * Judges a Service: only one of type LoadBalancer has something to wait for, its address.
 *
 * An address that the author gave in `spec.externalIPs` counts, as it did for KUDO.
 */
export function judgeService(object: KubeObject): Health {
  if (valueAt(object, "spec", "type") !== "LoadBalancer") return healthy("Exists");
  if (!valueAt(object, "spec", "clusterIP"))
    return progressing("NoClusterAddress", "it has no cluster address yet");
  const given = asList(valueAt(object, "spec", "externalIPs"));
  const assigned = asList(valueAt(object, "status", "loadBalancer", "ingress"));
  return given.length + assigned.length > 0
    ? healthy("AddressAssigned")
    : progressing("NoLoadBalancerAddress", "its load balancer has no address yet");
}
