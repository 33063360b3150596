import type { Command } from "commander";
import type { ClusterClient } from "../cluster/clusterClient.ts";
import { ClusterError } from "../cluster/clusterError.ts";
import { createClusterClient } from "../cluster/createClusterClient.ts";
import { loadKubeConfig } from "../cluster/kubeConfig.ts";
import { createTransport } from "../cluster/transport.ts";
import { KUDO_API_VERSION } from "../sync/crds.ts";
import { CliError } from "./cliError.ts";
import type { CliIo } from "./cliIo.ts";
import { parseSeconds } from "./parseSeconds.ts";

/** Which cluster, as kubectl is told. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly requestTimeout?: string;
}

/** Milliseconds that stand for "no limit" of one request. */
const NO_LIMIT_MS = 24 * 3_600_000;

/** Adds the options that name the cluster. */
export function withCluster(command: Command): Command {
  return command
    .option("--kubeconfig <file>", "default: KUBECONFIG, then ~/.kube/config, then the pod's service account")
    .option("--context <name>", "of the kubeconfig; default: its current one")
    .option("-n, --namespace <namespace>", "default: the context's")
    .option("--request-timeout <time>", "of one request: seconds, or a duration; 0: none (default: 30)");
}

/**
 * Works with a cluster, and lets go of its connections afterwards.
 *
 * @throws CliError when the cluster lacks our definitions, with what installs them
 */
export async function withClient<T>(
  options: ClusterOptions,
  io: CliIo,
  work: (client: ClusterClient, namespace: string) => Promise<T>,
): Promise<T> {
  const { kubeconfig, context, requestTimeout } = options;
  const timeoutMs =
    requestTimeout === undefined
      ? undefined
      : parseSeconds("--request-timeout", requestTimeout) || NO_LIMIT_MS;
  const access = loadKubeConfig({
    environment: io.env,
    ...(kubeconfig && { kubeconfig }),
    ...(context && { context }),
  });
  const transport = createTransport({
    access,
    environment: io.env,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  try {
    return await work(createClusterClient(transport), options.namespace ?? access.namespace);
  } catch (error) {
    const isOurs = error instanceof ClusterError && error.reason === "unknownKind";
    if (!isOurs || !error.message.endsWith(` of ${KUDO_API_VERSION}`)) throw error;
    throw new CliError(error.message, {
      cause: error,
      hint: "nothing was installed there yet: `lockstep serve` and `lockstep install --install-crds` install the definitions; another cluster is named with --context or --kubeconfig",
    });
  } finally {
    await transport.close();
  }
}
