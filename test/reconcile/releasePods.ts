import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { refOf } from "../../src/object/objectRef.ts";
import { ANNOTATION_PODS } from "../../src/sandbox/controllers/podBehaviour.ts";
import { until } from "./reconcileWorld.ts";

/**
 * Lets the pods of a namespace become ready that their annotation told to `hang`, so that a plan waits for as long as
 * a test needs and no longer. Waits for the first of them.
 */
export async function releasePods(client: ClusterClient, namespace: string): Promise<void> {
  const pods = await until(
    `pods of ${namespace} hang`,
    async () => {
      const { items } = await client.list({ apiVersion: "v1", kind: "Pod" }, { namespace });
      return items.filter(({ metadata }) => metadata.annotations?.[ANNOTATION_PODS] === "hang");
    },
    (found) => found.length > 0,
  );
  const metadata = { annotations: { [ANNOTATION_PODS]: "ready" } };
  for (const pod of pods)
    await client.patch(refOf(pod), "merge", { metadata }, { fieldManager: "kubectl-annotate" });
}
