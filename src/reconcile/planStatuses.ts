import { rfc3339 } from "../base/clock.ts";
import type { Accepted } from "../plan/accepted.ts";
import type { PlanStatus } from "../plan/planStatus.ts";
import type { Pass } from "./reconcileDeps.ts";

/** Status of the accepted plan as memory has it. */
export function statusOf({ memory, view }: Pass, { plan }: Accepted): PlanStatus {
  const status = (memory.planStatus ?? view.planStatus)[plan];
  return status ?? { name: plan, status: "PENDING", phases: [] };
}

/** Puts a plan's status into memory; the timestamp moves only when something else did. */
export function record(pass: Pass, next: PlanStatus): void {
  const { memory, view } = pass;
  const statuses = memory.planStatus ?? view.planStatus;
  const before = statuses[next.name];
  const { lastUpdatedTimestamp: a, ...now } = next;
  const { lastUpdatedTimestamp: b, ...then } = before ?? next;
  const unchanged = before !== undefined && b !== undefined && JSON.stringify(now) === JSON.stringify(then);
  memory.planStatus = {
    ...statuses,
    [next.name]: unchanged
      ? { ...next, lastUpdatedTimestamp: b }
      : { ...next, ...(a && { lastUpdatedTimestamp: a }) },
  };
}

/** The present time as a status has it. */
export function timeOf({ deps }: Pass): string {
  return rfc3339(deps.clock.now());
}
