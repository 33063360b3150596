import { asList, asObject, asString, type JsonObject, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import {
  age,
  count,
  integer,
  NAME,
  orNone,
  since,
  type TableColumn,
  type TableSpec,
  text,
} from "./tableSpec.ts";
import { pairs } from "./workloadTables.ts";

const SHORT_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

const roleBindings: TableSpec = {
  columns: [NAME, text("Role"), text("Age"), text("Users", 1), text("Groups", 1), text("ServiceAccounts", 1)],
  cells: (object, now) => [
    nameOf(object),
    `${valueAt(object, "roleRef", "kind")}/${valueAt(object, "roleRef", "name")}`,
    age(object, now),
    subjects(object, "User"),
    subjects(object, "Group"),
    subjects(object, "ServiceAccount"),
  ],
};

const webhooks = simple([integer("Webhooks")], (object) => [asList(object.webhooks).length]);

/** Services, configuration, storage, networking, access and the cluster itself. */
export const clusterTables: Readonly<Record<string, TableSpec>> = {
  "/namespaces": simple([text("Status")], (object) => [textAt(object, "status", "phase")]),
  "/configmaps": simple([text("Data")], (object) => [keys(object.data) + keys(object.binaryData)]),
  "/secrets": simple([text("Type"), text("Data")], (object) => [
    asString(object.type) ?? "",
    keys(object.data),
  ]),
  "/services": {
    columns: [
      NAME,
      text("Type"),
      text("Cluster-IP"),
      text("External-IP"),
      text("Port(s)"),
      text("Age"),
      text("Selector", 1),
    ],
    cells: (object, now) => [
      nameOf(object),
      textAt(object, "spec", "type"),
      orNone(asString(asList(valueAt(object, "spec", "clusterIPs"))[0])),
      externalAddress(object),
      orNone(servicePorts(object)),
      age(object, now),
      pairs(valueAt(object, "spec", "selector")),
    ],
  },
  "/endpoints": simple([text("Endpoints")], (object) => [orNone(endpointText(object))]),
  "discovery.k8s.io/endpointslices": simple(
    [text("AddressType"), text("Ports"), text("Endpoints")],
    (object) => [
      asString(object.addressType) ?? "",
      orNone(
        asList(object.ports)
          .map((port) => String(asObject(port).port ?? "*"))
          .join(","),
      ),
      orNone(
        asList(object.endpoints)
          .flatMap((endpoint) => asList(asObject(endpoint).addresses))
          .join(","),
      ),
    ],
  ),
  "/resourcequotas": simple([text("Request"), text("Limit")], (object) => [
    quotaText(object, (resource) => !resource.startsWith("limits.")),
    quotaText(object, (resource) => resource.startsWith("limits.")),
  ]),
  "/persistentvolumeclaims": {
    columns: [
      NAME,
      text("Status"),
      text("Volume"),
      text("Capacity"),
      text("Access Modes"),
      text("StorageClass"),
      text("VolumeAttributesClass"),
      text("Age"),
      text("VolumeMode", 1),
    ],
    cells: (object, now) => [
      nameOf(object),
      object.metadata.deletionTimestamp === undefined ? textAt(object, "status", "phase") : "Terminating",
      textAt(object, "spec", "volumeName"),
      textAt(object, "status", "capacity", "storage"),
      modes(valueAt(object, "status", "accessModes")),
      textAt(object, "spec", "storageClassName"),
      textAt(object, "spec", "volumeAttributesClassName") || "<unset>",
      age(object, now),
      textAt(object, "spec", "volumeMode"),
    ],
  },
  "/persistentvolumes": {
    columns: [
      NAME,
      text("Capacity"),
      text("Access Modes"),
      text("Reclaim Policy"),
      text("Status"),
      text("Claim"),
      text("StorageClass"),
      text("VolumeAttributesClass"),
      text("Reason"),
      text("Age"),
      text("VolumeMode", 1),
    ],
    cells: (object, now) => {
      const claim = asObject(valueAt(object, "spec", "claimRef"));
      return [
        nameOf(object),
        textAt(object, "spec", "capacity", "storage"),
        modes(valueAt(object, "spec", "accessModes")),
        textAt(object, "spec", "persistentVolumeReclaimPolicy"),
        textAt(object, "status", "phase"),
        claim.name === undefined ? "" : `${claim.namespace}/${claim.name}`,
        textAt(object, "spec", "storageClassName"),
        "<unset>",
        textAt(object, "status", "reason"),
        age(object, now),
        textAt(object, "spec", "volumeMode"),
      ];
    },
  },
  "/nodes": {
    columns: [
      NAME,
      text("Status"),
      text("Roles"),
      text("Age"),
      text("Version"),
      text("Internal-IP", 1),
      text("External-IP", 1),
      text("OS-Image", 1),
      text("Kernel-Version", 1),
      text("Container-Runtime", 1),
    ],
    cells: (object, now) => {
      const info = asObject(valueAt(object, "status", "nodeInfo"));
      return [
        nameOf(object),
        nodeStatus(object),
        orNone(roles(object)),
        age(object, now),
        asString(info.kubeletVersion) ?? "",
        nodeAddress(object),
        "<none>",
        asString(info.osImage) || "<unknown>",
        asString(info.kernelVersion) || "<unknown>",
        asString(info.containerRuntimeVersion) || "<unknown>",
      ];
    },
  },
  "/events": {
    columns: [
      text("Last Seen"),
      text("Type"),
      text("Reason"),
      text("Object"),
      text("Subobject", 1),
      text("Source", 1),
      text("Message"),
      text("First Seen", 1),
      text("Count", 1),
      { ...NAME, priority: 1 },
    ],
    cells: eventCells,
  },
  "networking.k8s.io/ingresses": {
    columns: [NAME, text("Class"), text("Hosts"), text("Address"), text("Ports"), text("Age")],
    cells: (object, now) => [
      nameOf(object),
      orNone(textAt(object, "spec", "ingressClassName")),
      asList(valueAt(object, "spec", "rules"))
        .map((rule) => asString(asObject(rule).host) ?? "*")
        .join(",") || "*",
      asList(valueAt(object, "status", "loadBalancer", "ingress"))
        .map((ingress) => asString(asObject(ingress).ip) ?? asString(asObject(ingress).hostname) ?? "")
        .join(","),
      asList(valueAt(object, "spec", "tls")).length > 0 ? "80, 443" : "80",
      age(object, now),
    ],
  },
  "networking.k8s.io/ingressclasses": simple([text("Controller"), text("Parameters")], (object) => [
    textAt(object, "spec", "controller"),
    "<none>",
  ]),
  "networking.k8s.io/networkpolicies": simple([text("Pod-Selector")], (object) => [
    pairs(valueAt(object, "spec", "podSelector", "matchLabels")),
  ]),
  "rbac.authorization.k8s.io/rolebindings": roleBindings,
  "rbac.authorization.k8s.io/clusterrolebindings": roleBindings,
  "storage.k8s.io/storageclasses": simple(
    [text("Provisioner"), text("ReclaimPolicy"), text("VolumeBindingMode"), text("AllowVolumeExpansion")],
    (object) => [
      asString(object.provisioner) ?? "",
      asString(object.reclaimPolicy) ?? "Delete",
      asString(object.volumeBindingMode) ?? "Immediate",
      object.allowVolumeExpansion === true ? "true" : "false",
    ],
  ),
  "coordination.k8s.io/leases": simple([text("Holder")], (object) => [
    textAt(object, "spec", "holderIdentity"),
  ]),
  "scheduling.k8s.io/priorityclasses": {
    columns: [
      NAME,
      integer("Value"),
      { name: "Global-Default", type: "boolean" },
      text("Age"),
      text("PreemptionPolicy"),
    ],
    cells: (object, now) => [
      nameOf(object),
      count(object, "value"),
      object.globalDefault === true,
      age(object, now),
      asString(object.preemptionPolicy) ?? "",
    ],
  },
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": webhooks,
  "admissionregistration.k8s.io/validatingwebhookconfigurations": webhooks,
};

/** Name, some columns, age. */
function simple(
  columns: readonly TableColumn[],
  cells: (object: KubeObject) => readonly JsonValue[],
): TableSpec {
  return {
    columns: [NAME, ...columns, text("Age")],
    cells: (object, now) => [nameOf(object), ...cells(object), age(object, now)],
  };
}

function eventCells(event: KubeObject, now: number): readonly JsonValue[] {
  // Events of both API groups are shown here; the group's names differ.
  const about = asObject(event.involvedObject ?? event.regarding);
  const first = asString(event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime);
  const last = asString(event.lastTimestamp ?? event.deprecatedLastTimestamp) ?? first;
  const source = asObject(event.source ?? event.deprecatedSource);
  return [
    since(last, now),
    asString(event.type) ?? "",
    asString(event.reason) ?? "",
    about.name ? `${String(about.kind).toLowerCase()}/${about.name}` : String(about.kind ?? "").toLowerCase(),
    asString(about.fieldPath) ?? "",
    [source.component, source.host].filter(Boolean).join(", "),
    (asString(event.message ?? event.note) ?? "").trim(),
    since(first, now),
    String(event.count ?? event.deprecatedCount ?? 1),
    nameOf(event),
  ];
}

function quotaText(object: KubeObject, isMeant: (resource: string) => boolean): string {
  const hard = asObject(valueAt(object, "status", "hard"));
  const used = asObject(valueAt(object, "status", "used"));
  return Object.keys(hard)
    .filter(isMeant)
    .sort()
    .map((resource) => `${resource}: ${used[resource] ?? 0}/${hard[resource]}`)
    .join(", ");
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? "";
}

function textAt(object: KubeObject, ...path: readonly string[]): string {
  return asString(valueAt(object, ...path)) ?? "";
}

function keys(map: unknown): number {
  return Object.keys(asObject(map)).length;
}

function modes(list: unknown): string {
  return asList(list)
    .map((mode) => SHORT_MODES[String(mode)] ?? String(mode))
    .join(",");
}

function subjects(object: KubeObject, kind: string): string {
  return asList(object.subjects)
    .map(asObject)
    .filter((subject) => subject.kind === kind)
    .map((subject) =>
      kind === "ServiceAccount" ? `${subject.namespace}/${subject.name}` : String(subject.name),
    )
    .join(", ");
}

function externalAddress(object: KubeObject): string {
  const spec = asObject(object.spec);
  const given = asList(spec.externalIPs).map(String);
  if (spec.type === "ExternalName") return asString(spec.externalName) ?? "<none>";
  if (spec.type !== "LoadBalancer") return orNone(given.join(","));
  const assigned = asList(valueAt(object, "status", "loadBalancer", "ingress")).map(
    (ingress) => asString(asObject(ingress).ip) ?? asString(asObject(ingress).hostname) ?? "",
  );
  return [...assigned, ...given].join(",") || "<pending>";
}

function servicePorts(object: KubeObject): string {
  return asList(valueAt(object, "spec", "ports"))
    .map(asObject)
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol ?? "TCP"}`)
    .join(",");
}

function endpointText(object: KubeObject): string {
  const all = asList(object.subsets)
    .map(asObject)
    .flatMap(({ addresses, ports }) =>
      asList(addresses).flatMap((address) => {
        const { ip } = asObject(address);
        const list = asList(ports).map(asObject);
        return list.length === 0 ? [String(ip)] : list.map(({ port }) => `${ip}:${port}`);
      }),
    );
  return all.length > 3 ? `${all.slice(0, 3).join(",")} + ${all.length - 3} more...` : all.join(",");
}

function nodeStatus(object: KubeObject): string {
  const conditions = asList(valueAt(object, "status", "conditions")).map(asObject);
  const ready = conditions.find((condition: JsonObject) => condition.type === "Ready");
  const status = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return valueAt(object, "spec", "unschedulable") === true ? `${status},SchedulingDisabled` : status;
}

function nodeAddress(object: KubeObject): string {
  const addresses = asList(valueAt(object, "status", "addresses")).map(asObject);
  return asString(addresses.find(({ type }) => type === "InternalIP")?.address) ?? "<none>";
}

function roles({ metadata }: KubeObject): string {
  return Object.keys(asObject(metadata.labels))
    .filter((label) => label.startsWith("node-role.kubernetes.io/"))
    .map((label) => label.slice("node-role.kubernetes.io/".length))
    .join(",");
}
