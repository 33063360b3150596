import type { Command } from "commander";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { createClusterClient } from "../cluster/createClusterClient.ts";
import { loadKubeConfig } from "../cluster/kubeConfig.ts";
import { createTransport } from "../cluster/transport.ts";
import type { CliIo } from "./cliIo.ts";

/** Which cluster, as kubectl is told. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** Adds the options that name the cluster. */
export function withCluster(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "default: KUBECONFIG, then ~/.kube/config, then the pod's service account")
    .option("--context <name>", "of the kubeconfig; default: its current one")
    .option("-n, --namespace <namespace>", "default: the context's");
}

/** Works with a cluster, and lets go of its connections afterwards. */
export async function withClient<T>(
  options: ClusterOptions,
  io: CliIo,
  work: (client: ClusterClient, namespace: string) => Promise<T>,
): Promise<T> {
  const { kubeconfig, context } = options;
  const access = loadKubeConfig({
    environment: io.env,
    ...(kubeconfig && { kubeconfig }),
    ...(context && { context }),
  });
  const transport = createTransport({ access, environment: io.env });
  try {
    return await work(createClusterClient(transport), options.namespace ?? access.namespace);
  } finally {
    await transport.close();
  }
}
