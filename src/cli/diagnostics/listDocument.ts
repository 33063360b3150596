import type { JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";

/** A list as kubectl reads it, its items with what they are in front; `undefined` when there are none. */
export function listDocument(
  [apiVersion, kind]: readonly [apiVersion: string, kind: string],
  items: readonly KubeObject[],
): JsonObject | undefined {
  if (items.length === 0) return undefined;
  const ordered = items.map(({ apiVersion, kind, ...rest }) => ({ apiVersion, kind, ...rest }));
  return { apiVersion, kind: `${kind}List`, items: ordered };
}
