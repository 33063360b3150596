import type { ClusterClient } from "../cluster/clusterClient.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { asList, asObject, asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { parseApiVersion } from "../object/objectRef.ts";

/** Kinds that hold what cannot be made again, with what would be lost. */
const PRECIOUS: ReadonlyMap<string, string> = new Map([
  ["Namespace", "everything in the namespace would go with it"],
  ["PersistentVolumeClaim", "its data would be lost"],
  ["PersistentVolume", "its data would be lost"],
]);

/** Why an object is not deleted without a person's word (engine.md, 5); `undefined` when it may go. */
export async function holdReason(
  client: ClusterClient,
  live: KubeObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (live.kind === "Instance" && parseApiVersion(live.apiVersion).group === "kudo.dev")
    return "it is an instance of its own, whose objects and data would go with it";
  if (live.kind !== "CustomResourceDefinition") return PRECIOUS.get(live.kind);
  const count = await countObjects(client, live, signal);
  return count === 0
    ? undefined
    : `${count} ${count === 1 ? "object" : "objects"} of its kind would go with it`;
}

async function countObjects(client: ClusterClient, crd: KubeObject, signal: AbortSignal): Promise<number> {
  const group = asString(valueAt(crd, "spec", "group")) ?? "";
  const kind = asString(valueAt(crd, "spec", "names", "kind")) ?? "";
  const served = asList(valueAt(crd, "spec", "versions")).find(
    (version) => asObject(version).served === true,
  );
  const version = asString(asObject(served).name);
  if (version === undefined) return 0;
  let count = 0;
  try {
    await client.list(
      { apiVersion: `${group}/${version}`, kind },
      {
        signal,
        onPage: (items) => {
          count += items.length;
        },
      },
    );
  } catch (error) {
    if (!isClusterError(error, "notFound", "unknownKind")) throw error;
  }
  return count;
}
