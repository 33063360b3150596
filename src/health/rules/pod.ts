import { asString, valueAt } from "../../object/json.ts";
import { annotationsOf, type KubeObject } from "../../object/kubeObject.ts";
import { ANNOTATION_PIPE_POD } from "../../object/ownership.ts";
import { conditionOf, trueCondition } from "../conditions.ts";
import {
  containerStatuses,
  describeTermination,
  describeWaiting,
  isBrokenWait,
  neverStarts,
} from "../containerStatus.ts";
import { degraded, type Health, healthy, progressing, unknown } from "../health.ts";

/** How long a new pod may be unschedulable before it counts: the scheduler is often just behind. */
const SCHEDULE_GRACE_MS = 15_000;

/** Judges a Pod by its phase, its containers and, when it is meant to go on, its readiness. */
export function judgePod(object: KubeObject, now: number): Health {
  const phase = asString(valueAt(object, "status", "phase")) ?? "";
  switch (phase) {
    case "":
      return progressing("PodNotObserved", "no node has looked at it yet");
    case "Succeeded":
      return healthy("Succeeded");
    case "Failed":
      return degraded(asString(valueAt(object, "status", "reason")) || "PodFailed", describeFailure(object));
    case "Pending":
      return judgeBrokenContainer(object) ?? judgeScheduling(object, now);
    case "Running":
      return judgeBrokenContainer(object) ?? judgeRunning(object);
    default:
      return unknown("UnknownPhase", `its phase is "${phase}": its node does not answer`);
  }
}

function judgeBrokenContainer(object: KubeObject): Health | undefined {
  const always = restartsAlways(object);
  const broken = containerStatuses(object).find(
    ({ waiting }) =>
      waiting &&
      (always
        ? isBrokenWait(waiting.reason)
        : waiting.reason === "CrashLoopBackOff" || neverStarts(waiting.reason)),
  );
  return broken?.waiting && degraded(broken.waiting.reason, describeWaiting(broken));
}

function judgeScheduling(object: KubeObject, now: number): Health {
  const scheduled = conditionOf(object, "PodScheduled");
  if (scheduled?.status !== "False" || scheduled.reason !== "Unschedulable")
    return progressing("PodPending", describePending(object));
  const createdAt = Date.parse(object.metadata.creationTimestamp ?? "") || 0;
  const message = scheduled.message || "no node takes it";
  return now - createdAt < SCHEDULE_GRACE_MS
    ? progressing("PodNotScheduled", message)
    : degraded("PodUnschedulable", message);
}

function judgeRunning(object: KubeObject): Health {
  if (!restartsAlways(object)) return progressing("PodRunning", "it runs and has not finished yet");
  if (trueCondition(object, "Ready")) return healthy("Ready");
  const restarted = containerStatuses(object).find((container) => container.lastTermination);
  if (restarted?.lastTermination)
    return degraded("ContainerRestarted", describeTermination(restarted, restarted.lastTermination));
  const unready = containerStatuses(object).find(({ ready, isInit }) => !ready && !isInit);
  return progressing(
    "PodRunningNotReady",
    unready ? `container ${unready.name}: runs and is not ready` : "it runs and is not ready",
  );
}

/** One that is meant to go on; the pod of a pipe is, though it restarts on failure only. */
function restartsAlways(object: KubeObject): boolean {
  if (annotationsOf(object)[ANNOTATION_PIPE_POD] === "true") return true;
  return (asString(valueAt(object, "spec", "restartPolicy")) ?? "Always") === "Always";
}

function describePending(object: KubeObject): string {
  const waiting = containerStatuses(object).find((container) => container.waiting);
  return waiting ? describeWaiting(waiting) : "it waits for a node";
}

function describeFailure(object: KubeObject): string {
  const message = asString(valueAt(object, "status", "message"));
  if (message) return message;
  for (const container of containerStatuses(object)) {
    const { termination } = container;
    if (termination && termination.exitCode !== 0) return describeTermination(container, termination);
  }
  return "it failed";
}
