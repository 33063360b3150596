import { asList, asObject, asString, deepEqual } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { FieldCause } from "../objectPipeline.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import {
  forbiddenField,
  invalidValue,
  invalidValues,
  labelRule,
  labelValueRule,
  type NameRule,
  pathSegmentRule,
  qualifiedNameRule,
  required,
  serviceRule,
  subdomainRule,
} from "./nameRules.ts";

const NAME_RULES: Readonly<Record<string, NameRule>> = {
  "/namespaces": labelRule,
  "/services": serviceRule,
  "rbac.authorization.k8s.io/roles": pathSegmentRule,
  "rbac.authorization.k8s.io/rolebindings": pathSegmentRule,
  "rbac.authorization.k8s.io/clusterroles": pathSegmentRule,
  "rbac.authorization.k8s.io/clusterrolebindings": pathSegmentRule,
};

const STANDARD_FINALIZERS = new Set(["orphan", "foregroundDeletion", "kubernetes"]);
/** Bytes of all annotations together. */
const ANNOTATIONS_LIMIT = 262_144;

/**
 * The rules of metadata that hold for every kind.
 *
 * @see Kubernetes 1.36 apimachinery/pkg/api/validation/objectmeta.go
 */
export function metadataCauses(type: ResourceType, object: KubeObject): readonly FieldCause[] {
  const { metadata } = object;
  return [
    ...nameCauses(type, metadata.name ?? ""),
    ...labelCauses(metadata.labels),
    ...annotationCauses(metadata.annotations),
    ...ownerCauses(object),
    ...asList(metadata.finalizers).flatMap((finalizer, index) =>
      finalizerCauses(type, String(finalizer), `metadata.finalizers[${index}]`),
    ),
  ];
}

/** What an update may not do to metadata. */
export function metadataUpdateCauses(next: KubeObject, live: KubeObject): readonly FieldCause[] {
  if (live.metadata.deletionTimestamp === undefined) return [];
  const known = new Set(live.metadata.finalizers ?? []);
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !known.has(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(", ")}}`;
  return [
    forbiddenField(
      "metadata.finalizers",
      `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    ),
  ];
}

/** One cause when a member changed that never may; the value is the new one. */
export function immutable(field: string, next: unknown, live: unknown): readonly FieldCause[] {
  return deepEqual(next, live) ? [] : [invalidValue(field, next ?? null, "field is immutable")];
}

function nameCauses(type: ResourceType, name: string): readonly FieldCause[] {
  if (name === "") return [required("metadata.name", "name or generateName is required")];
  return invalidValues("metadata.name", name, NAME_RULES[type.storageKey] ?? subdomainRule);
}

function labelCauses(labels: unknown): readonly FieldCause[] {
  return Object.entries(asObject(labels)).flatMap(([key, value]) => [
    ...invalidValues("metadata.labels", key, qualifiedNameRule),
    ...invalidValues("metadata.labels", String(value), labelValueRule),
  ]);
}

function annotationCauses(annotations: unknown): readonly FieldCause[] {
  let size = 0;
  const causes: FieldCause[] = [];
  for (const [key, value] of Object.entries(asObject(annotations))) {
    size += Buffer.byteLength(key) + Buffer.byteLength(String(value));
    causes.push(
      ...invalidValues("metadata.annotations", key, (text) => qualifiedNameRule(text.toLowerCase())),
    );
  }
  if (size > ANNOTATIONS_LIMIT) {
    causes.push({
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`,
      field: "metadata.annotations",
    });
  }
  return causes;
}

function ownerCauses({ metadata }: KubeObject): readonly FieldCause[] {
  const owners = asList(metadata.ownerReferences).map(asObject);
  const empty = (value: unknown): boolean => (asString(value) ?? "") === "";
  const at = "metadata.ownerReferences";
  const causes = owners.flatMap((owner) => [
    ...(empty(owner.apiVersion) ? [invalidValue(`${at}.apiVersion`, "", "version must not be empty")] : []),
    ...(empty(owner.kind) ? [invalidValue(`${at}.kind`, "", "must not be empty")] : []),
    ...(empty(owner.name) ? [invalidValue(`${at}.name`, "", "must not be empty")] : []),
    ...(empty(owner.uid) ? [invalidValue(`${at}.uid`, "", "must not be empty")] : []),
  ]);
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length < 2) return causes;
  const [first, second] = controllers;
  return [
    ...causes,
    invalidValue(
      at,
      second ?? null,
      `Only one reference can have Controller set to true. Found "true" in references for ${first?.kind}/${first?.name} and ${second?.kind}/${second?.name}`,
    ),
  ];
}

/** Definitions and custom kinds take any qualified name; the other kinds want a domain before it. */
function finalizerCauses(type: ResourceType, finalizer: string, field: string): readonly FieldCause[] {
  const causes = invalidValues(field, finalizer, qualifiedNameRule);
  if (type.custom || type.group === "apiextensions.k8s.io") return causes;
  if (causes.length > 0 || finalizer.includes("/") || STANDARD_FINALIZERS.has(finalizer)) return causes;
  return [
    invalidValue(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified"),
  ];
}
