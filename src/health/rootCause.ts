import { asList, asObject, asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { trueCondition } from "./conditions.ts";
import { containerStatuses, describeTermination, describeWaiting, isBrokenWait } from "./containerStatus.ts";
import { type KubeEvent, lastWarning, parseEvent } from "./kubeEvent.ts";
import { numberAt } from "./numbers.ts";
import { ownedPods } from "./ownedPods.ts";
import { exhaustedQuota } from "./quota.ts";
import { judgePod } from "./rules/pod.ts";

/** What lies around an object; more than belongs to it does no harm, less gives a poorer answer. */
export interface RelatedObjects {
  readonly pods: readonly KubeObject[];
  /** Events of either API group. */
  readonly events: readonly KubeObject[];
  readonly persistentVolumeClaims: readonly KubeObject[];
  readonly quotas: readonly KubeObject[];
}

/** Nothing known but the object itself. */
export const NO_RELATED: RelatedObjects = { pods: [], events: [], persistentVolumeClaims: [], quotas: [] };

/**
 * The sentence that says why an object is not ready, as deep as its surroundings tell; `undefined` when they do not.
 *
 * What a pod says comes first, since it is the latest in the chain (`pod galera-1: container mysql: CrashLoopBackOff:
 * back-off 40s restarting failed container`), then what keeps a pod from its node or its volumes, then the warnings about
 * the object itself (`FailedCreate: exceeded quota`), then its volume claim or an exhausted quota.
 *
 * @param now  milliseconds since the epoch
 */
export function rootCause(object: KubeObject, related: RelatedObjects, now: number): string | undefined {
  const events = related.events.map(parseEvent);
  const pods = ownedPods(object, related.pods).filter((pod) => !pod.metadata.deletionTimestamp);
  const named = (pod: KubeObject, text: string): string =>
    object.kind === "Pod" ? text : `pod ${pod.metadata.name}: ${text}`;
  const ofPods = (explain: (pod: KubeObject) => string | undefined): string | undefined => {
    for (const pod of pods) {
      const text = explain(pod);
      if (text) return named(pod, text);
    }
    return undefined;
  };
  return (
    ofPods(brokenContainer) ??
    ofPods((pod) => missingVolume(pod, related, events)) ??
    ofPods((pod) => podWarning(pod, events)) ??
    ofPods((pod) => (judgePod(pod, now).status === "Degraded" ? judgePod(pod, now).message : undefined)) ??
    ownWarning(object, events) ??
    claimCause(object, events) ??
    (isShortOfPods(object, pods) ? exhaustedQuota(related.quotas, object.metadata.namespace) : undefined) ??
    ofPods((pod) => (isReady(pod) ? undefined : judgePod(pod, now).message || undefined))
  );
}

function brokenContainer(pod: KubeObject): string | undefined {
  const statuses = containerStatuses(pod);
  const waiting = statuses.find((container) => container.waiting && isBrokenWait(container.waiting.reason));
  if (waiting) return describeWaiting(waiting);
  const ended = statuses.find(({ termination }) => termination && termination.exitCode !== 0);
  return ended?.termination && describeTermination(ended, ended.termination);
}

/** A pod that waits for a claim which is missing or unbound. */
function missingVolume(
  pod: KubeObject,
  { persistentVolumeClaims }: RelatedObjects,
  events: readonly KubeEvent[],
): string | undefined {
  if (trueCondition(pod, "PodScheduled") || persistentVolumeClaims.length === 0) return undefined;
  const names = asList(valueAt(pod, "spec", "volumes"))
    .map((volume) => asString(valueAt(volume, "persistentVolumeClaim", "claimName")))
    .filter((name) => name !== undefined);
  for (const name of names) {
    const claim = persistentVolumeClaims.find(
      ({ metadata }) => metadata.name === name && metadata.namespace === pod.metadata.namespace,
    );
    if (!claim) return `PersistentVolumeClaim ${name} does not exist`;
    const cause = claimCause(claim, events);
    if (cause) return `PersistentVolumeClaim ${name}: ${cause}`;
  }
  return undefined;
}

function claimCause(object: KubeObject, events: readonly KubeEvent[]): string | undefined {
  if (object.kind !== "PersistentVolumeClaim" || valueAt(object, "status", "phase") === "Bound")
    return undefined;
  const told = events.filter((event) => isAbout(event, object));
  const warning = lastWarning(told, () => true);
  if (warning) return describeEvent(warning);
  // The binder tells why a claim waits in an Event of type Normal: no volume fits, or it waits for a consumer.
  const last = told.reduce<KubeEvent | undefined>((a, b) => (a && a.at > b.at ? a : b), undefined);
  return last && last.reason !== "WaitForFirstConsumer" ? describeEvent(last) : undefined;
}

/** A pod that is ready has nothing to explain, whatever happened to it before. */
function podWarning(pod: KubeObject, events: readonly KubeEvent[]): string | undefined {
  if (isReady(pod)) return undefined;
  const warning = lastWarning(events, (event) => isAbout(event, pod));
  return warning && describeEvent(warning);
}

/** Warnings about the object, or about the ReplicaSets that a Deployment makes. */
function ownWarning(object: KubeObject, events: readonly KubeEvent[]): string | undefined {
  const { kind, metadata } = object;
  if (kind === "Pod" || kind === "PersistentVolumeClaim") return undefined;
  const prefix = `${metadata.name}-`;
  const warning = lastWarning(
    events,
    (event) =>
      isAbout(event, object) ||
      (kind === "Deployment" && event.kind === "ReplicaSet" && event.name.startsWith(prefix)),
  );
  return warning && describeEvent(warning);
}

function isAbout(event: KubeEvent, { kind, metadata }: KubeObject): boolean {
  if (event.kind !== kind || event.name !== metadata.name) return false;
  return event.uid === "" || metadata.uid === undefined || event.uid === metadata.uid;
}

function describeEvent({ reason, message }: KubeEvent): string {
  return message ? `${reason}: ${message}` : reason;
}

function isReady(pod: KubeObject): boolean {
  return trueCondition(pod, "Ready") !== undefined || valueAt(pod, "status", "phase") === "Succeeded";
}

function isShortOfPods(object: KubeObject, pods: readonly KubeObject[]): boolean {
  if (!asObject(valueAt(object, "spec", "template")).spec) return false;
  const wanted =
    numberAt(object, "status", "desiredNumberScheduled") ?? numberAt(object, "spec", "replicas") ?? 1;
  return pods.length < wanted;
}
