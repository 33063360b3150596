import { asObject, type JsonObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { formatManagedFields, type ManagedEntries } from "./managedFields.ts";

/** The object without its managedFields, the form in which objects are compared and merged. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The object with these entries as its managedFields; without any when there are none. */
export function withManagedFields(object: JsonObject, entries: ManagedEntries): KubeObject {
  const { managedFields: _, ...metadata } = asObject(object.metadata);
  const list: JsonValue = formatManagedFields(entries);
  const owned = list.length > 0 ? { ...metadata, managedFields: list } : metadata;
  return { ...object, metadata: owned } as unknown as KubeObject;
}
