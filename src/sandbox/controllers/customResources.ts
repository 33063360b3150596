import { asList, asObject, asString } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { childOf } from "../draft.ts";
import { customTypes } from "../registry/customTypes.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { CLEANUP_FINALIZER, storageVersion } from "../strategies/customResourceDefinitionStrategy.ts";
import type { ClusterState } from "../verbs/clusterState.ts";
import type { Controller } from "./controller.ts";
import type { ControllerClient } from "./controllerClient.ts";
import { withCondition } from "./controllerClient.ts";
import { dropFinalizer } from "./garbageCollector.ts";

const CRDS = "apiextensions.k8s.io/customresourcedefinitions";
/** Milliseconds between two looks at a definition whose objects are still going. */
const RETRY_MS = 200;

/** Keeps the registry in step with the CustomResourceDefinitions, in the same turn as their writes. */
export function serveCustomResources(state: ClusterState): () => void {
  const served = new Map<string, readonly ResourceType[]>();
  return state.store.subscribe((storageKey, { type, object, previous }) => {
    if (storageKey !== CRDS) return;
    const uid = object.metadata.uid ?? "";
    const isSame = type === "MODIFIED" && previous?.metadata.generation === object.metadata.generation;
    if (isSame && served.has(uid)) return;
    for (const known of served.get(uid) ?? []) state.registry.remove(known);
    served.delete(uid);
    if (type === "DELETED") {
      const { group, names } = asObject(object.spec);
      state.store.drop(`${group}/${asObject(names).plural}`);
      return;
    }
    const schemas = state.pipeline.crdSchemas(object);
    if (schemas.kind === "refused") return;
    const types = customTypes(object, schemas.byVersion);
    for (const { storageKey: key } of types) state.store.open(key);
    for (const custom of types) state.registry.add(custom);
    served.set(uid, types);
  });
}

/** Says that a definition is established; deletes its objects when it goes. */
export function customResourceController(client: ControllerClient): Controller {
  const server = client.as("kube-apiserver");
  return {
    name: "custom-resources",
    keysOf: (storageKey, { object, type }) =>
      storageKey === CRDS && type !== "DELETED" ? [object.metadata.name ?? ""] : [],
    reconcile(name) {
      const crd = server.get(CRDS, "", name);
      if (!crd) return undefined;
      return crd.metadata.deletionTimestamp === undefined
        ? establish(server, crd)
        : removeObjects(server, crd);
    },
  };
}

function establish(client: ControllerClient, crd: KubeObject): undefined {
  const status = asObject(crd.status);
  const version = storageVersion(crd);
  const stored = asList(status.storedVersions).map(String);
  const accepted = withCondition(
    status.conditions,
    { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
    client.time(),
  );
  const established = withCondition(
    accepted,
    {
      type: "Established",
      status: "True",
      reason: "InitialNamesAccepted",
      message: "the initial names have been accepted",
    },
    client.time(),
  );
  client.setStatus(CRDS, crd, {
    ...status,
    acceptedNames: asObject(crd.spec).names ?? {},
    conditions: established,
    storedVersions: stored.includes(version) ? stored : [...stored, version],
  });
  return undefined;
}

function removeObjects(client: ControllerClient, crd: KubeObject): number | undefined {
  if (!(crd.metadata.finalizers ?? []).includes(CLEANUP_FINALIZER)) return undefined;
  const spec = asObject(crd.spec);
  const storageKey = `${asString(spec.group)}/${asString(asObject(spec.names).plural)}`;
  if (client.state.registry.byStorageKey(storageKey)) {
    for (const object of client.list(storageKey)) {
      if (object.metadata.deletionTimestamp === undefined) client.delete(storageKey, object);
    }
    if (client.list(storageKey).length > 0) {
      client.change(
        CRDS,
        crd,
        (draft) => {
          const status = childOf(draft, "status");
          status.conditions = withCondition(
            asObject(crd.status).conditions,
            {
              type: "Terminating",
              status: "True",
              reason: "InstanceDeletionInProgress",
              message: "CustomResource deletion is in progress",
            },
            client.time(),
          ) as never;
        },
        "status",
      );
      return RETRY_MS;
    }
  }
  dropFinalizer(client, CRDS, crd, CLEANUP_FINALIZER);
  return undefined;
}
