import { asList, asObject, asString, isJsonObject, type JsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

/** How a container ended. */
export interface Termination {
  readonly exitCode: number;
  /** `OOMKilled`, `Error`; empty when the runtime does not say. */
  readonly reason: string;
  /** What the container left as its last words; often empty. */
  readonly message: string;
}

/** What a pod says about one of its containers. */
export interface ContainerStatus {
  readonly name: string;
  readonly isInit: boolean;
  readonly image: string;
  readonly ready: boolean;
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** The end of the present run. */
  readonly termination?: Termination;
  /** The end of the run before. */
  readonly lastTermination?: Termination;
}

/** Init containers first, then the others, each in the order the pod lists them. */
export function containerStatuses(pod: KubeObject): readonly ContainerStatus[] {
  const read = (list: string, isInit: boolean): ContainerStatus[] =>
    asList(valueAt(pod, "status", list)).map((entry) => parseStatus(asObject(entry), isInit));
  return [...read("initContainerStatuses", true), ...read("containerStatuses", false)];
}

/** True for a waiting reason that a person must look at: it starts with `Err` or ends with `Error` or `BackOff`. */
export function isBrokenWait(reason: string): boolean {
  return /^Err|(Error|BackOff)$/.test(reason) || neverStarts(reason);
}

/** True for a waiting reason that no restart mends. */
export function neverStarts(reason: string): boolean {
  return reason === "InvalidImageName" || reason === "ErrImageNeverPull";
}

/** `container mysql: CrashLoopBackOff: back-off 40s restarting failed container (exit code 1: no such table)`. */
export function describeWaiting(container: ContainerStatus): string {
  const { waiting, lastTermination } = container;
  if (!waiting) return `${nameOf(container)}: runs`;
  const image = /Image/.test(waiting.reason) && !waiting.message.includes(container.image);
  const words = [
    nameOf(container),
    waiting.reason || "waiting",
    waiting.message,
    image ? `image ${container.image}` : "",
  ];
  const past = lastTermination ? ` (${describeEnd(lastTermination)})` : "";
  return `${words.filter(Boolean).join(": ")}${past}`;
}

/** `container mysql: OOMKilled, exit code 137`. */
export function describeTermination(container: ContainerStatus, termination: Termination): string {
  return `${nameOf(container)}: ${describeEnd(termination)}`;
}

function describeEnd({ exitCode, reason, message }: Termination): string {
  const why = reason && reason !== "Error" ? `${reason}, ` : "";
  return `${why}exit code ${exitCode}${message ? `: ${message.trim()}` : ""}`;
}

function nameOf({ name, isInit }: ContainerStatus): string {
  return `${isInit ? "init container" : "container"} ${name}`;
}

function parseStatus(entry: JsonObject, isInit: boolean): ContainerStatus {
  const waiting = valueAt(entry, "state", "waiting");
  const termination = parseTermination(valueAt(entry, "state", "terminated"));
  const lastTermination = parseTermination(valueAt(entry, "lastState", "terminated"));
  return {
    name: asString(entry.name) ?? "",
    isInit,
    image: asString(entry.image) ?? "",
    ready: entry.ready === true,
    ...(isJsonObject(waiting) && {
      waiting: { reason: asString(waiting.reason) ?? "", message: asString(waiting.message) ?? "" },
    }),
    ...(termination && { termination }),
    ...(lastTermination && { lastTermination }),
  };
}

function parseTermination(value: unknown): Termination | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    exitCode: typeof value.exitCode === "number" ? value.exitCode : 0,
    reason: asString(value.reason) ?? "",
    message: asString(value.message) ?? "",
  };
}
