import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, inject } from "vitest";
import type { ClusterClient } from "../../../src/cluster/clusterClient.ts";
import { createClusterClient } from "../../../src/cluster/createClusterClient.ts";
import { loadKubeConfig } from "../../../src/cluster/kubeConfig.ts";
import { createTransport } from "../../../src/cluster/transport.ts";
import { asObject, type JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import type { PlanStatus } from "../../../src/plan/planStatus.ts";
import { type Files, publish, readInstance } from "../../reconcile/reconcileWorld.ts";
import { operatorFiles, type SmallOperator } from "../../reconcile/smallOperator.ts";
import { makeNamespace } from "../testCluster.ts";
import "./setup.ts"; // its word on what is provided

const run = promisify(execFile);
const PATIENCE_MS = 40_000;

/** The one service of all files in this folder, and the cluster it works on. Each test uses namespaces of its own. */
export interface SharedService {
  readonly client: ClusterClient;
  readonly kubeconfig: string;
  /** Makes a namespace of its own. */
  namespace(prefix: string): Promise<string>;
  /** Publishes the package's OperatorVersion there, and answers its name. */
  publish(namespace: string, operator: SmallOperator): Promise<string>;
  /** Asks the service over HTTP, with the token. */
  call(method: string, path: string): Promise<Response>;
  kubectl(...args: readonly string[]): Promise<string>;
  /** Commits these files (no text: the file goes) to the repository that the service polls; answers the commit. */
  push(files: Readonly<Record<string, string | Buffer | undefined>>): Promise<string>;
  /** Waits until a run of the plan, another than that of uid `before`, has this status. */
  untilPlan(
    namespace: string,
    name: string,
    plan: string,
    wanted?: { readonly status?: PlanStatus["status"]; readonly before?: string | undefined },
  ): Promise<PlanStatus>;
  /** Reads until there is something. A time-out says what the service last logged. */
  until<T>(what: string, read: () => T | Promise<T | undefined>): Promise<NonNullable<T>>;
  /** Reasons of the Events about the instance. */
  reasons(namespace: string, name: string): Promise<readonly string[]>;
  /** Runs something while the service stands still; for the others that is a pause, so make it short. */
  whilePaused<T>(act: () => Promise<T>): Promise<T>;
  /** A temporary folder of this file. */
  folder(): Promise<string>;
}

/** To be called once at the top of a file. */
export function sharedService(): SharedService {
  const access = inject("serviceAccess");
  const transport = createTransport({
    access: loadKubeConfig({ kubeconfig: access.kubeconfig, environment: {} }),
  });
  const client = createClusterClient(transport);
  let folder: Promise<string> | undefined;
  const ownFolder = (): Promise<string> => {
    folder ??= mkdtemp(join(tmpdir(), "lockstep-shared-"));
    return folder;
  };
  afterAll(async () => {
    await transport.close();
    if (folder) await rm(await folder, { recursive: true, force: true });
  });

  async function until<T>(what: string, read: () => T | Promise<T | undefined>): Promise<NonNullable<T>> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = await read();
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<T>;
      if (Date.now() > deadline) throw new Error(`waited too long: ${what}\n${await lastWords()}`);
      await delay(100);
    }
  }
  async function lastWords(): Promise<string> {
    return (await readFile(access.logFile, "utf8")).trimEnd().split("\n").slice(-12).join("\n");
  }

  return {
    client,
    kubeconfig: access.kubeconfig,
    namespace: (prefix) => makeNamespace(client, prefix),
    publish: (namespace, operator) => publish(client, namespace, operatorFiles(operator)),
    call: (method, path) =>
      fetch(`${access.url}${path}`, { method, headers: { authorization: `Bearer ${access.token}` } }),
    async kubectl(...args) {
      const env = { ...process.env, KUBECONFIG: access.kubeconfig };
      return (await run(access.kubectl, [...args], { env })).stdout;
    },
    push: async (files) => await pushFiles(await ownFolder(), access.repository, files),
    async untilPlan(namespace, name, plan, { status = "COMPLETE", before } = {}) {
      let last: PlanStatus | undefined;
      return await until(`plan ${plan} of ${namespace}/${name} is ${status}`, async () => {
        last = (await readInstance(client, namespace, name))?.planStatus[plan];
        if (!last || last.uid === undefined || last.uid === before) return undefined;
        if (last.status === "FATAL_ERROR" && status !== "FATAL_ERROR") throw new Error(JSON.stringify(last));
        return last.status === status ? last : undefined;
      });
    },
    until,
    async reasons(namespace, name) {
      const { items } = await client.list({ apiVersion: "v1", kind: "Event" }, { namespace });
      const about = (event: KubeObject): JsonObject => asObject(event.involvedObject);
      return items
        .filter((event) => about(event).kind === "Instance" && about(event).name === name)
        .map((event) => String(event.reason));
    },
    async whilePaused(act) {
      process.kill(access.pid, "SIGSTOP");
      try {
        return await act();
      } finally {
        process.kill(access.pid, "SIGCONT");
      }
    },
    folder: ownFolder,
  };
}

/** Several files may push at once: whoever comes second starts again from what is there then. */
async function pushFiles(
  folder: string,
  repository: string,
  files: Readonly<Record<string, string | Buffer | undefined>>,
): Promise<string> {
  const clone = await mkdtemp(join(folder, "clone-"));
  const git = (...args: readonly string[]) => run("git", ["-C", clone, ...args]);
  await run("git", ["clone", "--quiet", repository, clone]);
  for (let attempt = 1; ; attempt++) {
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) await rm(join(clone, path), { recursive: true });
      else {
        await mkdir(dirname(join(clone, path)), { recursive: true });
        await writeFile(join(clone, path), content);
      }
    }
    await git("add", "--all");
    await git("-c", "user.name=Tester", "-c", "user.email=tester@example.com", "commit", "-qm", "Another");
    try {
      await git("push", "--quiet", "origin", "HEAD:main");
      return (await git("rev-parse", "HEAD")).stdout.trim();
    } catch (error) {
      if (attempt === 5) throw error;
      await git("fetch", "--quiet");
      await git("reset", "--quiet", "--hard", "origin/main");
    }
  }
}

/** The files of a package below a folder of the repository. */
export function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}
