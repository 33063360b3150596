import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import { annotationsOf, type KubeObject } from "../../object/kubeObject.ts";
import { childOf } from "../draft.ts";
import { amountOf } from "../verbs/resourceAmount.ts";
import type { Controller } from "./controller.ts";
import { keyOf, splitKey } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { dropFinalizer } from "./garbageCollector.ts";

const CLAIMS = "/persistentvolumeclaims";
const VOLUMES = "/persistentvolumes";
const CLASSES = "storage.k8s.io/storageclasses";
const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";
const VOLUME_PROTECTION = "kubernetes.io/pv-protection";
const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
const PROVISIONER = "sandbox.lockstep.dev/memory";
const SELECTED_NODE = "volume.kubernetes.io/selected-node";
const COMPONENT = "persistentvolume-controller";

/**
 * Binds claims to volumes: to one that fits and is free, else to a new one.
 *
 * A claim with an unknown class stays Pending, one whose class waits for its first consumer until a pod has a node. Keys
 * of volumes have no namespace.
 */
export const volumeClaimController: Controller = {
  name: "persistentvolume-binder",
  keysOf(storageKey, { object, type, previous }, client) {
    if (storageKey === CLAIMS && type === "DELETED") return volumeKey(object);
    if (storageKey === CLAIMS || (storageKey === VOLUMES && type !== "DELETED")) return [keyOf(object)];
    if (storageKey === CLASSES) return waitingClaims(client);
    const ended = storageKey === "/pods" && (type === "DELETED" || phaseOf(previous) !== phaseOf(object));
    return ended ? claimKeys(object) : [];
  },
  reconcile(key, client) {
    const { namespace, name } = splitKey(key);
    if (namespace === "") settleVolume(name, client);
    else settleClaim(namespace, name, client);
    return undefined;
  },
};

function phaseOf(object: KubeObject | undefined): string | undefined {
  return asString(valueAt(object, "status", "phase"));
}

function volumeKey(claim: KubeObject): readonly string[] {
  const volume = asString(valueAt(claim, "spec", "volumeName"));
  return volume ? [`/${volume}`] : [];
}

function waitingClaims(client: ControllerClient): readonly string[] {
  return client
    .list(CLAIMS)
    .filter((claim) => phaseOf(claim) === "Pending")
    .map(keyOf);
}

function claimKeys(pod: KubeObject): readonly string[] {
  return asList(valueAt(pod, "spec", "volumes")).flatMap((volume) => {
    const name = asString(valueAt(volume, "persistentVolumeClaim", "claimName"));
    return name === undefined ? [] : [`${pod.metadata.namespace}/${name}`];
  });
}

function settleClaim(namespace: string, name: string, client: ControllerClient): void {
  const claim = client.get(CLAIMS, namespace, name);
  if (!claim) return;
  if (claim.metadata.deletionTimestamp !== undefined) {
    if (!isMounted(claim, client)) dropFinalizer(client, CLAIMS, claim, CLAIM_PROTECTION);
    return;
  }
  if (phaseOf(claim) === "Bound") {
    if (!client.get(VOLUMES, "", asString(valueAt(claim, "spec", "volumeName")) ?? "")) lose(claim, client);
    return;
  }
  const volume = freeVolume(claim, client) ?? provision(claim, client);
  if (volume) bind(claim, volume, client);
}

function isMounted(claim: KubeObject, client: ControllerClient): boolean {
  const { namespace = "", name } = claim.metadata;
  return client
    .list("/pods", namespace)
    .some(
      (pod) =>
        !["Succeeded", "Failed"].includes(phaseOf(pod) ?? "") &&
        claimKeys(pod).includes(`${namespace}/${name}`),
    );
}

function freeVolume(claim: KubeObject, client: ControllerClient): KubeObject | undefined {
  const spec = asObject(claim.spec);
  const storageClass = asString(spec.storageClassName) ?? "";
  const modes = asList(spec.accessModes);
  return client.list(VOLUMES).find((volume) => {
    const has = asObject(volume.spec);
    if (volume.metadata.deletionTimestamp !== undefined || phaseOf(volume) === "Failed") return false;
    if (asString(spec.volumeName)) return volume.metadata.name === spec.volumeName;
    const reserved = asObject(has.claimRef);
    const isOurs = reserved.name === claim.metadata.name && reserved.namespace === claim.metadata.namespace;
    if (has.claimRef !== undefined) return isOurs;
    return (
      phaseOf(volume) === "Available" &&
      (asString(has.storageClassName) ?? "") === storageClass &&
      modes.every((mode) => asList(has.accessModes).includes(mode)) &&
      amountOf(valueAt(has, "capacity", "storage")).milli >=
        amountOf(valueAt(spec, "resources", "requests", "storage")).milli
    );
  });
}

