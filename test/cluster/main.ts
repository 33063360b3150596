import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clusterBinaries } from "./clusterBinaries.ts";
import { type ClusterParts, type RunningCluster, startCluster } from "./startCluster.ts";

const USAGE = `usage: node test/cluster/main.ts [FILTER…]          run the tests (of files whose path has FILTER)
       node test/cluster/main.ts --keep            only start a cluster, until Ctrl-C
       node test/cluster/main.ts --binaries        only build its programs
       --controllers=a,b  run only these controllers (none: an empty list)`;

const root = join(import.meta.dirname, "../..");
const startedAt = Date.now();
const say = (line: string): void => console.log(`[cluster] ${line}`);

/**
 * Runs vitest against the cluster; resolves with its exit code once it is over, which an interrupt hastens.
 *
 * @param temporary  folder for what it would leave behind then
 */
function runTests(
  cluster: RunningCluster,
  kubectl: string,
  filters: readonly string[],
  temporary: string,
  stopped: Promise<number>,
): Promise<number> {
  const config = join(import.meta.dirname, "vitest.config.ts");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, "run", "--config", config, ...filters], {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        LOCKSTEP_TEST_KUBECONFIG: cluster.kubeconfig,
        LOCKSTEP_TEST_KUBECTL: kubectl,
        TMPDIR: temporary,
      },
    });
    void stopped.then(() => child.kill("SIGINT"));
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Resolves with the exit code of a program that was interrupted. */
function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve(130));
    process.once("SIGTERM", () => resolve(143));
  });
}

function partsOf(controllers: string | undefined): ClusterParts {
  if (controllers === undefined) return {};
  return { controllers: controllers.split(",").filter(Boolean) };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      keep: { type: "boolean" },
      binaries: { type: "boolean" },
      controllers: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const stopped = interrupted();
  const building = new AbortController();
  void stopped.then(() => building.abort());
  const binaries = await Promise.race([clusterBinaries(say, building.signal), stopped]);
  if (typeof binaries === "number") return binaries;
  if (values.binaries) return 0;
  const starting = startCluster(binaries, partsOf(values.controllers));
  // An interrupt while it starts waits for the start, so that nothing is left behind.
  const cluster = await starting;
  const temporary = await mkdtemp(join(tmpdir(), "lockstep-tests-"));
  say(`ready at ${cluster.server} after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  try {
    if (values.keep) {
      say(`export KUBECONFIG=${cluster.kubeconfig}`);
      say(`export LOCKSTEP_TEST_KUBECONFIG=${cluster.kubeconfig} LOCKSTEP_TEST_KUBECTL=${binaries.kubectl}`);
      say(`export LOCKSTEP_TEST_SERVICE_KUBECONFIG=${cluster.kubeconfig}`);
      say("Ctrl-C ends it");
      return await Promise.race([stopped.then(() => 0), cluster.failed]);
    }
    const tests = runTests(cluster, binaries.kubectl, positionals, temporary, stopped);
    return await Promise.race([tests, cluster.failed]);
  } finally {
    await cluster.stop();
    // Programs that an interrupted test started end a moment after it.
    await rm(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
