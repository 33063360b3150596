import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { splitKey } from "./controller.ts";
import { type ControllerClient, conditionOf, withCondition } from "./controllerClient.ts";
import { ownerKeys, PODS, podOf } from "./podControl.ts";
import { isPodActive, isPodReady } from "./podStatus.ts";
import { positive } from "./positive.ts";

const JOBS = "batch/jobs";
const COMPONENT = "job-controller";
/** Milliseconds until a pod that could not be made is tried again. */
const RETRY_MS = 1000;
/** Longest wait before a failed pod is replaced, in milliseconds. */
const BACKOFF_MAX_MS = 10_000;

/** Runs the pods of Jobs until enough have succeeded or too many failed. */
export const jobController: Controller = {
  name: "job",
  keysOf: (storageKey, { object, type }) =>
    storageKey === PODS || (storageKey === JOBS && type !== "DELETED")
      ? ownerKeys(JOBS, "Job", storageKey, object)
      : [],
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const job = client.get(JOBS, namespace, name);
    if (!job || job.metadata.deletionTimestamp !== undefined) return undefined;
    if (isFinished(job)) return expire(job, client);
    return advance(job, client);
  },
};

function isFinished(job: KubeObject): boolean {
  return conditionOf(job, "Complete") === "True" || conditionOf(job, "Failed") === "True";
}

/** Deletes a finished Job when its time to live is over. */
function expire(job: KubeObject, client: ControllerClient): number | undefined {
  const { ttlSecondsAfterFinished } = asObject(job.spec);
  if (ttlSecondsAfterFinished === undefined) return undefined;
  const ended = asList(asObject(job.status).conditions)
    .map(asObject)
    .find(({ type }) => type === "Complete" || type === "Failed");
  const due =
    Date.parse(asString(ended?.lastTransitionTime) ?? client.time()) + Number(ttlSecondsAfterFinished) * 1000;
  if (due > client.now()) return due - client.now();
  client.delete(JOBS, job, { propagation: "Foreground" });
  return undefined;
}

/** Pods of a Job by how they fare. */
interface Tally {
  readonly active: readonly KubeObject[];
  readonly succeeded: number;
  readonly failed: number;
}

function tallyOf(job: KubeObject, client: ControllerClient): Tally {
  const pods = client.controlled(job, PODS);
  const inPhase = (phase: string): number =>
    pods.filter((pod) => valueAt(pod, "status", "phase") === phase).length;
  const before = asObject(job.status);
  return {
    active: pods.filter(isPodActive),
    // Pods that were counted and are gone stay counted.
    succeeded: Math.max(inPhase("Succeeded"), Number(before.succeeded ?? 0)),
    failed: Math.max(inPhase("Failed"), Number(before.failed ?? 0)),
  };
}

function advance(job: KubeObject, client: ControllerClient): number | undefined {
  const spec = asObject(job.spec);
  const tally = tallyOf(job, client);
  if (spec.suspend === true) {
    for (const pod of tally.active) client.delete(PODS, pod);
    suspend(job, tally, client);
    return undefined;
  }
  const status = asObject(job.status);
  const startTime = asString(status.startTime) ?? client.time();
  const deadline = deadlineLeft(job, startTime, client);
  const limit = Number(spec.backoffLimit ?? 6);
  const wanted = Number(spec.completions ?? 1);
  if (tally.succeeded >= wanted) {
    finish(job, tally, startTime, client, {
      target: "SuccessCriteriaMet",
      type: "Complete",
      reason: "CompletionsReached",
      message: "Reached expected number of succeeded pods",
    });
    return undefined;
  }
  if (tally.failed > limit || (deadline !== undefined && deadline <= 0)) {
    const overdue = deadline !== undefined && deadline <= 0;
    finish(job, tally, startTime, client, {
      target: "FailureTarget",
      type: "Failed",
      reason: overdue ? "DeadlineExceeded" : "BackoffLimitExceeded",
      message: overdue
        ? "Job was active longer than specified deadline"
        : "Job has reached the specified backoff limit",
    });
    return undefined;
  }
  const wait = backoff(job, tally, client);
  const missing = Math.min(Number(spec.parallelism ?? 1), wanted - tally.succeeded) - tally.active.length;
  const isRefused = wait === 0 && !createPods(job, missing, client);
  report(job, tallyOf(job, client), startTime, client);
  const waits = [wait, deadline, isRefused ? RETRY_MS : undefined].filter(
    (ms) => ms !== undefined && ms > 0,
  ) as number[];
  return waits.length === 0 ? undefined : Math.min(...waits);
}

