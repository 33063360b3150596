import { asObject, type JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";

/** Replicas that a Deployment wants. */
export function wantedReplicas(deployment: KubeObject): number {
  return Number(asObject(deployment.spec).replicas ?? 1);
}

/** How many pods a rollout may have more, and how many fewer may be available. */
export function surgeOf(deployment: KubeObject): { readonly surge: number; readonly unavailable: number } {
  const strategy = asObject(asObject(deployment.spec).strategy);
  const wanted = wantedReplicas(deployment);
  if (strategy.type === "Recreate") return { surge: 0, unavailable: wanted };
  const { maxSurge, maxUnavailable } = asObject(strategy.rollingUpdate);
  const surge = amount(maxSurge ?? "25%", wanted, Math.ceil);
  const unavailable = Math.min(wanted, amount(maxUnavailable ?? "25%", wanted, Math.floor));
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function amount(value: JsonValue, total: number, round: (n: number) => number): number {
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? Number(value) : round((Number(percent) * total) / 100);
}
