import { asList, asObject, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { StoredAt } from "../store/objectStore.ts";
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from "../verbs/deleteObject.ts";
import type { Controller } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";

/**
 * Deletes what lost its owners, and lets owners go whose dependents are gone (foreground) or freed (orphan).
 *
 * Keys are uids: of owners that changed, and of dependents that named an owner who is not there.
 */
export const garbageCollector: Controller = {
  name: "garbage-collector",
  keysOf(_storageKey, { type, object, previous }, client) {
    const { uid = "", deletionTimestamp } = object.metadata;
    const keys: string[] = [];
    if (type === "DELETED") {
      keys.push(
        ...client.state.store
          .dependentsOf(uid)
          .map(({ storageKey, namespace, name }) => placeKey({ storageKey, namespace, name })),
      );
      // A foreground deletion of an owner waits for this one.
      keys.push(...ownersOf(object).flatMap((owner) => keyOfUid(client, String(owner.uid ?? ""))));
      return keys;
    }
    const ownersChanged = previous?.metadata.ownerReferences !== object.metadata.ownerReferences;
    if (deletionTimestamp !== undefined || (ownersChanged && ownersOf(object).length > 0)) {
      keys.push(...keyOfUid(client, uid));
    }
    return keys;
  },
  reconcile(key, client) {
    const [storageKey = "", namespace = "", name = ""] = key.split("|");
    const object = client.get(storageKey, namespace, name);
    if (!object) return undefined;
    const { finalizers = [], deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined && finalizers.includes(ORPHAN_FINALIZER)) {
      releaseDependents(client, storageKey, object);
    } else if (deletionTimestamp !== undefined && finalizers.includes(FOREGROUND_FINALIZER)) {
      collectForeground(client, storageKey, object);
    } else if (deletionTimestamp === undefined) {
      collectAbandoned(client, storageKey, object);
    }
    return undefined;
  },
};

function placeKey({ storageKey, namespace, name }: StoredAt): string {
  return `${storageKey}|${namespace}|${name}`;
}

function keyOfUid(client: ControllerClient, uid: string): readonly string[] {
  const place = client.state.store.locate(uid);
  return place ? [placeKey(place)] : [];
}

function ownersOf({ metadata }: KubeObject): readonly JsonObject[] {
  return asList(metadata.ownerReferences).map(asObject);
}

/** Deletes an object whose owners are all gone; forgets owners that are gone where others remain. */
function collectAbandoned(client: ControllerClient, storageKey: string, object: KubeObject): void {
  const owners = ownersOf(object);
  if (owners.length === 0) return;
  const present = owners.filter((owner) => isPresent(client, object, owner));
  if (present.length === owners.length) return;
  if (present.length === 0) {
    client.delete(storageKey, object, { propagation: "Background" });
    return;
  }
  client.change(storageKey, object, (draft) => {
    draft.metadata.ownerReferences = present as never;
  });
}

/** An owner in another namespace is none. */
function isPresent(client: ControllerClient, object: KubeObject, owner: JsonObject): boolean {
  const place = client.state.store.locate(String(owner.uid ?? ""));
  return place !== undefined && (place.namespace === "" || place.namespace === object.metadata.namespace);
}

function collectForeground(client: ControllerClient, storageKey: string, owner: KubeObject): void {
  const uid = owner.metadata.uid ?? "";
  const dependents = dependentsOf(client, uid);
  for (const { place, object } of dependents) {
    const others = ownersOf(object).filter(
      (reference) => reference.uid !== uid && isPresent(client, object, reference),
    );
    if (others.length > 0) {
      client.change(place.storageKey, object, (draft) => {
        draft.metadata.ownerReferences = others as never;
      });
    } else if (object.metadata.deletionTimestamp === undefined) {
      const hasDependents = client.state.store.dependentsOf(object.metadata.uid ?? "").length > 0;
      client.delete(place.storageKey, object, { propagation: hasDependents ? "Foreground" : "Background" });
    }
  }
  const blocking = dependentsOf(client, uid).filter(({ object }) =>
    ownersOf(object).some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true),
  );
  if (blocking.length === 0) dropFinalizer(client, storageKey, owner, FOREGROUND_FINALIZER);
}

function releaseDependents(client: ControllerClient, storageKey: string, owner: KubeObject): void {
  const uid = owner.metadata.uid ?? "";
  for (const { place, object } of dependentsOf(client, uid)) {
    const others = ownersOf(object).filter((reference) => reference.uid !== uid);
    client.change(place.storageKey, object, (draft) => {
      if (others.length === 0) delete draft.metadata.ownerReferences;
      else draft.metadata.ownerReferences = others as never;
    });
  }
  dropFinalizer(client, storageKey, owner, ORPHAN_FINALIZER);
}

function dependentsOf(
  client: ControllerClient,
  uid: string,
): readonly { readonly place: StoredAt; readonly object: KubeObject }[] {
  return client.state.store.dependentsOf(uid).flatMap((place) => {
    const object = client.get(place.storageKey, place.namespace, place.name);
    return object ? [{ place, object }] : [];
  });
}

/** Removes one finalizer; the object goes when it was the last. */
export function dropFinalizer(
  client: ControllerClient,
  storageKey: string,
  object: KubeObject,
  finalizer: string,
): void {
  const current = client.get(storageKey, object.metadata.namespace ?? "", object.metadata.name ?? "");
  if (!current) return;
  client.change(storageKey, current, (draft) => {
    const rest = (current.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    if (rest.length === 0) delete draft.metadata.finalizers;
    else draft.metadata.finalizers = rest;
  });
}
