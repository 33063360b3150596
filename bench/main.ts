import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ClusterAccess } from "../src/cluster/clusterAccess.ts";
import type { ClusterClient } from "../src/cluster/clusterClient.ts";
import { createClusterClient } from "../src/cluster/createClusterClient.ts";
import { loadKubeConfig } from "../src/cluster/kubeConfig.ts";
import { createTransport } from "../src/cluster/transport.ts";
import { valueAt } from "../src/object/json.ts";
import { clusterBinaries } from "../test/cluster/clusterBinaries.ts";
import { startCluster } from "../test/cluster/startCluster.ts";
import { createFleet } from "./fleetRepository.ts";
import { type RawFloor, rawFloor } from "./rawFloor.ts";
import { type Measured, reportOf } from "./report.ts";
import { requestsBetween } from "./requestCounts.ts";
import { type ServiceProcess, startService } from "./serviceProcess.ts";
import { templateBench } from "./templates/templateBench.ts";
import { OBJECTS_PER_INSTANCE } from "./workload.ts";

const USAGE = `usage: npm run bench -- [--instances N] [--idle SECONDS] [--node-options "…"] [--keep]
       npm run bench -- templates [--rounds N] [--rows N]   the template engine beside Go's
  --instances N         how many (default 1000)
  --idle SECONDS        how long to watch the service at rest (default 60)
  --node-options "…"    for the service's Node, as --cpu-prof
  --keep                leave the folder with the log of the service`;

/** Health has to be real, so its controllers run; no others, so that nothing else is measured. */
const CONTROLLERS = ["deployment-controller", "replicaset-controller"];
const NAMESPACE = "bench";
/** So long without a request but the Lease's, and what there was to do is over. */
const SETTLE_MS = 3_000;

const startedAt = Date.now();

function say(line: string): void {
  console.error(`[bench ${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s] ${line}`);
}

interface Options {
  readonly instances: number;
  readonly idleSeconds: number;
  readonly nodeOptions: readonly string[];
  readonly keep: boolean;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (!options) {
    console.log(USAGE);
    return;
  }
  const binaries = await clusterBinaries(say);
  const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
  const cluster = await startCluster(binaries, { controllers: CONTROLLERS, scheduler: false, kwok: false });
  try {
    say(`cluster ready at ${cluster.server}`);
    const measured = await Promise.race([measure(options, cluster.kubeconfig, folder), cluster.failed]);
    console.log(reportOf(measured));
  } finally {
    await cluster.stop();
    if (options.keep) say(`kept ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

async function measure(options: Options, kubeconfig: string, folder: string): Promise<Measured> {
  const access = loadKubeConfig({ kubeconfig, environment: {} });
  const transport = createTransport({ access });
  const client = createClusterClient(transport);
  try {
    const floors = await measureFloor(access, client, options.instances);
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    return { instances: options.instances, floors, ...(await measureService(options, kubeconfig, folder)) };
  } finally {
    await transport.close();
  }
}

/** With 4 and with 8 connections; the controllers finish what each leaves them before the next starts. */
async function measureFloor(
  access: ClusterAccess,
  client: ClusterClient,
  count: number,
): Promise<readonly RawFloor[]> {
  const floors: RawFloor[] = [];
  for (const connections of [4, 8]) {
    const namespace = `floor-${connections}`;
    const floor = await rawFloor(access, { namespace, count, connections });
    say(
      `floor: ${floor.applies} applies over ${connections} connections in ${floor.seconds.toFixed(1)} s` +
        ` (${(floor.applies / floor.seconds).toFixed(0)}/s)`,
    );
    floors.push(floor);
    await observed(client, namespace);
  }
  return floors;
}

/** Resolves when the controller has seen every Deployment of the namespace. */
async function observed(client: ClusterClient, namespace: string): Promise<void> {
  for (;;) {
    const { items } = await client.list({ apiVersion: "apps/v1", kind: "Deployment" }, { namespace });
    const left = items.filter((item) => valueAt(item, "status", "observedGeneration") === undefined).length;
    if (left === 0) return;
    await delay(500);
  }
}

async function measureService(options: Options, kubeconfig: string, folder: string) {
  const { instances, idleSeconds, nodeOptions } = options;
  const fleet = await createFleet(folder);
  const settings = {
    repository: fleet.path,
    kubeconfig,
    port: await freePort(),
    dataDir: join(folder, "data"),
    logFile: join(folder, "service.log"),
    nodeOptions,
  };
  let service = startService(settings);
  try {
    await service.ready();
    await delay(2_000); // the package is published
    say("service ready; pushing");
    const before = { requests: await service.requests(), cpu: service.cpuSeconds() };
    await fleet.push(instances, NAMESPACE);
    const pushedAt = performance.now();
    await service.complete(instances, progress(instances));
    const seconds = (performance.now() - pushedAt) / 1000;
    const cpuSeconds = service.cpuSeconds() - before.cpu;
    say(`${instances} instances complete after ${seconds.toFixed(1)} s`);
    await quiet(service);
    const requests = requestsBetween(before.requests, await service.requests());
    const idle = await rest(service, idleSeconds);
    const peakBytes = service.peakBytes();
    await service.stop();

    service = startService(settings);
    const restartedAt = performance.now();
    await service.ready();
    await service.complete(instances, progress(instances));
    const restartSeconds = (performance.now() - restartedAt) / 1000;
    say(`restarted in ${restartSeconds.toFixed(1)} s`);
    await quiet(service);
    const restart = {
      seconds: restartSeconds,
      quietSeconds: (performance.now() - restartedAt - SETTLE_MS) / 1000,
      requests: requestsBetween(new Map(), await service.requests()),
      cpuSeconds: service.cpuSeconds(),
      peakBytes: service.peakBytes(),
    };
    return {
      seconds,
      cpuSeconds,
      peakBytes,
      requests,
      idle,
      restart,
      objects: instances * OBJECTS_PER_INSTANCE,
    };
  } finally {
    await service.stop();
  }
}

/** Resolves when the service has had nothing more to ask for a while. */
async function quiet(service: ServiceProcess): Promise<void> {
  for (;;) {
    const before = await service.requests();
    await delay(SETTLE_MS);
    const since = requestsBetween(before, await service.requests());
    if (![...since.keys()].some((name) => name !== "update Lease")) return;
  }
}

/** What the service asks the cluster and Git while nothing happens. */
async function rest(service: ServiceProcess, seconds: number) {
  say(`watching ${seconds} s of rest`);
  const [before, pollsBefore] = [await service.requests(), await service.polls()];
  await delay(seconds * 1000);
  const requests = requestsBetween(before, await service.requests());
  return { seconds, requests, polls: (await service.polls()) - pollsBefore };
}

/** Says every few seconds how far it is. */
function progress(count: number): (summary: { readonly complete: number }) => void {
  let saidAt = performance.now();
  return ({ complete }) => {
    if (performance.now() - saidAt < 5_000) return;
    saidAt = performance.now();
    say(`${complete} of ${count} complete`);
  };
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      instances: { type: "string", default: "1000" },
      idle: { type: "string", default: "60" },
      "node-options": { type: "string", default: "" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const number = (name: "instances" | "idle", least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least)
      throw new Error(`--${name}: ${values[name]} is no number from ${least}`);
    return value;
  };
  return {
    instances: number("instances", 1),
    idleSeconds: number("idle", 0),
    nodeOptions: values["node-options"].split(" ").filter(Boolean),
    keep: values.keep,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

try {
  const [first, ...others] = process.argv.slice(2);
  await (first === "templates" ? templateBench(others) : main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
