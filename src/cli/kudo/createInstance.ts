import type { ClusterClient } from "../../cluster/clusterClient.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { type InstanceKey, LABEL_OPERATOR } from "../../object/ownership.ts";
import type { InstanceParameters } from "../../package/parameterValues.ts";
import { instanceRef, KUDO_API_VERSION } from "../../sync/crds.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { lineOf } from "./publishPackage.ts";
import { CLIENT_MANAGER } from "./readInstance.ts";

/** DNS-1123 subdomain, the rule of the API server. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A new Instance as KUDO's client writes it (package-format 1.6). */
export function newInstance(
  { namespace, name }: InstanceKey,
  spec: {
    readonly operator: string;
    readonly operatorVersion: string;
    readonly parameters: InstanceParameters;
  },
): KubeObject {
  return {
    apiVersion: KUDO_API_VERSION,
    kind: "Instance",
    metadata: { name, namespace, labels: { [LABEL_OPERATOR]: spec.operator } },
    spec: { operatorVersion: { name: spec.operatorVersion }, parameters: spec.parameters },
  };
}

/** Looks whether an instance of that name can be made, before anything is written. @throws CliError */
export async function checkNewInstance(
  client: ClusterClient,
  key: InstanceKey,
  signal: AbortSignal,
): Promise<void> {
  if (!NAME.test(key.name) || key.name.length > 253) {
    throw usageError(
      `"${key.name}" is no name for an instance`,
      "lower-case letters, digits, '-' and '.'; --instance names it",
    );
  }
  const live = await client.get(instanceRef(key), { signal });
  if (!live) return;
  const { namespace, name } = key;
  const isGoing = live.metadata.deletionTimestamp !== undefined;
  throw new CliError(`Instance/${namespace}/${name} ${isGoing ? "is being deleted" : "exists already"}`, {
    hint: isGoing
      ? "wait until it is gone, or choose another name with --instance"
      : "choose another name with --instance; `lockstep update` and `lockstep upgrade` change what is there",
  });
}

/** Creates the Instance and says so. */
export async function createInstance(
  client: ClusterClient,
  object: KubeObject,
  io: CliIo,
): Promise<KubeObject> {
  const live = await client.create(object, { fieldManager: CLIENT_MANAGER, signal: io.signal });
  io.out(`${lineOf(object)} created\n`);
  return live;
}
