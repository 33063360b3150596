import { asObject, asString, canonicalJson, deepEqual, type JsonObject, valueAt } from "../../object/json.ts";
import { annotationsOf, type KubeObject } from "../../object/kubeObject.ts";
import { childOf } from "../draft.ts";
import type { Controller } from "./controller.ts";
import { splitKey } from "./controller.ts";
import { type ControllerClient, ownedBy } from "./controllerClient.ts";
import { surgeOf, wantedReplicas } from "./deploymentSize.ts";
import { deploymentStatus } from "./deploymentStatus.ts";
import { adoptOrphans, ownerKeys, templateHash } from "./podControl.ts";

const DEPLOYMENTS = "apps/deployments";
const REPLICA_SETS = "apps/replicasets";
const REVISION = "deployment.kubernetes.io/revision";
const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAXIMUM = "deployment.kubernetes.io/max-replicas";
const HASH = "pod-template-hash";
const COMPONENT = "deployment-controller";

/** Rolls Deployments out over ReplicaSets. */
export const deploymentController: Controller = {
  name: "deployment",
  keysOf: (storageKey, { object, type }) =>
    storageKey === REPLICA_SETS || (storageKey === DEPLOYMENTS && type !== "DELETED")
      ? ownerKeys(DEPLOYMENTS, "Deployment", storageKey, object)
      : [],
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    const deployment = client.get(DEPLOYMENTS, namespace, name);
    if (!deployment || deployment.metadata.deletionTimestamp !== undefined) return undefined;
    const isPaused = asObject(deployment.spec).paused === true;
    let sets = setsOf(deployment, client);
    if (sets.length === 0 && adoptOrphans(deployment, REPLICA_SETS, client))
      sets = setsOf(deployment, client);
    const { current, created } = isPaused
      ? { current: currentSet(deployment, sets), created: false }
      : ensureSet(deployment, sets, client);
    const rollout: Rollout = { deployment, client, current, old: sets.filter((set) => set !== current) };
    if (current && !isPaused) roll(rollout);
    else if (current) scale(rollout, current, wantedReplicas(deployment));
    const after = setsOf(deployment, client);
    const latest = client.get(DEPLOYMENTS, namespace, name) ?? deployment;
    const newest = after.find((set) => set.metadata.uid === current?.metadata.uid);
    const again = deploymentStatus(latest, { sets: after, current: newest, created, client });
    if (newest && isComplete(latest, after, newest)) cleanUp(latest, after, newest, client);
    return again;
  },
};

interface Rollout {
  readonly deployment: KubeObject;
  readonly client: ControllerClient;
  readonly current: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

function setsOf(deployment: KubeObject, client: ControllerClient): readonly KubeObject[] {
  return client.controlled(deployment, REPLICA_SETS);
}

/** The set whose template is the Deployment's, the hash label aside. */
function currentSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const wanted = canonicalJson(asObject(deployment.spec).template);
  return sets.find((set) => {
    const template = asObject(asObject(set.spec).template);
    const { [HASH]: _hash, ...labels } = asObject(asObject(template.metadata).labels);
    return canonicalJson({ ...template, metadata: { ...asObject(template.metadata), labels } }) === wanted;
  });
}

function ensureSet(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  client: ControllerClient,
): { readonly current: KubeObject | undefined; readonly created: boolean } {
  const known = currentSet(deployment, sets);
  const others = sets.filter((set) => set !== known).map(revisionOf);
  const revision = String(Math.max(0, ...others) + 1);
  const isStale = known === undefined || revisionOf(known) < Number(revision);
  const next = isStale ? revision : String(known ? revisionOf(known) : revision);
  if (known) {
    const marked = mark(known, deployment, next, client);
    noteRevision(deployment, next, client);
    return { current: marked, created: false };
  }
  const created = client.create(REPLICA_SETS, deployment.metadata.namespace ?? "", newSet(deployment, next));
  noteRevision(deployment, next, client);
  return { current: created, created: created !== undefined };
}

function newSet(deployment: KubeObject, revision: string): JsonObject {
  const template = asObject(asObject(deployment.spec).template);
  const hash = templateHash(template);
  const labels = { ...asObject(asObject(template.metadata).labels), [HASH]: hash };
  const selector = asObject(asObject(deployment.spec).selector);
  return {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      labels,
      annotations: { ...copiedAnnotations(deployment), ...sizeAnnotations(deployment), [REVISION]: revision },
      ownerReferences: [ownedBy(deployment)],
    },
    spec: {
      replicas: 0,
      ...minReadyOf(deployment),
      selector: { ...selector, matchLabels: { ...asObject(selector.matchLabels), [HASH]: hash } },
      template: { ...template, metadata: { ...asObject(template.metadata), labels } },
    },
  };
}

function minReadyOf(deployment: KubeObject): JsonObject {
  const { minReadySeconds } = asObject(deployment.spec);
  return minReadySeconds === undefined ? {} : { minReadySeconds };
}

function copiedAnnotations(deployment: KubeObject): JsonObject {
  const {
    [REVISION]: _revision,
    "kubectl.kubernetes.io/last-applied-configuration": _applied,
    ...rest
  } = annotationsOf(deployment);
  return rest;
}

