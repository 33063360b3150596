import { isClusterError } from "../../cluster/clusterError.ts";
import { redactObject } from "../../drift/redact.ts";
import { LABEL_STATE } from "../../object/ownership.ts";
import type { Collection } from "./collectInstance.ts";
import { collectPods } from "./collectPods.ts";
import { listDocument } from "./listDocument.ts";

/** A service that runs instances, as its deployment is labelled. */
interface Controller {
  readonly folder: string;
  readonly selector: string;
}

const CONTROLLERS: readonly Controller[] = [
  { folder: "lockstep/", selector: "app.kubernetes.io/name=lockstep" },
  { folder: "kudo/", selector: "app=kudo-manager" },
];

const LISTED: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "Service"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["v1", "ServiceAccount"],
];

/**
 * Writes what there is of Lockstep, and of KUDO's manager, in whatever namespace they run. Who may look into one
 * namespace alone gets a note instead.
 */
export async function collectControllers(collection: Collection): Promise<void> {
  if (!(await mayLook(collection))) {
    collection.io.err(
      "note: the controller is left out: this needs the right to list pods of all namespaces\n",
    );
    return;
  }
  for (const controller of CONTROLLERS) await collectController(collection, controller);
  await listAll(collection, "lockstep/leaselist.yaml", ["coordination.k8s.io/v1", "Lease"], {
    fieldSelector: "metadata.name=lockstep",
  });
  await listAll(collection, "lockstep/sourcelist.yaml", ["v1", "ConfigMap"], {
    labelSelector: `${LABEL_STATE}=source`,
  });
}

async function mayLook({ client, logs: { signal } }: Collection): Promise<boolean> {
  try {
    const type = { apiVersion: "v1", kind: "Pod" };
    await client.list(type, { labelSelector: CONTROLLERS[0]?.selector ?? "", signal });
    return true;
  } catch (error) {
    return !isClusterError(error, "forbidden"); // other failures are told item by item
  }
}

async function collectController(collection: Collection, { folder, selector }: Controller): Promise<void> {
  const options = { labelSelector: selector };
  const pods = await collection.folder.read(`${folder}podlist.yaml`, async () => {
    const { signal } = collection.logs;
    return (await collection.client.list({ apiVersion: "v1", kind: "Pod" }, { ...options, signal })).items;
  });
  await collectPods(collection.client, collection.folder, folder, pods ?? [], collection.logs);
  for (const type of LISTED)
    await listAll(collection, `${folder}${type[1].toLowerCase()}list.yaml`, type, options);
}

/** A list over all namespaces; no file where it is empty. */
async function listAll(
  { client, folder, logs: { signal } }: Collection,
  path: string,
  [apiVersion, kind]: readonly [string, string],
  selector: { readonly labelSelector?: string; readonly fieldSelector?: string },
): Promise<void> {
  await folder.yaml(path, async () => {
    const { items } = await client.list({ apiVersion, kind }, { ...selector, signal });
    return listDocument(
      [apiVersion, kind],
      items.map((object) => redactObject(object)),
    );
  });
}
