import { asList, asObject, asString, type JsonObject, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { qualifiedResource, type ResourceType } from "../registry/resourceType.ts";
import { forbidden } from "../statusError.ts";
import type { ClusterState } from "./clusterState.ts";
import { add, amountOf, formatAmount, NOTHING, type ResourceAmount } from "./resourceAmount.ts";

const QUOTAS = "/resourcequotas";
const COMPUTE = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/;
/** Kinds whose plural alone names a quota of their number. */
const COUNTED = new Set([
  "pods",
  "services",
  "configmaps",
  "secrets",
  "persistentvolumeclaims",
  "replicationcontrollers",
  "resourcequotas",
]);

/** Throws 403 when the new object would take a quota of its namespace beyond its limit. */
export function refuseOverQuota(state: ClusterState, type: ResourceType, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? "";
  if (!type.namespaced || type.storageKey === "/events") return;
  for (const quota of state.store.collection(QUOTAS).list(namespace)) {
    if (isScoped(quota)) continue;
    const hard = asObject(asObject(quota.spec).hard);
    const name = object.metadata.name ?? "";
    const missing = unspecified(type, object, Object.keys(hard));
    if (missing !== "")
      throw forbidden(type, name, `failed quota: ${quota.metadata.name}: must specify ${missing}`);
    const asked = Object.keys(hard)
      .sort()
      .flatMap((resource) => {
        const amount = share(type, object, resource);
        return amount.milli > 0n ? [{ resource, amount }] : [];
      });
    const over = asked.filter(
      ({ resource, amount }) =>
        add(usedOf(state, namespace, resource), amount).milli > amountOf(hard[resource]).milli,
    );
    if (over.length === 0) continue;
    const list = (text: (resource: string, amount: ResourceAmount) => string): string =>
      over.map(({ resource, amount }) => `${resource}=${text(resource, amount)}`).join(",");
    throw forbidden(
      type,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${list((_, amount) => formatAmount(amount))}, used: ${list((resource) => formatAmount(usedOf(state, namespace, resource)))}, limited: ${list((resource) => String(hard[resource]))}`,
    );
  }
}

/** What of a quota's resources is in use. Quotas with scopes count nothing. */
export function quotaUsage(state: ClusterState, quota: KubeObject): JsonObject {
  const namespace = quota.metadata.namespace ?? "";
  const resources = Object.keys(asObject(asObject(quota.spec).hard));
  return Object.fromEntries(
    resources.map((resource) => [
      resource,
      formatAmount(isScoped(quota) ? NOTHING : usedOf(state, namespace, resource)),
    ]),
  );
}

function isScoped({ spec }: KubeObject): boolean {
  return asList(asObject(spec).scopes).length > 0 || asObject(spec).scopeSelector !== undefined;
}

function usedOf(state: ClusterState, namespace: string, resource: string): ResourceAmount {
  const type = countedType(state, resource);
  if (!type) return NOTHING;
  return state.store
    .collection(type.storageKey)
    .list(namespace)
    .filter((object) => !isEnded(type, object))
    .map((object) => share(type, object, resource))
    .reduce(add, NOTHING);
}

/** The kind whose objects use up a resource. */
function countedType(state: ClusterState, resource: string): ResourceType | undefined {
  if (COMPUTE.test(resource)) return state.registry.byStorageKey("/pods");
  if (resource === "requests.storage") return state.registry.byStorageKey("/persistentvolumeclaims");
  const qualified = resource.replace(/^count\//, "");
  const dot = qualified.indexOf(".");
  const [plural, group] = dot < 0 ? [qualified, ""] : [qualified.slice(0, dot), qualified.slice(dot + 1)];
  return state.registry.byStorageKey(`${group}/${plural}`);
}

function isEnded(type: ResourceType, object: KubeObject): boolean {
  const phase = valueAt(object, "status", "phase");
  return type.storageKey === "/pods" && (phase === "Succeeded" || phase === "Failed");
}

/** How much of a resource one object uses. */
function share(type: ResourceType, object: KubeObject, resource: string): ResourceAmount {
  const isCounted =
    resource === `count/${qualifiedResource(type)}` ||
    (COUNTED.has(resource) && resource === type.plural && type.group === "");
  if (isCounted) return { milli: 1000n, isBinary: false };
  if (type.storageKey === "/persistentvolumeclaims" && resource === "requests.storage") {
    return amountOf(valueAt(object, "spec", "resources", "requests", "storage") ?? "0");
  }
  const compute = COMPUTE.exec(resource);
  if (type.storageKey !== "/pods" || !compute) return NOTHING;
  return containers(object)
    .map((container) => amountOf(computeOf(container, compute) ?? "0"))
    .reduce(add, NOTHING);
}

function computeOf(
  container: JsonObject,
  [, side = "requests", name = ""]: RegExpExecArray,
): JsonValue | undefined {
  return valueAt(container, "resources", side, name);
}

function containers(pod: KubeObject): readonly JsonObject[] {
  return asList(valueAt(pod, "spec", "containers")).map(asObject);
}

/** Under a quota of computing resources every container must say what it wants: `limits.memory for: a,b; …`. */
function unspecified(type: ResourceType, object: KubeObject, resources: readonly string[]): string {
  if (type.storageKey !== "/pods") return "";
  return [...resources]
    .sort()
    .flatMap((resource) => {
      const compute = COMPUTE.exec(resource);
      if (!compute) return [];
      const silent = containers(object).filter((container) => computeOf(container, compute) === undefined);
      return silent.length === 0
        ? []
        : [`${resource} for: ${silent.map(({ name }) => asString(name)).join(",")}`];
    })
    .join("; ");
}
