import { asList, type JsonObject, type JsonValue } from "../../../object/json.ts";
import { atMember, inItems, inMember, inTurn, withMissing } from "./fill.ts";

/** A Service with what the API server fills in. */
export function serviceDefaults(service: JsonObject): JsonObject {
  return inMember(service, "spec", (spec) =>
    inTurn(
      withMissing(spec, { sessionAffinity: "None", type: "ClusterIP" }),
      (filled) =>
        inItems(filled, "ports", (port) => ({
          ...withMissing(port, { protocol: "TCP" }),
          targetPort: isUnset(port.targetPort) ? (port.port ?? 0) : port.targetPort,
        })),
      trafficDefaults,
      affinityDefaults,
    ),
  );
}

function isUnset(port: JsonValue | undefined): boolean {
  return port === undefined || port === null || port === 0 || port === "";
}

function trafficDefaults(spec: JsonObject): JsonObject {
  const { type } = spec;
  const isExternal = type === "NodePort" || type === "LoadBalancer";
  return withMissing(spec, {
    ...(isExternal ? { externalTrafficPolicy: "Cluster" } : {}),
    ...(isExternal || type === "ClusterIP" ? { internalTrafficPolicy: "Cluster" } : {}),
    ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
  });
}

function affinityDefaults(spec: JsonObject): JsonObject {
  if (spec.sessionAffinity === "None") {
    const { sessionAffinityConfig: _, ...others } = spec;
    return others;
  }
  return atMember(spec, "sessionAffinityConfig", (config) =>
    atMember(config, "clientIP", (client) => withMissing(client, { timeoutSeconds: 10_800 })),
  );
}

/** Endpoints with what the API server fills in. */
export function endpointsDefaults(endpoints: JsonObject): JsonObject {
  return inItems(endpoints, "subsets", (subset) =>
    inItems(subset, "ports", (port) => withMissing(port, { protocol: "TCP" })),
  );
}

/** An EndpointSlice with what the API server fills in. */
export function endpointSliceDefaults(slice: JsonObject): JsonObject {
  return inItems(slice, "ports", (port) => withMissing(port, { name: "", protocol: "TCP" }));
}

/** A NetworkPolicy with what the API server fills in. */
export function networkPolicyDefaults(policy: JsonObject): JsonObject {
  const withProtocols = (rule: JsonObject): JsonObject =>
    inItems(rule, "ports", (port) => withMissing(port, { protocol: "TCP" }));
  return inMember(policy, "spec", (spec) =>
    inTurn(
      spec,
      (filled) => inItems(filled, "ingress", withProtocols),
      (filled) => inItems(filled, "egress", withProtocols),
      (filled) =>
        withMissing(filled, {
          policyTypes: asList(filled.egress).length > 0 ? ["Ingress", "Egress"] : ["Ingress"],
        }),
    ),
  );
}
