import { asList, asObject, asString, type JsonObject, type JsonValue, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { refKey, refOf } from "../object/objectRef.ts";
import { shortHash } from "../object/ownership.ts";

/**
 * The object under a name that nobody uses, for a dry run that asks whether it would be accepted as a new one. What the
 * live object holds alone in the cluster (addresses, node ports, a volume, being the default) is left out: it is free
 * once that is gone. Other values of these fields stay, so that the server judges them.
 */
export function throwAwayCopy(object: KubeObject, live: KubeObject): KubeObject {
  const name = `lockstep-proof-${shortHash(refKey(refOf(object)))}`;
  const bare = withoutHeld(object, live);
  if (object.kind !== "CustomResourceDefinition") return renamed(bare, name);
  // Its name must be made of its plural and its group.
  const spec = asObject(bare.spec);
  const names = { ...asObject(spec.names), plural: name };
  return renamed({ ...bare, spec: { ...spec, names } }, `${name}.${asString(spec.group) ?? ""}`);
}

function renamed(object: KubeObject, name: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name } };
}

function withoutHeld(object: KubeObject, live: KubeObject): KubeObject {
  const spec = asObject(object.spec);
  const held = asObject(live.spec);
  switch (object.kind) {
    case "Service":
      return { ...object, spec: serviceWithoutHeld(spec, held) };
    case "PersistentVolumeClaim":
      return { ...object, spec: without(spec, "volumeName", held.volumeName) };
    case "PriorityClass":
      return without(object, "globalDefault", live.globalDefault) as KubeObject;
    default:
      return object;
  }
}

function serviceWithoutHeld(spec: JsonObject, held: JsonObject): JsonObject {
  const addresses = [held.clusterIP, ...asList(held.clusterIPs)].filter((address) => address !== "None");
  const nodePorts = asList(held.ports).map((port) => valueAt(port, "nodePort"));
  const { clusterIP, clusterIPs, ports, ...rest } = without(
    spec,
    "healthCheckNodePort",
    held.healthCheckNodePort,
  );
  const wantsHeld = asList(clusterIPs).some((address) => addresses.includes(address));
  return {
    ...rest,
    ...(clusterIP !== undefined && !addresses.includes(clusterIP) && { clusterIP }),
    ...(clusterIPs !== undefined && !wantsHeld && { clusterIPs }),
    ...(ports !== undefined && {
      ports: asList(ports).map((port) => {
        const nodePort = valueAt(port, "nodePort");
        return nodePorts.includes(nodePort) ? without(asObject(port), "nodePort", nodePort) : port;
      }),
    }),
  };
}

function without(object: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || object[key] !== value) return object;
  const { [key]: _, ...rest } = object;
  return rest;
}
