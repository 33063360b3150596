import { didYouMean } from "../../base/nearest.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { InstanceKey } from "../../object/ownership.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { fromOperatorVersion } from "../../package/operatorVersion.ts";
import { type InstanceView, viewInstance } from "../../reconcile/instanceView.ts";
import { instanceRef, KUDO_API_VERSION } from "../../sync/crds.ts";
import { CliError } from "../cliError.ts";

/** Who writes what our client writes; not sync's, and no instance's. */
export const CLIENT_MANAGER = "kubectl-lockstep";

/** An Instance as the cluster has it, and as we read it. */
export interface LiveInstance {
  readonly object: KubeObject;
  readonly view: InstanceView;
}

/** Reads an Instance. @throws CliError with the names that there are when it does not exist */
export async function readInstance(
  client: ClusterClient,
  key: InstanceKey,
  signal: AbortSignal,
): Promise<LiveInstance> {
  const object = await client.get(instanceRef(key), { signal });
  if (object) return { object, view: viewInstance(object) };
  const { namespace, name } = key;
  const { items } = await client.list(
    { apiVersion: KUDO_API_VERSION, kind: "Instance" },
    { namespace, signal },
  );
  const names = items.map((item) => item.metadata.name ?? "");
  const there =
    names.length > 0
      ? `the namespace has ${names.join(", ")}`
      : "the namespace has no instances; name another one with -n";
  throw new CliError(`Instance/${namespace}/${name} does not exist${didYouMean(name, names)}`, {
    hint: there,
  });
}

/** The package of an Instance's OperatorVersion; `undefined` when there is none that can be read. */
export async function readPackageOf(
  client: ClusterClient,
  { operatorVersion, namespace }: InstanceView,
  signal: AbortSignal,
): Promise<OperatorPackage | undefined> {
  const ref = {
    apiVersion: KUDO_API_VERSION,
    kind: "OperatorVersion",
    namespace: operatorVersion.namespace ?? namespace,
    name: operatorVersion.name,
  };
  const object = await client.get(ref, { signal });
  const read = object && fromOperatorVersion(object);
  return read && "pkg" in read ? read.pkg : undefined;
}

/** The message of a condition that is True; empty when it is not. */
export function conditionOf({ conditions }: InstanceView, type: string): string {
  return (
    conditions.find((condition) => condition.type === type && condition.status === "True")?.message ?? ""
  );
}
