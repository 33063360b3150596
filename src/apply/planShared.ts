import { compare, valid } from "semver";
import type { KubeObject } from "../object/kubeObject.ts";
import { fieldManager, instanceKey, LABEL_INSTANCE, MANAGER_PREFIX } from "../object/ownership.ts";
import type { ApplyContext } from "./applyContext.ts";
import { ApplyError } from "./applyError.ts";
import { lockstepManagers } from "./fieldConflicts.ts";
import { formatOwners } from "./judgeOwnership.ts";
import { managedEntries, ownsMetadata } from "./managedFields.ts";
import { onlyMarks, type SharedOwner, withAdoptedMark, withoutInstanceValues } from "./marks.ts";
import { type PlannedWrite, type PreparedObject, planWrite } from "./plannedWrite.ts";
import { tryApply } from "./tryApply.ts";

/**
 * Decides about a cluster-scoped object that other instances own too (engine.md, 1): equal content is owned together,
 * of different content of one operator the higher version wins, anything else is an error that names both.
 *
 * @param isAdopted  the object was there before the first of its owners: its last owner releases it
 */
export async function planShared(
  context: ApplyContext,
  prepared: PreparedObject,
  live: KubeObject,
  others: readonly SharedOwner[],
  isAdopted: boolean,
): Promise<PlannedWrite> {
  const own = isFirstOwner(context, live) ? prepared.full : withoutInstanceValues(prepared.full);
  const object = isAdopted ? withAdoptedMark(own) : own;
  const plan = (sent: KubeObject, decision: Partial<PlannedWrite> = {}): PlannedWrite =>
    planWrite({ ...prepared, object: sent }, "configure", {
      ...(live.metadata.uid !== undefined && { uid: live.metadata.uid }),
      ...(live.metadata.resourceVersion !== undefined && { resourceVersion: live.metadata.resourceVersion }),
      adopted: isAdopted,
      sharedWith: others.map(({ instance }) => instance),
      ...decision,
    });
  const answer = await tryApply(context, object, { dryRun: true });
  if (answer.kind === "ok") return plan(object);
  const rivals = lockstepManagers(answer.conflicts);
  const rank = rivals.length === 0 ? "only" : rankAmong(context, ownersBehind(rivals, others));
  switch (rank) {
    case "lower": {
      const warning = `keeps the content of a higher version of ${context.operator.name}, owned with ${formatOwners(others)}`;
      return plan(onlyMarks(prepared.full, context.instance), { warnings: [...prepared.warnings, warning] });
    }
    case "only":
    case "higher":
      await tryApply(context, object, { dryRun: true, force: true });
      return plan(object, { outranks: rank === "higher" });
    case "equal": {
      const field = answer.conflicts.find(({ manager }) => rivals.includes(manager))?.field;
      throw new ApplyError(
        "sharedConflict",
        prepared.ref,
        `instances ${formatOwners(others)} and ${instanceKey(context.instance)} want different content at ${field}`,
        { hint: "make the content equal, or name the object after its instance" },
      );
    }
  }
}

/** The first owner alone carries labels and stamps that name an instance. */
function isFirstOwner({ instance }: ApplyContext, live: KubeObject): boolean {
  const own = fieldManager(instance);
  return !managedEntries(live).some(
    (entry) =>
      entry.manager !== own &&
      entry.manager.startsWith(MANAGER_PREFIX) &&
      ownsMetadata(entry, "labels", LABEL_INSTANCE),
  );
}

function ownersBehind(managers: readonly string[], owners: readonly SharedOwner[]): readonly SharedOwner[] {
  return owners.filter(({ instance }) => managers.includes(fieldManager(instance)));
}

/** Our version against those of the owners we differ from; `equal` when another operator is among them, too. */
function rankAmong({ operator }: ApplyContext, rivals: readonly SharedOwner[]): "higher" | "lower" | "equal" {
  if (rivals.length === 0 || rivals.some((rival) => rival.operator?.name !== operator.name)) return "equal";
  const order = rivals.map((rival) => compareVersions(operator.version, rival.operator?.version ?? ""));
  if (order.every((sign) => sign > 0)) return "higher";
  return order.some((sign) => sign < 0) ? "lower" : "equal";
}

function compareVersions(a: string, b: string): number {
  if (valid(a) && valid(b)) return compare(a, b);
  return a.localeCompare(b, "en", { numeric: true });
}
