import { parseApiVersion } from "../object/objectRef.ts";

/** How Kubernetes merges a list: item by item under keys, as a set of values, or only as a whole. */
export type ListKind =
  | { readonly kind: "map"; readonly keys: readonly ListKey[] }
  | { readonly kind: "set" }
  | { readonly kind: "atomic" };

/** One member of the key of a list's items, with the value it gets when an item leaves it out. */
export interface ListKey {
  readonly name: string;
  readonly fallback?: string;
}

const ATOMIC: ListKind = { kind: "atomic" };
const BY_NAME: ListKind = by("name");
const PROTOCOL: ListKey = { name: "protocol", fallback: "TCP" };

/** Field name to the kind of list, for the lists of built-in kinds that mean the same wherever they stand. */
const BY_FIELD: ReadonlyMap<string, ListKind> = new Map([
  ["claims", BY_NAME],
  ["containers", BY_NAME],
  ["env", BY_NAME],
  ["ephemeralContainers", BY_NAME],
  ["hostAliases", by("ip")],
  ["imagePullSecrets", BY_NAME],
  ["initContainers", BY_NAME],
  ["matchConditions", BY_NAME],
  ["resourceClaims", BY_NAME],
  ["schedulingGates", BY_NAME],
  ["topologySpreadConstraints", by("topologyKey", "whenUnsatisfiable")],
  ["volumeDevices", by("devicePath")],
  ["volumeMounts", by("mountPath")],
  ["volumes", BY_NAME],
]);

/** Kind and path of lists whose field name alone does not tell. */
const BY_PATH: ReadonlyMap<string, ListKind> = new Map([
  ["MutatingWebhookConfiguration/webhooks", BY_NAME],
  ["Service/spec/ports", { kind: "map", keys: [{ name: "port" }, PROTOCOL] }],
  ["ServiceAccount/imagePullSecrets", ATOMIC],
  ["ServiceAccount/secrets", BY_NAME],
  ["ValidatingAdmissionPolicy/spec/variables", BY_NAME],
  ["ValidatingWebhookConfiguration/webhooks", BY_NAME],
]);

/** Groups that the API server itself serves; everything else is a custom resource with lists of its own. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

/** True for kinds whose fields we know. */
export function isBuiltIn(apiVersion: string): boolean {
  return BUILT_IN.has(parseApiVersion(apiVersion).group);
}

/**
 * The kind of the list at a path of field names, items left out: `["spec", "template", "spec", "containers", "env"]`.
 *
 * Lists of custom resources count as atomic: what that finds too much, the server's dry run sorts out.
 *
 * @see kubernetes api/openapi-spec, x-kubernetes-list-type and x-kubernetes-list-map-keys
 */
export function listKindOf(apiVersion: string, kind: string, path: readonly string[]): ListKind {
  const [field = "", parent = ""] = path.toReversed();
  if (path.length === 2 && parent === "metadata") {
    if (field === "ownerReferences") return by("uid");
    if (field === "finalizers") return { kind: "set" };
  }
  if (!isBuiltIn(apiVersion)) return ATOMIC;
  const known = BY_PATH.get(`${kind}/${path.join("/")}`);
  if (known) return known;
  if (field === "ports" && /^(containers|initContainers|ephemeralContainers)$/.test(parent))
    return { kind: "map", keys: [{ name: "containerPort" }, PROTOCOL] };
  return BY_FIELD.get(field) ?? ATOMIC;
}

/** Maps of built-in kinds that have one owner as a whole: a key more in them is a change. */
const ATOMIC_MAPS: ReadonlySet<string> = new Set([
  "labelSelector",
  "namespaceSelector",
  "nodeSelector",
  "objectSelector",
  "podSelector",
  "selector",
]);

/** True for a map that is replaced, not merged. */
export function isAtomicMap(apiVersion: string, path: readonly string[]): boolean {
  return path.length > 1 && isBuiltIn(apiVersion) && ATOMIC_MAPS.has(path.at(-1) ?? "");
}

function by(...names: readonly string[]): ListKind {
  return { kind: "map", keys: names.map((name) => ({ name })) };
}
