import { asObject, asString, deepEqual, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { keyOf, splitKey } from "./controller.ts";
import { type ControllerClient, controllerOf } from "./controllerClient.ts";
import { behaviourOf, type PodBehaviour } from "./podBehaviour.ts";
import { type ContainersState, containerNames, podStatus } from "./podStatus.ts";

const PODS = "/pods";
const HOST_ADDRESS = "10.0.0.2";
/** Milliseconds to the first restart of a container that crashes; doubles up to five minutes. */
const CRASH_BACKOFF_MS = 10_000;
const CRASH_BACKOFF_MAX_MS = 300_000;

/** What is remembered of a pod while it lives. */
interface PodRun {
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readyAt?: number;
  stoppingSince?: number;
  restarts: number;
  restartAt?: number;
}

/** Starts, ends and removes the pods of the node, each as its annotation says. Forgets pods that are gone. */
export function kubelet(client: ControllerClient): Controller {
  const writer = client.as("kubelet");
  const runs = new Map<string, PodRun>();
  return {
    name: "kubelet",
    keysOf(storageKey, { type, object }) {
      if (storageKey !== PODS) return [];
      if (type === "DELETED") {
        runs.delete(object.metadata.uid ?? "");
        return [];
      }
      return valueAt(object, "spec", "nodeName") === undefined ? [] : [keyOf(object)];
    },
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const pod = writer.get(PODS, namespace, name);
      if (!pod || valueAt(pod, "spec", "nodeName") === undefined) return undefined;
      const uid = pod.metadata.uid ?? "";
      const run = runs.get(uid) ?? {
        address: writer.state.addresses.podAddress(),
        startedAt: writer.now(),
        restarts: 0,
      };
      runs.set(uid, run);
      return pod.metadata.deletionTimestamp === undefined
        ? advance(pod, run, writer)
        : remove(pod, run, writer);
    },
  };
}

function remove(pod: KubeObject, run: PodRun, client: ControllerClient): number | undefined {
  if (run.stoppingSince === undefined) {
    run.stoppingSince = client.now();
    if (valueAt(pod, "status", "phase") === "Running") {
      client.event(pod, "Normal", "Killing", `Stopping container ${containerNames(pod)[0] ?? ""}`, "kubelet");
    }
  }
  const left = run.stoppingSince + client.speed.podStopMs - client.now();
  if (left > 0) return left;
  // A pod that finalizers hold stays, with its grace spent.
  if (
    Number(pod.metadata.deletionGracePeriodSeconds ?? 0) > 0 ||
    (pod.metadata.finalizers ?? []).length === 0
  ) {
    client.delete(PODS, pod, { gracePeriodSeconds: 0 });
  }
  return undefined;
}

/** Moves a pod one step on; answers when the next one is due. */
function advance(pod: KubeObject, run: PodRun, client: ControllerClient): number | undefined {
  const phase = asString(valueAt(pod, "status", "phase"));
  if (phase === "Succeeded" || phase === "Failed") return undefined;
  const behaviour = behaviourOf(pod);
  const wait = run.startedAt + startMs(behaviour, client) - client.now();
  if (wait > 0) {
    if (
      asString(valueAt(pod, "status", "startTime")) === undefined &&
      behaviour.kind === "ready" &&
      behaviour.afterMs
    ) {
      write(pod, { kind: "running", ready: false }, run, client);
    }
    return wait;
  }
  switch (behaviour.kind) {
    case "ready":
      return runReady(pod, run, client);
    case "hang":
      if (write(pod, { kind: "running", ready: false }, run, client)) {
        client.event(
          pod,
          "Warning",
          "Unhealthy",
          "Readiness probe failed: the pod hangs as asked",
          "kubelet",
        );
      }
      return undefined;
    case "fail":
      return end(pod, run, client, 1);
    case "crashLoop":
      return crash(pod, run, client);
    case "imagePullBackOff":
      pullFailed(pod, run, client);
      return undefined;
    case "unschedulable":
      return undefined;
  }
}

function startMs(behaviour: PodBehaviour, { speed }: ControllerClient): number {
  return behaviour.kind === "ready" ? (behaviour.afterMs ?? speed.podStartMs) : speed.podStartMs;
}

function runReady(pod: KubeObject, run: PodRun, client: ControllerClient): number | undefined {
  const isNew = run.readyAt === undefined;
  run.readyAt ??= client.now();
  const isTask = controllerOf(pod)?.kind === "Job";
  const left = run.readyAt + client.speed.podRunMs - client.now();
  if (isTask && left <= 0) return end(pod, run, client, 0);
  if (write(pod, { kind: "running", ready: true }, run, client) && isNew) {
    for (const container of containerNames(pod)) {
      client.event(pod, "Normal", "Started", `Container started: ${container}`, "kubelet");
    }
  }
  return isTask ? left : undefined;
}

function end(pod: KubeObject, run: PodRun, client: ControllerClient, exitCode: number): undefined {
  write(pod, { kind: "ended", exitCode }, run, client);
  return undefined;
}

function crash(pod: KubeObject, run: PodRun, client: ControllerClient): number {
  const due = run.restartAt ?? client.now();
  if (due > client.now() && run.restarts > 0) return due - client.now();
  run.restarts += 1;
  const backoff = Math.min(CRASH_BACKOFF_MAX_MS, CRASH_BACKOFF_MS * 2 ** (run.restarts - 1));
  run.restartAt = client.now() + backoff;
  const container = containerNames(pod)[0] ?? "";
  const { name, namespace, uid } = pod.metadata;
  const message = `back-off ${Math.round(backoff / 1000)}s restarting failed container=${container} pod=${name}_${namespace}(${uid})`;
  write(pod, { kind: "waiting", reason: "CrashLoopBackOff", message, restarts: run.restarts }, run, client);
  client.event(
    pod,
    "Warning",
    "BackOff",
    `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`,
    "kubelet",
  );
  return backoff;
}

function pullFailed(pod: KubeObject, run: PodRun, client: ControllerClient): void {
  const image = asString(valueAt(pod, "spec", "containers", "0", "image")) ?? firstImage(pod);
  const message = `Back-off pulling image "${image}": ErrImagePull: failed to pull and unpack image "${image}": not found`;
  if (write(pod, { kind: "waiting", reason: "ImagePullBackOff", message, restarts: 0 }, run, client)) {
    client.event(pod, "Warning", "Failed", `Failed to pull image "${image}": not found`, "kubelet");
    client.event(pod, "Normal", "BackOff", `Back-off pulling image "${image}"`, "kubelet");
  }
}

function firstImage(pod: KubeObject): string {
  const { containers } = asObject(pod.spec);
  const [first] = Array.isArray(containers) ? (containers as readonly JsonObject[]) : [];
  return asString(first?.image) ?? "";
}

/** True when the status changed. */
function write(pod: KubeObject, state: ContainersState, run: PodRun, client: ControllerClient): boolean {
  const facts = { time: client.time(), hostAddress: HOST_ADDRESS, address: run.address };
  const status = podStatus(pod, state, facts);
  if (deepEqual(status, pod.status)) return false;
  client.setStatus(PODS, pod, status);
  return true;
}
