import { createHash } from "node:crypto";
import {
  asList,
  asObject,
  asString,
  canonicalJson,
  type JsonObject,
  type JsonValue,
  valueAt,
} from "../../object/json.ts";
import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import { selectorMatcher } from "../store/labelSelector.ts";
import { type ControllerClient, controllerOf, ownedBy } from "./controllerClient.ts";
import { isPodActive, isPodReady } from "./podStatus.ts";

/** Where the store keeps pods. */
export const PODS = "/pods";

/** Letters of generated hashes, as Kubernetes encodes them: none that could spell something. */
const HASH_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Ten letters and digits that stand for a pod template. */
export function templateHash(template: JsonValue | undefined): string {
  const digest = createHash("sha256")
    .update(canonicalJson(template ?? null))
    .digest();
  return [...digest.subarray(0, 10)].map((byte) => HASH_ALPHABET[byte % HASH_ALPHABET.length]).join("");
}

/** A pod of a template, owned by `owner`; `metadata` goes over what the template has. */
export function podOf(owner: KubeObject, template: JsonObject, metadata: JsonObject): JsonObject {
  const given = asObject(template.metadata);
  return {
    metadata: {
      ...(given.annotations === undefined ? {} : { annotations: given.annotations }),
      ...metadata,
      labels: { ...asObject(given.labels), ...asObject(metadata.labels) },
      ownerReferences: [ownedBy(owner)],
    },
    spec: template.spec ?? {},
  };
}

/** Numbers of pods by what controllers ask of them. */
export interface PodCounts {
  readonly total: number;
  readonly ready: number;
  readonly available: number;
}

/** Counts pods that neither ended nor are going away. `minReadySeconds` makes ready ones available later. */
export function countPods(pods: readonly KubeObject[], minReadySeconds: number, now: number): PodCounts {
  const active = pods.filter(isPodActive);
  const ready = active.filter(isPodReady);
  return {
    total: active.length,
    ready: ready.length,
    available: ready.filter((pod) => availableIn(pod, minReadySeconds, now) === 0).length,
  };
}

/** Milliseconds until a ready pod counts as available. */
export function availableIn(pod: KubeObject, minReadySeconds: number, now: number): number {
  if (minReadySeconds === 0) return 0;
  const conditions = asList(valueAt(pod, "status", "conditions")).map(asObject);
  const since = asString(conditions.find(({ type }) => type === "Ready")?.lastTransitionTime);
  return Math.max(0, Date.parse(since ?? "") + minReadySeconds * 1000 - now);
}

/** Milliseconds until the next ready pod becomes available; `undefined` when none is waiting. */
export function nextAvailable(
  pods: readonly KubeObject[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  const waits = pods
    .filter(isPodReady)
    .map((pod) => availableIn(pod, minReadySeconds, now))
    .filter((wait) => wait > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}

/** `minReadySeconds` of a workload. */
export function minReady(object: KubeObject): number {
  return Number(asObject(object.spec).minReadySeconds ?? 0);
}

/** Makes objects that match the selector and that nobody owns this owner's; true when there were some. */
export function adoptOrphans(owner: KubeObject, storageKey: string, client: ControllerClient): boolean {
  if (owner.metadata.deletionTimestamp !== undefined) return false;
  const matches = selectorMatcher(asObject(owner.spec).selector);
  const orphans = client.state.store
    .unowned(storageKey, owner.metadata.namespace ?? "")
    .filter((object) => object.metadata.deletionTimestamp === undefined && matches(labelsOf(object)));
  for (const orphan of orphans) {
    client.change(storageKey, orphan, (draft) => {
      draft.metadata.ownerReferences = [ownedBy(owner)] as never;
    });
  }
  return orphans.length > 0;
}

/** Those to be deleted first: without a node, not ready, young. */
export function byDeletionOrder(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject): number =>
    (valueAt(pod, "spec", "nodeName") === undefined ? 0 : 2) + (isPodReady(pod) ? 1 : 0);
  const created = (pod: KubeObject): string => pod.metadata.creationTimestamp ?? "";
  return rank(a) - rank(b) || (created(a) > created(b) ? -1 : created(a) < created(b) ? 1 : 0);
}

/** Keys of a workload's own changes, and of changes of what it controls. */
export function ownerKeys(
  ownStorageKey: string,
  kind: string,
  storageKey: string,
  object: KubeObject,
): readonly string[] {
  const { namespace = "", name = "" } = object.metadata;
  if (storageKey === ownStorageKey) return [`${namespace}/${name}`];
  const owner = controllerOf(object);
  return owner?.kind === kind ? [`${namespace}/${owner.name}`] : [];
}
