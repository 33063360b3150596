import { asList, asObject, asString, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { childOf, type Draft, type DraftValue, type ObjectDraft } from "../draft.ts";
import type { FieldCause } from "../objectPipeline.ts";
import { invalid } from "../statusError.ts";
import type { AddressPool } from "./addressPool.ts";
import type { KindStrategy, StrategyContext } from "./kindStrategy.ts";
import { invalidValue, required } from "./nameRules.ts";

/** Addresses and node ports: allocated on create, kept on update, given back on delete. */
export const serviceStrategy: KindStrategy = {
  prepareCreate(draft, context) {
    draft.status = { loadBalancer: {} };
    allocate(draft, undefined, context);
  },
  prepareUpdate(draft, live, context) {
    keepAddresses(draft, live);
    allocate(draft, live, context);
  },
  validateCreate: ({ spec }) => portCauses(spec),
  validateUpdate(next, live) {
    const before = asObject(live.spec);
    const after = asObject(next.spec);
    const [old] = asList(before.clusterIPs);
    const isFixed = before.type !== "ExternalName" && after.type !== "ExternalName";
    const moved = isFixed && old !== undefined && asList(after.clusterIPs)[0] !== old;
    return [
      ...portCauses(next.spec),
      ...(moved
        ? [invalidValue("spec.clusterIPs[0]", after.clusterIPs ?? null, "may not change once set")]
        : []),
    ];
  },
  released(object, addresses) {
    const spec = asObject(object.spec);
    for (const address of asList(spec.clusterIPs)) {
      if (address !== "None") addresses.release(String(address));
    }
    for (const port of asList(spec.ports)) {
      const { nodePort } = asObject(port);
      if (nodePort !== undefined) addresses.release(`port/${nodePort}`);
    }
  },
};

/** A client that leaves the address out keeps it; one that changes only `clusterIP` means both members. */
function keepAddresses(draft: ObjectDraft, live: KubeObject): void {
  const spec = childOf(draft, "spec");
  const before = asObject(live.spec);
  if (spec.type === "ExternalName" || before.type === "ExternalName") return;
  for (const member of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) {
    if (isEmpty(spec[member]) && before[member] !== undefined) spec[member] = before[member] as DraftValue;
  }
  if (spec.clusterIP !== before.clusterIP) spec.clusterIPs = [spec.clusterIP];
  const ports = new Map(
    asList(before.ports).map((port) => [portKey(asObject(port)), asObject(port).nodePort] as const),
  );
  if (!hasNodePorts(spec)) return;
  for (const port of asList(spec.ports) as Draft[]) {
    const known = ports.get(portKey(port as JsonObject));
    if (isEmpty(port.nodePort) && known !== undefined) port.nodePort = known as number;
  }
}

function allocate(draft: ObjectDraft, live: KubeObject | undefined, context: StrategyContext): void {
  const spec = childOf(draft, "spec");
  if (spec.type === "ExternalName") {
    for (const member of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) delete spec[member];
    return;
  }
  if (isEmpty(spec.clusterIP)) {
    const [given] = asList(spec.clusterIPs);
    spec.clusterIP = asString(given) ?? context.addresses.serviceAddress();
  } else if (!live && spec.clusterIP !== "None") {
    claim(String(spec.clusterIP), String(draft.metadata.name ?? ""), context.addresses);
  }
  if (isEmpty(spec.clusterIPs)) spec.clusterIPs = [spec.clusterIP];
  const isHeadless = spec.clusterIP === "None" && Object.keys(asObject(spec.selector)).length === 0;
  if (isEmpty(spec.ipFamilies)) spec.ipFamilies = isHeadless ? ["IPv4", "IPv6"] : ["IPv4"];
  if (isEmpty(spec.ipFamilyPolicy)) spec.ipFamilyPolicy = isHeadless ? "RequireDualStack" : "SingleStack";
  for (const port of asList(spec.ports) as Draft[]) {
    if (!hasNodePorts(spec)) delete port.nodePort;
    else if (isEmpty(port.nodePort)) port.nodePort = context.addresses.nodePort();
  }
}

function claim(address: string, name: string, addresses: AddressPool): void {
  const why = !addresses.contains(address)
    ? "the provided network does not match the current range"
    : addresses.claim(address)
      ? undefined
      : "provided IP is already allocated";
  if (why === undefined) return;
  throw invalid({ group: "", kind: "Service" }, name, [
    invalidValue("spec.clusterIPs", [address], `failed to allocate IP ${address}: ${why}`),
  ]);
}

function portCauses(spec: unknown): readonly FieldCause[] {
  const { ports, type, clusterIP } = asObject(spec);
  const list = asList(ports);
  if (list.length === 0 && type !== "ExternalName" && clusterIP !== "None") return [required("spec.ports")];
  if (list.length < 2) return [];
  return list.flatMap((port, index) =>
    isEmpty(asObject(port).name) ? [required(`spec.ports[${index}].name`)] : [],
  );
}

function hasNodePorts(spec: Draft): boolean {
  return (
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false)
  );
}

function portKey({ port, protocol }: JsonObject): string {
  return `${protocol ?? "TCP"}/${port}`;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0)
  );
}
