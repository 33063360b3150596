import { asList, asObject, asString, type JsonObject, type JsonValue, valueAt } from "../../object/json.ts";
import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { keyOf, splitKey } from "./controller.ts";
import { type ControllerClient, ownedBy } from "./controllerClient.ts";
import { PODS } from "./podControl.ts";
import { isPodActive, isPodReady } from "./podStatus.ts";

const SERVICES = "/services";
const ENDPOINTS = "/endpoints";
const SLICES = "discovery.k8s.io/endpointslices";
const SERVICE_LABEL = "kubernetes.io/service-name";

/** Writes where each Service leads: Endpoints, an EndpointSlice, and the address of a load balancer. */
export const serviceController: Controller = {
  name: "endpoint",
  keysOf(storageKey, { object, type }, client) {
    if (storageKey === SERVICES) return [keyOf(object)];
    if (storageKey !== PODS) return [];
    const labels = labelsOf(object);
    if (type === "ADDED") return [];
    return client
      .list(SERVICES, object.metadata.namespace ?? "")
      .filter((service) => selects(service, labels))
      .map(keyOf);
  },
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const service = client.get(SERVICES, namespace, name);
    if (!service) {
      const endpoints = client.get(ENDPOINTS, namespace, name);
      if (endpoints) client.delete(ENDPOINTS, endpoints);
      return undefined;
    }
    if (service.metadata.deletionTimestamp !== undefined) return undefined;
    balance(service, client);
    if (Object.keys(selectorOf(service)).length > 0) connect(service, client);
    return undefined;
  },
};

function selectorOf(service: KubeObject): JsonObject {
  return asObject(asObject(service.spec).selector);
}

function selects(service: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selectorOf(service));
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function balance(service: KubeObject, client: ControllerClient): void {
  const { type, clusterIP } = asObject(service.spec);
  const assigned = asList(valueAt(service, "status", "loadBalancer", "ingress"));
  if (type !== "LoadBalancer" || assigned.length > 0) return;
  // An address outside the cluster that follows from the one inside: no pool to keep.
  const address = `192.168.${(asString(clusterIP) ?? "").split(".").slice(2).join(".")}`;
  client
    .as("cloud-controller-manager")
    .setStatus(SERVICES, service, { loadBalancer: { ingress: [{ ip: address, ipMode: "VIP" }] } });
}

function connect(service: KubeObject, client: ControllerClient): void {
  const { namespace = "", name = "" } = service.metadata;
  const pods = client
    .list(PODS, namespace)
    .filter(
      (pod) =>
        selects(service, labelsOf(pod)) && isPodActive(pod) && valueAt(pod, "status", "podIP") !== undefined,
    );
  writeEndpoints(service, pods, client);
  const slice: JsonObject = {
    addressType: "IPv4",
    endpoints: pods.map((pod) => sliceEndpoint(pod)),
    ports: portsOf(service, pods[0]),
  };
  const known = client
    .controlled(service, SLICES)
    .find(({ metadata }) => metadata.deletionTimestamp === undefined);
  const writer = client;
  if (known) {
    writer.change(SLICES, known, (draft) => Object.assign(draft, slice));
    return;
  }
  writer.create(SLICES, namespace, {
    metadata: {
      generateName: `${name}-`,
      labels: {
        ...labelsOf(service),
        [SERVICE_LABEL]: name,
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      },
      ownerReferences: [ownedBy(service)],
    },
    ...slice,
  });
}

function writeEndpoints(service: KubeObject, pods: readonly KubeObject[], client: ControllerClient): void {
  const { namespace = "", name = "" } = service.metadata;
  const addresses = (ready: boolean): readonly JsonObject[] =>
    pods
      .filter((pod) => isPodReady(pod) === ready)
      .map((pod) => ({ ip: addressOf(pod), nodeName: nodeOf(pod), targetRef: targetOf(pod) }));
  const [ready, unready] = [addresses(true), addresses(false)];
  const subset: JsonObject = {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(unready.length > 0 ? { notReadyAddresses: unready } : {}),
    ports: portsOf(service, pods[0]),
  };
  const subsets = pods.length > 0 ? [subset] : undefined;
  const known = client.get(ENDPOINTS, namespace, name);
  if (known) {
    client.change(ENDPOINTS, known, (draft) => {
      if (subsets) draft.subsets = subsets as never;
      else delete draft.subsets;
    });
    return;
  }
  client.create(ENDPOINTS, namespace, {
    metadata: {
      name,
      labels: { ...labelsOf(service), "endpoints.kubernetes.io/managed-by": "endpoint-controller" },
    },
    ...(subsets ? { subsets } : {}),
  });
}

function sliceEndpoint(pod: KubeObject): JsonObject {
  const ready = isPodReady(pod);
  return {
    addresses: [addressOf(pod)],
    conditions: { ready, serving: ready, terminating: false },
    nodeName: nodeOf(pod),
    targetRef: targetOf(pod),
    ...(asString(valueAt(pod, "spec", "subdomain"))
      ? { hostname: asString(valueAt(pod, "spec", "hostname")) ?? "" }
      : {}),
  };
}

function portsOf(service: KubeObject, pod: KubeObject | undefined): readonly JsonObject[] {
  return asList(asObject(service.spec).ports)
    .map(asObject)
    .map(({ name, port, protocol, targetPort }) => ({
      ...(name === undefined ? {} : { name }),
      port: portNumber(targetPort ?? port, pod) ?? port ?? 0,
      protocol: protocol ?? "TCP",
    }));
}

/** A named port is looked up in the pod's containers. */
function portNumber(port: JsonValue | undefined, pod: KubeObject | undefined): number | undefined {
  if (typeof port === "number") return port;
  const ports = asList(valueAt(pod, "spec", "containers")).flatMap((container) =>
    asList(asObject(container).ports),
  );
  const found = ports.map(asObject).find((candidate) => candidate.name === port);
  return found === undefined ? undefined : Number(found.containerPort);
}

function addressOf(pod: KubeObject): string {
  return asString(valueAt(pod, "status", "podIP")) ?? "";
}

function nodeOf(pod: KubeObject): string {
  return asString(valueAt(pod, "spec", "nodeName")) ?? "";
}

function targetOf({ metadata }: KubeObject): JsonObject {
  return {
    kind: "Pod",
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
  };
}
