import { asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import type { SelectorError } from "./labelSelector.ts";

/** True when an object's fields are meant. */
export type ObjectMatcher = (object: KubeObject) => boolean;

/** Fields that may be selected by, besides name and namespace, by storage key. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "/pods": [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  "/events": [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  "/namespaces": ["status.phase"],
  "/secrets": ["type"],
  "/nodes": ["spec.unschedulable"],
  "/services": ["spec.clusterIP", "spec.type"],
  "/replicationcontrollers": ["status.replicas"],
  "apps/replicasets": ["status.replicas"],
  "batch/jobs": ["status.successful"],
};

/** Names under which events.k8s.io knows the fields of an event. */
const EVENT_ALIASES: Readonly<Record<string, string>> = {
  "regarding.kind": "involvedObject.kind",
  "regarding.namespace": "involvedObject.namespace",
  "regarding.name": "involvedObject.name",
  "regarding.uid": "involvedObject.uid",
  "regarding.apiVersion": "involvedObject.apiVersion",
  "regarding.resourceVersion": "involvedObject.resourceVersion",
  "regarding.fieldPath": "involvedObject.fieldPath",
  reportingController: "reportingComponent",
};

/** Reads `metadata.name=a,status.phase!=Running`; works on the stored form. */
export function parseFieldSelector(text: string, type: ResourceType): ObjectMatcher | SelectorError {
  const matchers: ObjectMatcher[] = [];
  for (const term of text.split(",").filter((part) => part.trim() !== "")) {
    const parsed = /^\s*([^=!]+?)\s*(==|!=|=)(.*)$/.exec(term);
    if (!parsed) {
      return { kind: "selectorError", message: `invalid selector: '${text}'; can't understand '${term}'` };
    }
    const [, field = "", operator, value = ""] = parsed;
    const known = knownField(field, type);
    if (known === undefined) return { kind: "selectorError", message: refusal(field, type) };
    const path = known.split(".");
    matchers.push((object) => (fieldText(object, path) === value) === (operator !== "!="));
  }
  return (object) => matchers.every((matches) => matches(object));
}

function knownField(field: string, type: ResourceType): string | undefined {
  if (field === "metadata.name" || (field === "metadata.namespace" && type.namespaced)) return field;
  const name = type.group === "events.k8s.io" ? (EVENT_ALIASES[field] ?? field) : field;
  return FIELDS[type.storageKey]?.includes(name) ? name : undefined;
}

function refusal(field: string, type: ResourceType): string {
  if (FIELDS[type.storageKey]) return `field label not supported: ${field}`;
  if (type.custom) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function fieldText(object: KubeObject, path: readonly string[]): string {
  if (path.length === 1 && path[0] === "source") {
    return asString(valueAt(object, "source", "component")) || (asString(object.reportingComponent) ?? "");
  }
  if (path[1] === "successful") return String(valueAt(object, "status", "succeeded") ?? 0);
  const value = valueAt(object, ...path);
  if (value === undefined || value === null) return path.at(-1) === "replicas" ? "0" : "";
  return String(value);
}
