import { rfc3339 } from "../base/clock.ts";
import { deepEqual, type JsonObject } from "../object/json.ts";
import { MANAGER_STATUS } from "../object/ownership.ts";
import type { PlanStatus } from "../plan/planStatus.ts";
import { type WantedCondition, withConditions } from "./conditions.ts";
import { instanceRef, type Pass } from "./reconcileDeps.ts";

/**
 * Writes plan statuses and conditions when they differ from what the cluster has; one request, guarded by the resource
 * version last seen.
 *
 * @param wanted  all of our conditions; one that is left out goes
 */
export async function writeStatus(pass: Pass, wanted: readonly WantedCondition[]): Promise<void> {
  const { deps, memory, signal } = pass;
  const view = deps.instances.get(pass.view)?.view ?? pass.view;
  const planStatus = memory.planStatus ?? view.planStatus;
  const conditions = withConditions(view.conditions, wanted, rfc3339(deps.clock.now()));
  if (deepEqual(planStatus, view.planStatus) && deepEqual(conditions, view.conditions)) return;
  const body: JsonObject = {
    metadata: { resourceVersion: view.resourceVersion },
    status: {
      planStatus: planStatusPatch(view.planStatus, planStatus),
      conditions: conditions as unknown as JsonObject[],
    },
  };
  const written = await deps.client.patch(instanceRef(view), "merge", body, {
    subresource: "status",
    fieldManager: MANAGER_STATUS,
    signal,
  });
  deps.instances.observe(written);
}

/** In a merge patch a plan that is gone must be named with null, and so must a message that is gone. */
function planStatusPatch(
  before: Readonly<Record<string, PlanStatus>>,
  after: Readonly<Record<string, PlanStatus>>,
): JsonObject {
  const gone = Object.keys(before)
    .filter((name) => !Object.hasOwn(after, name))
    .map((name) => [name, null]);
  const changed = Object.entries(after).filter(([name, status]) => !deepEqual(status, before[name]));
  const next = changed.map(([name, status]) => {
    const vanished = Object.keys(before[name] ?? {}).filter((key) => !Object.hasOwn(status, key));
    return [name, { ...status, ...Object.fromEntries(vanished.map((key) => [key, null])) }];
  });
  return Object.fromEntries([...gone, ...next]);
}
