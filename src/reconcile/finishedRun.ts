import { type AppliedIndex, type AppliedSetRecord, withRecord } from "../apply/appliedIndex.ts";
import { isTerminal, type PlanStatus } from "../plan/planStatus.ts";

/**
 * Puts down in the index that the accepted plan's run ended: the run's record, and that `deploy` is done.
 *
 * This rides on a later write; a process that starts before it came says the same again from the status, which the
 * cluster has. An index that knows of the run already, and a status that is not terminal or of another run, change
 * nothing.
 *
 * @param statuses  `status.planStatus` of the instance
 * @param now       RFC 3339, for a status without a time
 */
export function withFinishedRun(
  index: AppliedIndex,
  statuses: Readonly<Record<string, PlanStatus>>,
  now: string,
): AppliedIndex {
  const { accepted } = index;
  const status = accepted && statuses[accepted.plan];
  if (!status || status.uid !== accepted.planUid || !isTerminal(status.status)) return index;
  const isComplete = status.status === "COMPLETE";
  const deployed = accepted.deployed || (isComplete && accepted.plan === "deploy");
  const isRecorded = index.history.some(({ planUid }) => planUid === accepted.planUid);
  if (isRecorded && deployed === accepted.deployed) return index;
  const record: AppliedSetRecord = {
    ...(accepted.revision !== undefined && { revision: accepted.revision }),
    planUid: accepted.planUid,
    plan: accepted.plan,
    time: status.lastUpdatedTimestamp ?? now,
    result: isComplete ? "COMPLETE" : "FATAL_ERROR",
    objects: index.entries.length,
  };
  const settled = { ...index, accepted: { ...accepted, deployed } };
  return isRecorded ? settled : withRecord(settled, record);
}