function deadlineLeft(job: KubeObject, startTime: string, client: ControllerClient): number | undefined {
  const { activeDeadlineSeconds } = asObject(job.spec);
  if (activeDeadlineSeconds === undefined) return undefined;
  return Date.parse(startTime) + Number(activeDeadlineSeconds) * 1000 - client.now();
}

/** Milliseconds to wait before a failed pod is replaced. */
function backoff(job: KubeObject, { failed }: Tally, client: ControllerClient): number {
  if (failed === 0) return 0;
  const ends = client
    .controlled(job, PODS)
    .filter((pod) => valueAt(pod, "status", "phase") === "Failed")
    .map((pod) => Date.parse(lastChange(pod) ?? client.time()));
  const wait = Math.min(BACKOFF_MAX_MS, client.speed.podRunMs * 2 ** (failed - 1));
  return Math.max(0, Math.max(...ends, 0) + wait - client.now());
}

function lastChange(pod: KubeObject): string | undefined {
  const conditions = asList(valueAt(pod, "status", "conditions")).map(asObject);
  return asString(conditions.find(({ type }) => type === "Ready")?.lastTransitionTime);
}

/** False when the server refuses a pod. */
function createPods(job: KubeObject, count: number, client: ControllerClient): boolean {
  const { namespace = "", name } = job.metadata;
  for (let left = count; left > 0; left--) {
    const pod = podOf(job, asObject(asObject(job.spec).template), { generateName: `${name}-` });
    let failure: string | undefined;
    const created = client.create(PODS, namespace, pod, (message) => {
      failure = message;
    });
    if (!created) {
      client.event(job, "Warning", "FailedCreate", `Error creating: ${failure}`, COMPONENT);
      return false;
    }
    client.event(job, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`, COMPONENT);
  }
  return true;
}

function countersOf(job: KubeObject, tally: Tally, startTime: string): JsonObject {
  const { conditions } = asObject(job.status);
  return {
    ...(conditions === undefined ? {} : { conditions }),
    startTime,
    ...positive("active", tally.active.length),
    ...positive("succeeded", tally.succeeded),
    ...positive("failed", tally.failed),
    ready: tally.active.filter(isPodReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
  };
}

function report(job: KubeObject, tally: Tally, startTime: string, client: ControllerClient): void {
  const counters = countersOf(job, tally, startTime);
  const conditions =
    conditionOf(job, "Suspended") === "True"
      ? {
          conditions: withCondition(
            counters.conditions,
            {
              type: "Suspended",
              status: "False",
              reason: "JobResumed",
              message: "Job resumed",
              lastProbeTime: client.time(),
            },
            client.time(),
          ),
        }
      : {};
  client.setStatus(JOBS, job, { ...counters, ...conditions });
}

function suspend(job: KubeObject, tally: Tally, client: ControllerClient): void {
  if (conditionOf(job, "Suspended") === "True") return;
  const { startTime: _startTime, ...counters } = countersOf(job, { ...tally, active: [] }, "");
  client.setStatus(JOBS, job, {
    ...counters,
    conditions: withCondition(
      counters.conditions,
      {
        type: "Suspended",
        status: "True",
        reason: "JobSuspended",
        message: "Job suspended",
        lastProbeTime: client.time(),
      },
      client.time(),
    ),
  });
}

function finish(
  job: KubeObject,
  tally: Tally,
  startTime: string,
  client: ControllerClient,
  verdict: {
    readonly target: string;
    readonly type: string;
    readonly reason: string;
    readonly message: string;
  },
): void {
  for (const pod of tally.active) client.delete(PODS, pod);
  const time = client.time();
  const { target, type, reason, message } = verdict;
  const counters = countersOf(job, { ...tally, active: [] }, startTime);
  const base = { status: "True", reason, message, lastProbeTime: time };
  const conditions = withCondition(
    withCondition(counters.conditions, { type: target, ...base }, time),
    { type, ...base },
    time,
  );
  const isDone = type === "Complete";
  client.setStatus(JOBS, job, { ...counters, conditions, ...(isDone ? { completionTime: time } : {}) });
  client.event(
    job,
    isDone ? "Normal" : "Warning",
    isDone ? "Completed" : reason,
    isDone ? "Job completed" : message,
    COMPONENT,
  );
}
