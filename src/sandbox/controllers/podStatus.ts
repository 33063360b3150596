import { asList, asObject, asString, type JsonObject, type JsonValue, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { withCondition } from "./controllerClient.ts";

/** What a kubelet knows of a pod on its node. */
export interface PodFacts {
  readonly time: string;
  readonly hostAddress: string;
  readonly address: string;
}

/** State of every container of a pod at once. */
export type ContainersState =
  | { readonly kind: "running"; readonly ready: boolean }
  | { readonly kind: "ended"; readonly exitCode: number }
  | {
      readonly kind: "waiting";
      readonly reason: string;
      readonly message: string;
      readonly restarts: number;
    };

/** The status that a kubelet writes for a pod whose containers are in a state. */
export function podStatus(pod: KubeObject, state: ContainersState, facts: PodFacts): JsonObject {
  const before = asObject(pod.status);
  const never = state.kind === "waiting" && state.restarts === 0;
  const isReady = state.kind === "running" && state.ready;
  const ended = state.kind === "ended";
  const notReady: JsonObject = ended
    ? { status: "False", reason: state.exitCode === 0 ? "PodCompleted" : "PodFailed" }
    : {
        status: "False",
        reason: "ContainersNotReady",
        message: `containers with unready status: [${containerNames(pod).join(" ")}]`,
      };
  const verdict = (type: string): Parameters<typeof withCondition>[1] =>
    ({ type, ...(isReady ? { status: "True" } : notReady), lastProbeTime: null }) as never;
  let conditions: readonly JsonObject[] = asList(before.conditions).map((condition) => {
    const { reason: _reason, message: _message, ...rest } = asObject(condition);
    return rest;
  });
  for (const condition of [
    { type: "PodReadyToStartContainers", status: ended ? "False" : "True", lastProbeTime: null },
    {
      type: "Initialized",
      status: "True",
      lastProbeTime: null,
      ...(ended && state.exitCode === 0 ? { reason: "PodCompleted" } : {}),
    },
    verdict("Ready"),
    verdict("ContainersReady"),
  ]) {
    conditions = withCondition(conditions, condition, facts.time);
  }
  return {
    ...before,
    phase: phaseOf(state),
    conditions,
    hostIP: facts.hostAddress,
    hostIPs: [{ ip: facts.hostAddress }],
    podIP: facts.address,
    podIPs: [{ ip: facts.address }],
    startTime: before.startTime ?? facts.time,
    containerStatuses: containersOf(pod, "containers").map((container) =>
      containerStatus(pod, container, state, facts.time),
    ),
    ...(containersOf(pod, "initContainers").length > 0 && !never
      ? {
          initContainerStatuses: containersOf(pod, "initContainers").map((container) =>
            initStatus(pod, container, facts.time),
          ),
        }
      : {}),
  };
}

function phaseOf(state: ContainersState): string {
  switch (state.kind) {
    case "running":
      return "Running";
    case "ended":
      return state.exitCode === 0 ? "Succeeded" : "Failed";
    case "waiting":
      return state.restarts > 0 ? "Running" : "Pending";
  }
}

function containerStatus(
  pod: KubeObject,
  container: JsonObject,
  state: ContainersState,
  time: string,
): JsonObject {
  const known = knownStatus(pod, "containerStatuses", container);
  const started = asString(valueAt(known, "state", "running", "startedAt")) ?? time;
  const base = {
    name: container.name ?? "",
    image: container.image ?? "",
    imageID: "",
    lastState: asObject(known.lastState),
    restartCount: Number(known.restartCount ?? 0),
    ready: false,
    started: false,
  };
  switch (state.kind) {
    case "running":
      return { ...base, ready: state.ready, started: true, state: { running: { startedAt: started } } };
    case "ended":
      return { ...base, state: { terminated: terminated(state.exitCode, started, time) } };
    case "waiting":
      return {
        ...base,
        restartCount: state.restarts,
        ...(state.restarts > 0 ? { lastState: { terminated: terminated(1, time, time) } } : {}),
        state: { waiting: { reason: state.reason, message: state.message } },
      };
  }
}

function initStatus(pod: KubeObject, container: JsonObject, time: string): JsonObject {
  const known = knownStatus(pod, "initContainerStatuses", container);
  return {
    name: container.name ?? "",
    image: container.image ?? "",
    imageID: "",
    lastState: {},
    restartCount: 0,
    ready: true,
    started: false,
    state: known.state ?? { terminated: terminated(0, time, time) },
  };
}

function terminated(exitCode: number, startedAt: string, finishedAt: string): JsonObject {
  return { exitCode, reason: exitCode === 0 ? "Completed" : "Error", startedAt, finishedAt };
}

function knownStatus(pod: KubeObject, member: string, container: JsonObject): JsonObject {
  const statuses = asList(valueAt(pod, "status", member)).map(asObject);
  return statuses.find((status) => status.name === container.name) ?? {};
}

function containersOf(pod: KubeObject, member: string): readonly JsonObject[] {
  return asList(valueAt(pod, "spec", member)).map(asObject);
}

/** Names of a pod's containers. */
export function containerNames(pod: KubeObject): readonly string[] {
  return containersOf(pod, "containers").map(({ name }: { readonly name?: JsonValue }) => String(name));
}

/** True when the pod's condition Ready is True and it is not going away. */
export function isPodReady(pod: KubeObject): boolean {
  const conditions = asList(valueAt(pod, "status", "conditions")).map(asObject);
  return conditions.some((condition) => condition.type === "Ready" && condition.status === "True");
}

/** True when the pod has neither ended nor is going away. */
export function isPodActive(pod: KubeObject): boolean {
  const phase = valueAt(pod, "status", "phase");
  return phase !== "Succeeded" && phase !== "Failed" && pod.metadata.deletionTimestamp === undefined;
}
