import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { loadKubeConfig } from "../../src/cluster/kubeConfig.ts";
import { createTransport, type RequestRecord } from "../../src/cluster/transport.ts";

const run = promisify(execFile);

/** The running cluster's kubeconfig. */
export function testKubeconfig(): string {
  return required("LOCKSTEP_TEST_KUBECONFIG");
}

/** A client of the running cluster, and how to close it. */
export function connectTestCluster(
  options: {
    readonly context?: "admin" | "nobody";
    readonly onRequest?: (record: RequestRecord) => void;
  } = {},
): { readonly client: ClusterClient; readonly close: () => Promise<void> } {
  const { context = "admin", onRequest } = options;
  const access = loadKubeConfig({ kubeconfig: testKubeconfig(), context, environment: {} });
  const transport = createTransport({ access, ...(onRequest && { onRequest }) });
  return { client: createClusterClient(transport), close: () => transport.close() };
}

/** Makes a namespace that no other test uses, and answers its name. */
export async function makeNamespace(client: ClusterClient, prefix = "test"): Promise<string> {
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return name;
}

/** Runs kubectl against the running cluster; answers what it printed. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(required("LOCKSTEP_TEST_KUBECTL"), [...args], {
    env: { ...process.env, KUBECONFIG: testKubeconfig() },
  });
  return stdout;
}

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: run the tests with npm run test:cluster`);
}
