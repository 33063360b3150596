import { asList, asObject, asString, isJsonObject, type JsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import {
  ANNOTATION_KUBECTL_LAST_APPLIED,
  ANNOTATION_KUDO_LAST_APPLIED,
  LABEL_INSTANCE,
} from "../object/ownership.ts";

/** One entry of `metadata.managedFields`; what it owns stays as the server wrote it. */
export interface ManagedEntry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string;
  readonly fields: JsonObject;
  readonly raw: JsonObject;
}

const KUBECTL_APPLY = "kubectl-client-side-apply";

/** The entries of an object; empty when the server keeps none. */
export function managedEntries(object: KubeObject): readonly ManagedEntry[] {
  return asList(object.metadata.managedFields)
    .filter(isJsonObject)
    .map((raw) => ({
      manager: asString(raw.manager) ?? "",
      operation: asString(raw.operation) ?? "",
      subresource: asString(raw.subresource) ?? "",
      fields: asObject(raw.fieldsV1),
      raw,
    }));
}

/** True when the manager has applied this object. */
export function hasApplied(object: KubeObject, manager: string): boolean {
  return managedEntries(object).some((entry) => entry.manager === manager && entry.operation === "Apply");
}

/** Managers other than the given one that wrote the object itself, not only its status. */
export function otherManagers(object: KubeObject, manager: string): readonly string[] {
  const others = managedEntries(object).filter((entry) => entry.manager !== manager && !entry.subresource);
  return [...new Set(others.map((entry) => entry.manager))];
}

/**
 * The entry of kubectl's client-side apply, or of KUDO (the one that owns its last-applied annotation): the writer that
 * kept its own account of removed fields, which server-side apply does not know.
 */
export function findMaker(object: KubeObject): ManagedEntry | undefined {
  return managedEntries(object).find(
    (entry) => entry.operation === "Update" && !entry.subresource && isMaker(entry),
  );
}

/** True when the entry is KUDO's and KUDO labelled the object for an instance. */
export function isKudoMaker(entry: ManagedEntry): boolean {
  return (
    ownsMetadata(entry, "annotations", ANNOTATION_KUDO_LAST_APPLIED) &&
    ownsMetadata(entry, "labels", LABEL_INSTANCE)
  );
}

/** True when the entry owns that label or annotation. */
export function ownsMetadata(entry: ManagedEntry, part: "labels" | "annotations", key: string): boolean {
  return valueAt(entry.fields, "f:metadata", `f:${part}`, `f:${key}`) !== undefined;
}

/**
 * The entries with the maker's turned wholly into an Apply entry of `manager`, without the annotations that go with it.
 * An entry that the manager had is replaced: the apply that follows writes it anew.
 */
export function withMakerReplaced(
  object: KubeObject,
  maker: ManagedEntry,
  manager: string,
): readonly JsonObject[] {
  const fields = withoutLastApplied(maker.fields);
  return managedEntries(object)
    .filter((entry) => !(entry.manager === manager && entry.operation === "Apply"))
    .map((entry) =>
      entry.raw === maker.raw ? { ...entry.raw, manager, operation: "Apply", fieldsV1: fields } : entry.raw,
    );
}

/** The entries with the Apply entry of `manager` given to `heir` as an Update: nobody's removal touches the fields then. */
export function withEntryHandedOver(
  object: KubeObject,
  manager: string,
  heir: string,
): readonly JsonObject[] {
  return managedEntries(object)
    .filter((entry) => !(entry.manager === heir && entry.operation === "Update" && !entry.subresource))
    .map((entry) =>
      entry.manager === manager && entry.operation === "Apply"
        ? { ...entry.raw, manager: heir, operation: "Update" }
        : entry.raw,
    );
}

function isMaker(entry: ManagedEntry): boolean {
  return entry.manager === KUBECTL_APPLY || ownsMetadata(entry, "annotations", ANNOTATION_KUDO_LAST_APPLIED);
}

function withoutLastApplied(fields: JsonObject): JsonObject {
  const metadata = asObject(fields["f:metadata"]);
  const {
    [`f:${ANNOTATION_KUBECTL_LAST_APPLIED}`]: _,
    [`f:${ANNOTATION_KUDO_LAST_APPLIED}`]: __,
    ...annotations
  } = asObject(metadata["f:annotations"]);
  return metadata["f:annotations"] === undefined
    ? fields
    : { ...fields, "f:metadata": { ...metadata, "f:annotations": annotations } };
}
