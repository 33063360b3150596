import { asList, asObject, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { parseApiVersion } from "../../object/objectRef.ts";
import type { ResourceType } from "./resourceType.ts";

type Conversion = Pick<ResourceType, "storageKey" | "isStored" | "toServed" | "toStored">;

const same = (object: KubeObject): KubeObject => object;

/** Where a built-in kind is kept, and how this version differs from what is kept. */
export function conversionOf(apiVersion: string, plural: string): Conversion {
  const { group } = parseApiVersion(apiVersion);
  if (apiVersion === "events.k8s.io/v1" && plural === "events") {
    return { storageKey: "/events", isStored: false, toServed: eventOfGroup, toStored: coreEvent };
  }
  if (apiVersion === "autoscaling/v1" && plural === "horizontalpodautoscalers") {
    return {
      storageKey: `${group}/${plural}`,
      isStored: false,
      toServed: autoscalerV1,
      toStored: autoscalerV2,
    };
  }
  return { storageKey: `${group}/${plural}`, isStored: true, toServed: same, toStored: same };
}

/** A conversion that only renames the version, as CRDs without a webhook have it. */
export function renamed(storedVersion: string, servedVersion: string): Omit<Conversion, "storageKey"> {
  if (storedVersion === servedVersion) return { isStored: true, toServed: same, toStored: same };
  return {
    isStored: false,
    toServed: (object) => ({ ...object, apiVersion: servedVersion }),
    toStored: (object) => ({ ...object, apiVersion: storedVersion }),
  };
}

const EVENT_NAMES: readonly (readonly [core: string, group: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

function eventOfGroup(object: KubeObject): KubeObject {
  const renames = new Map(EVENT_NAMES);
  return { ...renameMembers(object, renames), apiVersion: "events.k8s.io/v1" } as KubeObject;
}

function coreEvent(object: KubeObject): KubeObject {
  const renames = new Map(EVENT_NAMES.map(([core, group]) => [group, core] as const));
  return { ...renameMembers(object, renames), apiVersion: "v1" } as KubeObject;
}

function renameMembers(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]));
}

function autoscalerV1(object: KubeObject): KubeObject {
  const { metrics, behavior: _behavior, ...spec } = asObject(object.spec);
  const cpu = asList(metrics)
    .map((metric) => asObject(asObject(metric).resource))
    .find((resource) => resource.name === "cpu");
  const target = asObject(cpu?.target).averageUtilization;
  return {
    ...object,
    apiVersion: "autoscaling/v1",
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
  };
}

function autoscalerV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = asObject(object.spec);
  const metric = {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: target ?? 80 } },
  };
  return { ...object, apiVersion: "autoscaling/v2", spec: { ...spec, metrics: [metric] } };
}
