import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { age, NAME, orNone, since, type TableSpec, text } from "./tableSpec.ts";

/** Pods: containers ready, the reason that matters most, restarts. */
export const podTable: TableSpec = {
  columns: [
    NAME,
    text("Ready"),
    text("Status"),
    text("Restarts"),
    text("Age"),
    text("IP", 1),
    text("Node", 1),
    text("Nominated Node", 1),
    text("Readiness Gates", 1),
  ],
  cells(pod, now) {
    const statuses = asList(valueAt(pod, "status", "containerStatuses")).map(asObject);
    const ready = statuses.filter(
      ({ ready: isReady, state }) => isReady === true && asObject(state).running,
    ).length;
    return [
      pod.metadata.name ?? "",
      `${ready}/${asList(valueAt(pod, "spec", "containers")).length}`,
      podReason(pod, statuses),
      restartText(statuses, now),
      age(pod, now),
      orNone(asString(valueAt(pod, "status", "podIP"))),
      orNone(asString(valueAt(pod, "spec", "nodeName"))),
      orNone(asString(valueAt(pod, "status", "nominatedNodeName"))),
      "<none>",
    ];
  },
};

function podReason(pod: KubeObject, statuses: readonly JsonObject[]): string {
  const phase = asString(valueAt(pod, "status", "phase")) ?? "";
  const isOver = phase === "Succeeded" || phase === "Failed";
  if (pod.metadata.deletionTimestamp !== undefined && !isOver) return "Terminating";
  const waitingInit = initReason(pod);
  if (waitingInit) return waitingInit;
  const first = statuses.map(containerReason).find((reason) => reason !== undefined);
  const isRunning = statuses.some(({ state }) => asObject(state).running !== undefined);
  if (first === "Completed" && isRunning) return "Running";
  return first ?? (asString(valueAt(pod, "status", "reason")) || phase);
}

function containerReason({ state }: JsonObject): string | undefined {
  const { waiting, terminated } = asObject(state);
  const waitingReason = asString(asObject(waiting).reason);
  if (waitingReason) return waitingReason;
  if (terminated === undefined) return undefined;
  const { reason, signal, exitCode } = asObject(terminated);
  return asString(reason) || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

function initReason(pod: KubeObject): string | undefined {
  const total = asList(valueAt(pod, "spec", "initContainers")).length;
  const statuses = asList(valueAt(pod, "status", "initContainerStatuses")).map(asObject);
  const at = statuses.findIndex(({ state }) => asObject(asObject(state).terminated).exitCode !== 0);
  if (at < 0) return undefined;
  const { waiting, terminated } = asObject(statuses[at]?.state);
  const reason = asString(asObject(waiting).reason);
  if (terminated !== undefined) return `Init:${asString(asObject(terminated).reason) || "Error"}`;
  return reason && reason !== "PodInitializing" ? `Init:${reason}` : `Init:${at}/${total}`;
}

function restartText(statuses: readonly JsonObject[], now: number): string {
  const restarts = statuses.reduce((sum, status) => sum + Number(status.restartCount ?? 0), 0);
  const ends = statuses
    .map((status) => asString(valueAt(status, "lastState", "terminated", "finishedAt")))
    .filter((time) => time !== undefined)
    .sort();
  return restarts > 0 && ends.length > 0 ? `${restarts} (${since(ends.at(-1), now)} ago)` : String(restarts);
}
