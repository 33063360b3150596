import { asObject, asString, isJsonObject, type JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

/** Keys that a rendered Secret has under `stringData`, sorted; `undefined` when it has none. */
export function textKeysOf({ apiVersion, kind, stringData }: KubeObject): readonly string[] | undefined {
  if (apiVersion !== "v1" || kind !== "Secret" || !isJsonObject(stringData)) return undefined;
  const keys = Object.keys(stringData).sort();
  return keys.length > 0 ? keys : undefined;
}

/**
 * A Secret as it was rendered: what was moved into `data` before it was sent is `stringData` again. KUDO's dependency
 * hash is of that form (package-format 6.4), so a hash must not depend on whether the Secret was rendered beside it.
 */
export function asRendered(manifest: KubeObject, textKeys: readonly string[] | undefined): JsonObject {
  if (!textKeys) return manifest;
  const { data: sent, ...rest } = manifest;
  const all = asObject(sent);
  const texts = textKeys.flatMap((key) => {
    const value = asString(all[key]);
    return value === undefined ? [] : [[key, Buffer.from(value, "base64").toString()] as const];
  });
  const data = Object.entries(all).filter(([key]) => !textKeys.includes(key));
  return {
    ...rest,
    ...(data.length > 0 && { data: Object.fromEntries(data) }),
    stringData: Object.fromEntries(texts),
  };
}
