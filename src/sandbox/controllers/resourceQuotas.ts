import { asObject } from "../../object/json.ts";
import { quotaUsage } from "../verbs/quota.ts";
import type { Controller } from "./controller.ts";
import { keyOf, splitKey } from "./controller.ts";

const QUOTAS = "/resourcequotas";

/** Writes what of each quota is in use. */
export const resourceQuotaController: Controller = {
  name: "resourcequota",
  keysOf(storageKey, { type, object }, client) {
    if (storageKey === QUOTAS) return type === "DELETED" ? [] : [keyOf(object)];
    const { namespace } = object.metadata;
    return namespace === undefined ? [] : client.list(QUOTAS, namespace).map(keyOf);
  },
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const quota = client.get(QUOTAS, namespace, name);
    if (quota) {
      client.setStatus(QUOTAS, quota, {
        hard: asObject(quota.spec).hard ?? {},
        used: quotaUsage(client.state, quota),
      });
    }
    return undefined;
  },
};
