import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { asList, asObject, asString, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { DiagnosticsFolder } from "./diagnosticsFolder.ts";

/** What is read of logs. */
export interface LogWish {
  /** Seconds back from now; absent: from the beginning. */
  readonly sinceSeconds?: number;
  readonly signal: AbortSignal;
}

/** Writes `pod_<pod>/<pod>.yaml` and the logs of its containers, also of the run before a restart. */
export async function collectPods(
  client: ClusterClient,
  folder: DiagnosticsFolder,
  prefix: string,
  pods: readonly KubeObject[],
  wish: LogWish,
): Promise<void> {
  for (const pod of pods) {
    const { name = "", namespace = "" } = pod.metadata;
    const own = `${prefix}pod_${name}/`;
    await folder.yaml(`${own}${name}.yaml`, async () => pod);
    for (const { container, previous } of logsOf(pod)) {
      const path = `${own}${container}${previous ? ".previous" : ""}.log.gz`;
      await folder.gzip(path, () => client.log({ namespace, name }, { container, previous, ...wish }));
    }
  }
}

/** The logs that a pod has: of containers that began, and once more of those that began anew. */
export function logsOf(
  pod: KubeObject,
): readonly { readonly container: string; readonly previous: boolean }[] {
  const statuses = ["initContainerStatuses", "containerStatuses"]
    .flatMap((list) => asList(valueAt(pod, "status", list)))
    .map(asObject);
  return ["initContainers", "containers"]
    .flatMap((list) => asList(valueAt(pod, "spec", list)))
    .flatMap((item) => {
      const container = asString(asObject(item).name) ?? "";
      const status = statuses.find(({ name }) => name === container);
      const restarts = Number(status?.restartCount ?? 0);
      const waits = valueAt(status, "state", "waiting") !== undefined;
      if (waits && restarts === 0) return []; // never began
      return [
        ...(waits ? [] : [{ container, previous: false }]),
        ...(restarts > 0 ? [{ container, previous: true }] : []),
      ];
    });
}
