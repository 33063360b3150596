import { asObject, isJsonObject, type JsonObject } from "./json.ts";

/** The metadata that we read; everything else rides along untouched. */
export interface ObjectMeta extends JsonObject {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly deletionTimestamp?: string;
  readonly creationTimestamp?: string;
}

/** A Kubernetes object as it travels: plain JSON, never passed through a model that could drop a field. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** True when the value has the three members every object has, with the right types. */
export function isKubeObject(value: unknown): value is KubeObject {
  return (
    isJsonObject(value) &&
    typeof value.apiVersion === "string" &&
    typeof value.kind === "string" &&
    isJsonObject(value.metadata)
  );
}

/** Labels of an object; empty when it has none. */
export function labelsOf(object: KubeObject): Readonly<Record<string, string>> {
  return asObject(object.metadata.labels) as Record<string, string>;
}

/** Annotations of an object; empty when it has none. */
export function annotationsOf(object: KubeObject): Readonly<Record<string, string>> {
  return asObject(object.metadata.annotations) as Record<string, string>;
}
