import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import { type KubeObject, labelsOf } from "../../object/kubeObject.ts";
import type { Controller } from "./controller.ts";
import { splitKey } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { revisionsOf, templateOf, trimRevisions } from "./controllerRevisions.ts";
import { adoptOrphans, availableIn, minReady, nextAvailable, ownerKeys, PODS, podOf } from "./podControl.ts";
import { isPodReady } from "./podStatus.ts";
import { positive } from "./positive.ts";
import { applyRetention, claimsOf, ensureClaims } from "./statefulSetClaims.ts";

const STATEFUL_SETS = "apps/statefulsets";
const REVISION_LABEL = "controller-revision-hash";
const COMPONENT = "statefulset-controller";
/** Milliseconds until a pod that could not be made is tried again. */
const RETRY_MS = 1000;

/** Keeps the numbered pods of StatefulSets, one after another unless they may go in parallel. */
export const statefulSetController: Controller = {
  name: "statefulset",
  keysOf: (storageKey, { object, type }) =>
    storageKey === PODS || (storageKey === STATEFUL_SETS && type !== "DELETED")
      ? ownerKeys(STATEFUL_SETS, "StatefulSet", storageKey, object)
      : [],
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const set = client.get(STATEFUL_SETS, namespace, name);
    if (!set) return undefined;
    applyRetention(set, client);
    if (set.metadata.deletionTimestamp !== undefined) return undefined;
    const { update, all } = revisionsOf(set, client);
    if (!update) return undefined;
    const current =
      all.find(({ metadata }) => metadata.name === valueAt(set, "status", "currentRevision")) ?? update;
    adoptOrphans(set, PODS, client);
    const pass: Pass = { set, client, update, current };
    const isDone = manage(pass);
    const again = report(pass);
    trimRevisions(set, all, [update.metadata.name ?? "", current.metadata.name ?? ""], client);
    return isDone ? again : RETRY_MS;
  },
};

interface Pass {
  readonly set: KubeObject;
  readonly client: ControllerClient;
  readonly update: KubeObject;
  readonly current: KubeObject;
}

/** A pod with its place in the row. */
interface Placed {
  readonly pod: KubeObject;
  readonly ordinal: number;
}

function placedPods({ set, client }: Pass): readonly Placed[] {
  return client
    .controlled(set, PODS)
    .map((pod) => ({ pod, ordinal: Number(/-(\d+)$/.exec(pod.metadata.name ?? "")?.[1] ?? -1) }))
    .filter(({ ordinal }) => ordinal >= 0)
    .sort((a, b) => a.ordinal - b.ordinal);
}

function firstOrdinal(set: KubeObject): number {
  return Number(valueAt(set, "spec", "ordinals", "start") ?? 0);
}

function wantedOf(set: KubeObject): number {
  return Number(asObject(set.spec).replicas ?? 1);
}

function isParallel(set: KubeObject): boolean {
  return asObject(set.spec).podManagementPolicy === "Parallel";
}

/** Makes, deletes and replaces pods as far as may be now; false when one could not be made. */
function manage(pass: Pass): boolean {
  const { set, client } = pass;
  const first = firstOrdinal(set);
  const last = first + wantedOf(set) - 1;
  const pods = placedPods(pass);
  for (const { pod } of pods) {
    const phase = valueAt(pod, "status", "phase");
    if ((phase === "Failed" || phase === "Succeeded") && !isGoing(pod)) {
      client.event(
        set,
        "Warning",
        "RecreatingFailedPod",
        `StatefulSet ${nameOf(set)} is recreating failed Pod ${pod.metadata.name}`,
        COMPONENT,
      );
      client.delete(PODS, pod);
    }
  }
  for (let ordinal = first; ordinal <= last; ordinal++) {
    const known = pods.find((placed) => placed.ordinal === ordinal);
    if (!known) {
      if (!createPod(pass, ordinal)) return false;
    } else ensureClaims(set, known.pod.metadata.name ?? "", client);
    const isSettled = known !== undefined && isUp(set, known.pod, client.now());
    if (!isSettled && !isParallel(set)) return true;
  }
  const surplus = pods.filter(({ ordinal }) => ordinal > last || ordinal < first).reverse();
  for (const { pod } of surplus) {
    if (!isGoing(pod)) {
      client.delete(PODS, pod);
      client.event(
        set,
        "Normal",
        "SuccessfulDelete",
        `delete Pod ${pod.metadata.name} in StatefulSet ${nameOf(set)} successful`,
        COMPONENT,
      );
    }
    if (!isParallel(set)) return true;
  }
  if (surplus.length === 0) updatePods(pass, pods);
  return true;
}