function sizeAnnotations(deployment: KubeObject): JsonObject {
  const wanted = wantedReplicas(deployment);
  return { [DESIRED]: String(wanted), [MAXIMUM]: String(wanted + surgeOf(deployment).surge) };
}

function mark(
  set: KubeObject,
  deployment: KubeObject,
  revision: string,
  client: ControllerClient,
): KubeObject {
  const annotations = {
    ...annotationsOf(set),
    ...copiedAnnotations(deployment),
    ...sizeAnnotations(deployment),
    [REVISION]: revision,
  };
  if (deepEqual(annotations, annotationsOf(set))) return set;
  return (
    client.change(REPLICA_SETS, set, (draft) => {
      draft.metadata.annotations = annotations as never;
    }) ?? set
  );
}

function noteRevision(deployment: KubeObject, revision: string, client: ControllerClient): void {
  if (annotationsOf(deployment)[REVISION] === revision) return;
  client.change(
    DEPLOYMENTS,
    deployment,
    (draft) => {
      childOf(draft.metadata, "annotations")[REVISION] = revision;
    },
    "status",
  );
}

function revisionOf(set: KubeObject): number {
  return Number(annotationsOf(set)[REVISION] ?? 0);
}

function roll(rollout: Rollout): void {
  const { deployment, current, old } = rollout;
  if (!current) return;
  const isRecreate = asString(valueAt(deployment, "spec", "strategy", "type")) === "Recreate";
  if (isRecreate) {
    for (const set of old) scale(rollout, set, 0);
    const isEmpty = old.every(
      (set) =>
        Number(asObject(set.status).replicas ?? 0) === 0 &&
        Number(asObject(set.status).terminatingReplicas ?? 0) === 0,
    );
    if (isEmpty) scale(rollout, current, wantedReplicas(deployment));
    return;
  }
  growNew(rollout, current);
  shrinkOld(rollout, current);
}

function growNew(rollout: Rollout, current: KubeObject): void {
  const wanted = wantedReplicas(rollout.deployment);
  const has = specReplicas(current);
  if (has > wanted) {
    scale(rollout, current, wanted);
    return;
  }
  const total = [current, ...rollout.old].reduce((sum, set) => sum + specReplicas(set), 0);
  const room = wanted + surgeOf(rollout.deployment).surge - total;
  scale(rollout, current, has + Math.max(0, Math.min(wanted - has, room)));
}

function shrinkOld(rollout: Rollout, stale: KubeObject): void {
  const { deployment, client } = rollout;
  const current =
    client.get(REPLICA_SETS, stale.metadata.namespace ?? "", stale.metadata.name ?? "") ?? stale;
  const old = rollout.old.filter((set) => specReplicas(set) > 0);
  if (old.length === 0) return;
  const wanted = wantedReplicas(deployment);
  const minimum = wanted - surgeOf(deployment).unavailable;
  const all = [current, ...old].reduce((sum, set) => sum + specReplicas(set), 0);
  const unready = specReplicas(current) - available(current);
  let spare = all - minimum - unready;
  for (const set of [...old].sort((a, b) => revisionOf(a) - revisionOf(b))) {
    const broken = Math.min(specReplicas(set) - available(set), spare);
    if (broken > 0) {
      scale(rollout, set, specReplicas(set) - broken);
      spare -= broken;
    }
  }
  const up = [current, ...old].reduce((sum, set) => sum + available(set), 0);
  let removable = Math.min(spare, up - minimum);
  for (const set of old) {
    const live = client.get(REPLICA_SETS, set.metadata.namespace ?? "", set.metadata.name ?? "") ?? set;
    const step = Math.min(specReplicas(live), removable);
    if (step <= 0) continue;
    scale(rollout, live, specReplicas(live) - step);
    removable -= step;
  }
}

function scale({ deployment, client }: Rollout, set: KubeObject, replicas: number): void {
  const has = specReplicas(set);
  if (has === replicas) return;
  client.change(REPLICA_SETS, set, (draft) => {
    childOf(draft, "spec").replicas = replicas;
  });
  const direction = replicas > has ? "up" : "down";
  client.event(
    deployment,
    "Normal",
    "ScalingReplicaSet",
    `Scaled ${direction} replica set ${set.metadata.name} from ${has} to ${replicas}`,
    COMPONENT,
  );
}

function specReplicas(set: KubeObject): number {
  return Number(asObject(set.spec).replicas ?? 0);
}

function available(set: KubeObject): number {
  return Number(asObject(set.status).availableReplicas ?? 0);
}

function isComplete(deployment: KubeObject, sets: readonly KubeObject[], current: KubeObject): boolean {
  const wanted = wantedReplicas(deployment);
  return (
    available(current) === wanted &&
    sets.every((set) => set === current || Number(asObject(set.status).replicas ?? 0) === 0)
  );
}

/** Deletes the oldest empty sets beyond the history limit. */
function cleanUp(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  current: KubeObject,
  client: ControllerClient,
): void {
  const limit = Number(asObject(deployment.spec).revisionHistoryLimit ?? 10);
  const empty = sets
    .filter(
      (set) => set !== current && specReplicas(set) === 0 && set.metadata.deletionTimestamp === undefined,
    )
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of empty.slice(0, Math.max(0, empty.length - limit))) client.delete(REPLICA_SETS, set);
}
