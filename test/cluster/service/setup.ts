import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { GitServer } from "../../source/gitServer.ts";
import { clusterBinaries } from "../clusterBinaries.ts";
import { type ManagedProcess, startProcess } from "../managedProcess.ts";
import { startCluster } from "../startCluster.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../..");
const READY_WITHIN_MS = 60_000;

/** What the files of this folder need to know of the one service. */
export interface ServiceAccess {
  readonly kubeconfig: string;
  readonly kubectl: string;
  /** Of the HTTP interface. */
  readonly url: string;
  readonly token: string;
  /** The Git repository that the service polls; one may push to it. */
  readonly repository: string;
  /** Its log, one JSON document per line. */
  readonly logFile: string;
  /** The process of `serve` itself. */
  readonly pid: number;
}

declare module "vitest" {
  export interface ProvidedContext {
    readonly serviceAccess: ServiceAccess;
  }
}

/**
 * One cluster and one `lockstep serve` for all files of this folder, since a service works on all namespaces.
 *
 * @returns what ends them
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const endings: (() => Promise<unknown> | undefined)[] = [];
  const end = async (): Promise<void> => {
    for (const ending of endings.toReversed()) await ending();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-service-"));
    endings.push(() => rm(folder, { recursive: true, force: true }));
    const binaries = await clusterBinaries(() => {});
    const cluster = await someCluster(binaries);
    endings.push(() => cluster.stop());
    const git = await startGit(folder);
    endings.push(() => git.stop());
    const token = "s3cret-of-the-test";
    await writeFile(join(folder, "token"), token);
    const repository = `${git.origin}/fleet.git`;
    const logFile = join(folder, "service.log");
    const service = serve(folder, cluster.kubeconfig, repository, logFile);
    endings.push(() => service.stop());
    const url = await Promise.race([listening(logFile), service.failed]);
    project.provide("serviceAccess", {
      ...{ kubeconfig: cluster.kubeconfig, kubectl: binaries.kubectl },
      ...{ url, token, repository, logFile },
      pid: Number(await readFile(join(folder, "pid"), "utf8")),
    });
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

/** The one that somebody keeps running for this, or one of our own. */
async function someCluster(binaries: Awaited<ReturnType<typeof clusterBinaries>>) {
  const kubeconfig = process.env.LOCKSTEP_TEST_SERVICE_KUBECONFIG;
  if (kubeconfig) return { kubeconfig, stop: async () => {} };
  return await startCluster(binaries);
}

async function startGit(folder: string): Promise<GitServer> {
  const repository = join(folder, "fleet.git");
  const clone = join(folder, "first");
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", repository]);
  await run("git", ["-C", repository, "config", "http.receivepack", "true"]);
  await mkdir(clone);
  await writeFile(join(clone, "README.md"), "Packages and instances of the tests.\n");
  const git = (...args: readonly string[]) => run("git", ["-C", clone, ...args]);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("-c", "user.name=Tester", "-c", "user.email=tester@example.com", "commit", "-qm", "First");
  await git("push", "--quiet", repository, "HEAD:main");
  const server = new GitServer(folder);
  await server.start();
  return server;
}

function serve(folder: string, kubeconfig: string, repository: string, logFile: string): ManagedProcess {
  return startProcess(
    "lockstep serve",
    "sh",
    [
      ...["-c", 'echo $$ > "$0"; exec "$@"', join(folder, "pid"), process.execPath],
      ...[join(ROOT, "src/cli/main.ts"), "serve", "--port", "0", "--kubeconfig", kubeconfig],
      ...["--repo", repository, "--interval", "500ms", "--namespace", "lockstep-system"],
      ...["--data-dir", join(folder, "data"), "--token-file", join(folder, "token")],
    ],
    logFile,
  );
}

/** Resolves with the address of the service once it is ready. */
async function listening(logFile: string): Promise<string> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const log = await readFile(logFile, "utf8");
    const url = /"url":"(http:[^"]+)"/.exec(log)?.[1];
    if (url && (await fetch(`${url}/readyz`).catch(() => undefined))?.ok) return url;
    if (Date.now() > deadline) throw new Error(`the service is not ready:\n${log.slice(-3000)}`);
    await delay(100);
  }
}