/** Replaces the last pod that has an old template, when all the others are up. */
function updatePods({ set, client, update }: Pass, pods: readonly Placed[]): void {
  const strategy = asObject(asObject(set.spec).updateStrategy);
  if (strategy.type === "OnDelete") return;
  const partition = Number(asObject(strategy.rollingUpdate).partition ?? 0);
  const limit = Number(asObject(strategy.rollingUpdate).maxUnavailable ?? 1) || 1;
  let down = pods.filter(({ pod }) => !isUp(set, pod, client.now())).length;
  for (const { pod, ordinal } of [...pods].reverse()) {
    if (ordinal < partition) return;
    if (revisionName(pod) !== update.metadata.name && !isGoing(pod)) {
      if (isUp(set, pod, client.now())) {
        if (down >= limit) return;
        down += 1;
      }
      client.delete(PODS, pod);
      client.event(
        set,
        "Normal",
        "SuccessfulDelete",
        `delete Pod ${pod.metadata.name} in StatefulSet ${nameOf(set)} successful`,
        COMPONENT,
      );
    }
    if (down >= limit) return;
  }
}

/** False when the server refuses the pod. */
function createPod(pass: Pass, ordinal: number): boolean {
  const { set, client } = pass;
  const name = `${nameOf(set)}-${ordinal}`;
  ensureClaims(set, name, client);
  const revision = revisionFor(pass, ordinal);
  const template = templateOf(revision);
  const spec = asObject(template.spec);
  const { serviceName } = asObject(set.spec);
  const claims = claimsOf(set, name);
  const volumes = asList(spec.volumes).filter(
    (volume) => !claims.some(({ volume: own }) => own === asObject(volume).name),
  );
  const pod = podOf(set, template, {
    name,
    labels: {
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
      [REVISION_LABEL]: revision.metadata.name ?? "",
    },
  });
  const body = {
    ...pod,
    spec: {
      ...spec,
      hostname: name,
      ...(asString(serviceName) ? { subdomain: serviceName as string } : {}),
      volumes: [
        ...volumes,
        ...claims.map((claim) => ({ name: claim.volume, persistentVolumeClaim: { claimName: claim.name } })),
      ],
    },
  };
  let failure: string | undefined;
  client.create(PODS, set.metadata.namespace ?? "", body, (message) => {
    failure = message;
  });
  const outcome = failure === undefined ? "successful" : `failed error: ${failure}`;
  client.event(
    set,
    failure === undefined ? "Normal" : "Warning",
    failure === undefined ? "SuccessfulCreate" : "FailedCreate",
    `create Pod ${name} in StatefulSet ${nameOf(set)} ${outcome}`,
    COMPONENT,
  );
  return failure === undefined;
}

/** Pods below the partition keep the template from before the update. */
function revisionFor({ set, update, current }: Pass, ordinal: number): KubeObject {
  const partition = Number(valueAt(set, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);
  return ordinal - firstOrdinal(set) < partition ? current : update;
}

function report(pass: Pass): number | undefined {
  const { set, client, update, current } = pass;
  const updateName = update.metadata.name ?? "";
  const pods = placedPods(pass).map(({ pod }) => pod);
  const live = pods.filter((pod) => !isGoing(pod));
  const updated = live.filter((pod) => revisionName(pod) === updateName).length;
  const ready = live.filter((pod) => isPodReady(pod));
  const available = ready.filter((pod) => availableIn(pod, minReady(set), client.now()) === 0);
  const isDone = updated === wantedOf(set) && ready.length === wantedOf(set) && pods.length === wantedOf(set);
  const currentName = isDone ? updateName : (current.metadata.name ?? "");
  const before: JsonObject = asObject(set.status);
  client.setStatus(STATEFUL_SETS, set, {
    ...(before.conditions === undefined ? {} : { conditions: before.conditions }),
    observedGeneration: set.metadata.generation ?? 1,
    replicas: pods.length,
    ...positive("readyReplicas", ready.length),
    ...positive("currentReplicas", live.filter((pod) => revisionName(pod) === currentName).length),
    ...positive("updatedReplicas", updated),
    availableReplicas: available.length,
    currentRevision: currentName,
    updateRevision: updateName,
    collisionCount: 0,
  });
  return nextAvailable(pods, minReady(set), client.now());
}

function isUp(set: KubeObject, pod: KubeObject, now: number): boolean {
  return !isGoing(pod) && isPodReady(pod) && availableIn(pod, minReady(set), now) === 0;
}

function isGoing({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function revisionName(pod: KubeObject): string | undefined {
  return labelsOf(pod)[REVISION_LABEL];
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? "";
}
