import { asObject, asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { parseQuantity } from "../object/quantity.ts";

/** `quota compute: pods 4 of 4 used` for the first quota of the namespace with nothing left, or `undefined`. */
export function exhaustedQuota(
  quotas: readonly KubeObject[],
  namespace: string | undefined,
): string | undefined {
  for (const quota of quotas) {
    if (quota.metadata.namespace !== namespace) continue;
    const used = asObject(valueAt(quota, "status", "used"));
    for (const [resource, limit] of Object.entries(asObject(valueAt(quota, "status", "hard")))) {
      const [has, may] = [parseQuantity(used[resource]), parseQuantity(limit)];
      if (!limitsPods(resource) || has === undefined || may === undefined || has < may) continue;
      return `quota ${quota.metadata.name}: ${resource} ${text(used[resource])} of ${text(limit)} used`;
    }
  }
  return undefined;
}

/** Quotas count many things; only these keep a pod from being made. */
function limitsPods(resource: string): boolean {
  return /^(pods|count\/pods|cpu|memory|ephemeral-storage|(requests|limits)\..+)$/.test(resource);
}

function text(value: unknown): string {
  return asString(value) ?? String(value);
}