function provision(claim: KubeObject, client: ControllerClient): KubeObject | undefined {
  const spec = asObject(claim.spec);
  const className = asString(spec.storageClassName) ?? "";
  const storageClass = client.get(CLASSES, "", className);
  if (asString(spec.volumeName)) return undefined;
  if (className !== "" && !storageClass) {
    client.event(
      claim,
      "Warning",
      "ProvisioningFailed",
      `storageclass.storage.k8s.io "${className}" not found`,
      COMPONENT,
    );
    return undefined;
  }
  const waits = storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  if (waits && annotationsOf(claim)[SELECTED_NODE] === undefined) {
    client.event(
      claim,
      "Normal",
      "WaitForFirstConsumer",
      "waiting for first consumer to be created before binding",
      COMPONENT,
    );
    return undefined;
  }
  const { namespace = "", name = "", uid = "" } = claim.metadata;
  return client.create(VOLUMES, "", {
    metadata: {
      name: `pvc-${uid}`,
      annotations: { [PROVISIONED_BY]: asString(storageClass?.provisioner) ?? PROVISIONER },
    },
    spec: {
      capacity: { storage: valueAt(spec, "resources", "requests", "storage") ?? "1Gi" },
      accessModes: spec.accessModes ?? [],
      volumeMode: spec.volumeMode ?? "Filesystem",
      persistentVolumeReclaimPolicy: asString(storageClass?.reclaimPolicy) ?? "Delete",
      ...(className === "" ? {} : { storageClassName: className }),
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
      hostPath: { path: `/sandbox/pvc-${uid}`, type: "" },
    },
  });
}

function bind(claim: KubeObject, volume: KubeObject, client: ControllerClient): void {
  const { namespace = "", name = "", uid = "" } = claim.metadata;
  const bound = client.change(VOLUMES, volume, (draft) => {
    childOf(draft, "spec").claimRef = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      namespace,
      name,
      uid,
    };
  });
  if (bound) client.setStatus(VOLUMES, bound, { ...asObject(bound.status), phase: "Bound" });
  const next = client.change(CLAIMS, claim, (draft) => {
    childOf(draft, "spec").volumeName = volume.metadata.name;
    childOf(draft.metadata, "annotations")["pv.kubernetes.io/bind-completed"] = "yes";
    childOf(draft.metadata, "annotations")["pv.kubernetes.io/bound-by-controller"] = "yes";
  });
  if (!next) return;
  const { accessModes, capacity } = asObject(volume.spec);
  const status: JsonObject = { phase: "Bound", accessModes: accessModes ?? [], capacity: capacity ?? {} };
  client.setStatus(CLAIMS, next, status);
}

function lose(claim: KubeObject, client: ControllerClient): void {
  client.setStatus(CLAIMS, claim, { phase: "Lost" });
  client.event(
    claim,
    "Warning",
    "ClaimLost",
    "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
    COMPONENT,
  );
}

/** A volume is Available, Bound or Released; one that was made for a claim goes with it. */
function settleVolume(name: string, client: ControllerClient): void {
  const volume = client.get(VOLUMES, "", name);
  if (!volume) return;
  const reference = asObject(asObject(volume.spec).claimRef);
  const claim = client.get(CLAIMS, asString(reference.namespace) ?? "", asString(reference.name) ?? "");
  const isHeld = claim !== undefined && (reference.uid === undefined || claim.metadata.uid === reference.uid);
  if (volume.metadata.deletionTimestamp !== undefined) {
    if (!isHeld || phaseOf(claim) === "Lost") dropFinalizer(client, VOLUMES, volume, VOLUME_PROTECTION);
    return;
  }
  if (reference.uid !== undefined && !isHeld) {
    if (asObject(volume.spec).persistentVolumeReclaimPolicy === "Delete") client.delete(VOLUMES, volume);
    else client.setStatus(VOLUMES, volume, { ...asObject(volume.status), phase: "Released" });
    return;
  }
  if (phaseOf(volume) !== "Pending" || isHeld) return;
  client.setStatus(VOLUMES, volume, { ...asObject(volume.status), phase: "Available" });
  for (const key of waitingClaims(client)) {
    const { namespace, name: claimName } = splitKey(key);
    settleClaim(namespace, claimName, client);
  }
}
