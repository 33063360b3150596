import { asObject, isJsonObject } from "./json.ts";
import type { KubeObject } from "./kubeObject.ts";

/**
 * A Secret with its `stringData` moved into `data`, as the server keeps it; other objects as they are.
 *
 * What is no text is moved as it is, and a `stringData` that is no mapping stays: both are for the server to refuse.
 */
export function withStringDataMoved(object: KubeObject): KubeObject {
  if (object.apiVersion !== "v1" || object.kind !== "Secret" || object.stringData === undefined)
    return object;
  const { stringData, ...rest } = object;
  if (stringData === null) return rest;
  if (!isJsonObject(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    typeof value === "string" ? Buffer.from(value).toString("base64") : value,
  ]);
  return { ...rest, data: { ...asObject(object.data), ...Object.fromEntries(encoded) } };
}
