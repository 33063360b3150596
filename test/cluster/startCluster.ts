import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { loadKubeConfig } from "../../src/cluster/kubeConfig.ts";
import { createTransport } from "../../src/cluster/transport.ts";
import type { ClusterBinaries } from "./clusterBinaries.ts";
import { furnishCluster } from "./furnishCluster.ts";
import { type ManagedProcess, startProcess } from "./managedProcess.ts";
import { podCommands } from "./podCommands.ts";
import { podTroubleStages, sparePodsInTrouble } from "./podTrouble.ts";

export interface ClusterParts {
  /** Names as `--controllers` takes them; an empty list leaves the controller manager out. Default: all. */
  readonly controllers?: readonly string[];
  /** Default: yes. */
  readonly scheduler?: boolean;
  /** Makes pods run: one fake node. Default: yes. */
  readonly kwok?: boolean;
}

/** A real control plane on this machine. */
export interface RunningCluster {
  /** File with the contexts `admin` (all rights, current) and `nobody` (none). */
  readonly kubeconfig: string;
  readonly server: string;
  /** Rejects when one of the programs ends by itself. */
  readonly failed: Promise<never>;
  /** Ends everything in reverse order and removes the data. */
  stop(): Promise<void>;
}

/** How long everything together may take to become ready, in milliseconds; it takes 5 s on an idle machine. */
const READY_WITHIN_MS = 120_000;

/** Requests per second that controllers may send: their default of 20 would be what a test measures. */
const CONTROLLER_RATE = ["--kube-api-qps=1000", "--kube-api-burst=2000"];

/** Starts etcd, the API server and the wanted parts on free ports, with their data in a temporary folder. */
export async function startCluster(
  binaries: ClusterBinaries,
  parts: ClusterParts = {},
): Promise<RunningCluster> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-cluster-"));
  const running: ManagedProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of running.toReversed()) await process.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const start = (name: string, command: string, args: readonly string[]): void => {
    running.push(startProcess(name, command, args, join(folder, `${name}.log`)));
  };
  try {
    const server = await startControlPlane(binaries, folder, start, running);
    const kubeconfig = join(folder, "kubeconfig");
    await startControllers(binaries, { folder, kubeconfig }, parts, start);
    await furnish(kubeconfig, parts.kwok !== false);
    const failed = Promise.race(running.map((process) => process.failed));
    failed.catch(() => {}); // for those who look
    return { kubeconfig, server, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Start = (name: string, command: string, args: readonly string[]) => void;

async function startControlPlane(
  binaries: ClusterBinaries,
  folder: string,
  start: Start,
  running: readonly ManagedProcess[],
): Promise<string> {
  const [client, peer, secure] = await freePorts(3);
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  start("etcd", binaries.etcd, [
    ...["--data-dir", join(folder, "etcd"), "--unsafe-no-fsync", "--log-level", "error"],
    ...["--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ...["--initial-cluster", `default=${peerUrl}`],
  ]);
  const tokens = { admin: randomUUID(), nobody: randomUUID() };
  const server = `https://127.0.0.1:${secure}`;
  const file = await writeSecrets(folder, server, tokens);
  start("kube-apiserver", binaries.apiServer, [
    ...["--etcd-servers", clientUrl, "--secure-port", String(secure), "--bind-address", "127.0.0.1"],
    ...["--cert-dir", join(folder, "certs"), "--token-auth-file", file.tokens],
    ...["--authorization-mode", "RBAC", "--service-account-issuer", "https://kubernetes.default.svc"],
    ...["--service-account-key-file", file.publicKey, "--service-account-signing-key-file", file.privateKey],
    ...["--service-cluster-ip-range", "10.0.0.0/16", "--disable-admission-plugins", "ServiceAccount"],
  ]);
  await ready(server, Promise.race(running.map((process) => process.failed)));
  return server;
}

async function startControllers(
  binaries: ClusterBinaries,
  { folder, kubeconfig }: { readonly folder: string; readonly kubeconfig: string },
  { controllers = ["*"], scheduler = true, kwok = true }: ClusterParts,
  start: Start,
): Promise<void> {
  const common = ["--kubeconfig", kubeconfig, "--leader-elect=false", "--secure-port=0", ...CONTROLLER_RATE];
  if (controllers.length > 0) {
    start("kube-controller-manager", binaries.controllerManager, [
      ...common,
      ...["--service-account-private-key-file", join(folder, "sa.key")],
      `--controllers=${controllers.join(",")}`,
      "--concurrent-deployment-syncs=20",
      "--concurrent-replicaset-syncs=20",
    ]);
  }
  if (scheduler) start("kube-scheduler", binaries.scheduler, common);
  if (kwok) {
    const [port] = await freePorts(1);
    const stages = join(folder, "stages.yaml");
    await writeFile(stages, await allStages(binaries.stages));
    const address = `127.0.0.1:${port}`;
    start("kwok", binaries.kwok, [
      ...["--config", stages, "--kubeconfig", kubeconfig],
      ...["--manage-all-nodes=true", "--server-address", address],
      // The node's address, where the API server sends what it has to say to a container.
      ...["--node-ip", "127.0.0.1", "--node-port", String(port)],
    ]);
  }
}

/** The documents of the kwok module, ours for pods that are to fail, and for commands in containers. */
async function allStages(folder: string): Promise<string> {
  const files = (await readdir(folder)).sort();
  const shipped = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return [...shipped.map(sparePodsInTrouble), podTroubleStages(), podCommands()].join("\n---\n");
}

async function writeSecrets(
  folder: string,
  server: string,
  tokens: { readonly admin: string; readonly nobody: string },
) {
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const file = {
    publicKey: join(folder, "sa.pub"),
    privateKey: join(folder, "sa.key"),
    tokens: join(folder, "tokens.csv"),
    kubeconfig: join(folder, "kubeconfig"),
  };
  const certificate = join(folder, "certs", "apiserver.crt");
  await writeFile(file.publicKey, keys.publicKey);
  await writeFile(file.privateKey, keys.privateKey, { mode: 0o600 });
  await writeFile(
    file.tokens,
    `${tokens.admin},admin,admin,"system:masters"\n${tokens.nobody},nobody,nobody\n`,
    { mode: 0o600 },
  );
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority": certificate } }],
    users: Object.entries(tokens).map(([name, token]) => ({ name, user: { token } })),
    contexts: Object.keys(tokens).map((name) => ({ name, context: { cluster: "test", user: name } })),
    "current-context": "admin",
  };
  await writeFile(file.kubeconfig, JSON.stringify(kubeconfig, null, 2), { mode: 0o600 });
  return file;
}

/** Resolves when the API server says it is ready; rejects when a program ends first, or when it takes too long. */
async function ready(server: string, failed: Promise<never>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const problem = await Promise.race([probe(server), failed]);
    if (problem === undefined) return;
    if (Date.now() > deadline) throw new Error(`the API server is not ready: ${problem}`);
    await delay(200);
  }
}

/** Why the API server is not ready; `undefined` when it is. */
function probe(server: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(`${server}/readyz`, { rejectUnauthorized: false, timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 ? undefined : `/readyz answers ${answer.statusCode}`);
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", (error) => resolve(error.message));
  });
}

async function furnish(kubeconfig: string, withNode: boolean): Promise<void> {
  const transport = createTransport({ access: loadKubeConfig({ kubeconfig, environment: {} }) });
  try {
    await furnishCluster(createClusterClient(transport), withNode, AbortSignal.timeout(READY_WITHIN_MS));
  } finally {
    await transport.close();
  }
}

/** Ports that are free now; they are all taken at once so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
