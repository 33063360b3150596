import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asList, asObject, type JsonObject, valueAt } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { operatorFiles } from "../reconcile/smallOperator.ts";
import { GitServer } from "../source/gitServer.ts";
import { connectTestCluster, kubectl, testKubeconfig } from "./testCluster.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
/** This file has a cluster-wide story: it alone runs `serve` with the namespaces of the examples. */
const PORT = 18_431;
const NAMESPACE = "prod";
const GALERA = "instances/prod/galera.yaml";
const PATIENCE_MS = 50_000;

let folder: string;
let clone: string;
let git: GitServer;
let service: ChildProcess | undefined;
let log = "";
let client: ClusterClient;
let close: () => Promise<void>;
let stranger: KubeObject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-main-job-"));
  clone = join(folder, "clone");
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", join(folder, "fleet.git")]);
  await run("git", ["-C", join(folder, "fleet.git"), "config", "http.receivepack", "true"]);
  git = new GitServer(folder);
  await git.start();
  await run("git", ["clone", "--quiet", `${git.origin}/fleet.git`, clone]);
  await cp(join(ROOT, "examples"), clone, { recursive: true });
  await push("The fleet");
  ({ client, close } = connectTestCluster());
});

afterAll(async () => {
  service?.kill("SIGKILL");
  await close();
  await git.stop();
  await rm(folder, { recursive: true, force: true });
  await kubectl("delete", "namespace", "prod", "staging", "--ignore-not-found", "--wait=false");
});

test("a fresh cluster gets the definitions, the package, the instance, and the plan runs step by step", async () => {
  await serve();
  const order = await watchSteps("deploy");
  expect(order).toEqual([
    "bootstrap.config",
    "bootstrap.service",
    "bootstrap.node",
    "cluster.config",
    "cluster.services",
    "cluster.nodes",
    "handover.remove-bootstrap",
  ]);
  expect(asObject((await instance()).plan).status).toBe("COMPLETE");
  expect(await readyNodes(3)).toBe(3);
  const names = ["operators", "operatorversions", "instances"].map((plural) => `${plural}.kudo.dev`);
  for (const name of names) {
    expect(
      await client.get({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name }),
    ).toBeDefined();
  }
});

test("the bootstrap node is gone once the cluster stands", async () => {
  const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: NAMESPACE, name: "galera-bootstrap" };
  expect(await client.get(ref)).toBeUndefined();
});

test("a pushed NODE_COUNT runs the right plan, and five pods are ready", async () => {
  const commit = await change("NODE_COUNT: 3", "NODE_COUNT: 5");
  await until("plan scale of the new commit", async () => {
    const row = await instance();
    const plan = asObject(row.plan);
    return row.revision === commit && plan.name === "scale" && plan.status === "COMPLETE" ? row : undefined;
  });
  expect(await readyNodes(5)).toBe(5);
});

test("kubectl scale shows as drift within a second, with who did it", async () => {
  await kubectl("-n", NAMESPACE, "scale", "statefulset", "galera-node", "--replicas=1");
  const startedAt = Date.now();
  const field = await until("the drift", async () => driftOf("/spec/replicas"));
  expect(Date.now() - startedAt).toBeLessThan(5_000); // a second on a machine of one's own; this one is shared
  expect(field).toMatchObject({ desired: 5, live: 1, manager: "kubectl", time: null });
  expect(String(field.seenAt)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test("reconcile takes the drift back", async () => {
  const response = await call("POST", `/api/v1/instances/${NAMESPACE}/galera/reconcile`);
  expect(response.status).toBeLessThan(300);
  await until("no drift", async () =>
    (await get(`/api/v1/instances/${NAMESPACE}/galera/drift`)).state === "InSync" ? true : undefined,
  );
  expect(await readyNodes(5)).toBe(5);
});

test("a backup started by hand runs its Job", async () => {
  const response = await call("POST", `/api/v1/instances/${NAMESPACE}/galera/plans/backup`);
  expect(response.status).toBe(202);
  await until("plan backup", async () => {
    const plan = await get(`/api/v1/instances/${NAMESPACE}/galera/plans/backup`);
    return plan.status === "COMPLETE" ? true : undefined;
  });
});

test("killed at any moment, the service goes on where it was and runs no COMPLETE step again", async () => {
  const before = new Map<string, string>();
  const commit = await change("NODE_COUNT: 5", "NODE_COUNT: 3");
  // Killed again and again while the plan runs; what a COMPLETE step of this run applied must stay as it was.
  let kills = 0;
  await until("plan scale through five kills", async () => {
    const row = await instance().catch(() => undefined);
    const plan = asObject(row?.plan);
    if (row?.revision === commit && plan.name === "scale" && plan.status === "COMPLETE") return true;
    // A process that was killed before it began the plan shows the one before.
    if (kills < 5 && row?.revision === commit && plan.name === "scale") {
      for (const step of await completeSteps("scale")) before.set(step, String(plan.uid));
      kills++;
      await killService();
      await serve();
    }
    return undefined;
  });
  for (const uid of before.values()) expect(uid).toBe(asObject((await instance()).plan).uid);
  expect(await readyNodes(3)).toBe(3);
}, 180_000);

test("an instance file that leaves Git takes the instance and all it owned, and nothing else", async () => {
  stranger = await client.apply(
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        namespace: NAMESPACE,
        name: "strangers",
        labels: { "kudo.dev/instance": "galera", heritage: "kudo" },
      },
    },
    { fieldManager: "somebody" },
  );
  await rm(join(clone, GALERA));
  await push("No database in production any more");
  const ref = { apiVersion: "kudo.dev/v1beta1", kind: "Instance", namespace: NAMESPACE, name: "galera" };
  await until("the instance to be gone", async () => ((await client.get(ref)) ? undefined : true));
  for (const [apiVersion, kind] of [
    ["apps/v1", "StatefulSet"],
    ["v1", "Service"],
    ["v1", "ConfigMap"],
    ["policy/v1", "PodDisruptionBudget"],
  ] as const) {
    const { items } = await client.list(
      { apiVersion, kind },
      { namespace: NAMESPACE, labelSelector: "kudo.dev/instance=galera" },
    );
    const left = items.filter((item) => !item.metadata.deletionTimestamp).map((item) => item.metadata.name);
    expect(left).toEqual(kind === "ConfigMap" ? ["strangers"] : []);
  }
  expect(
    (await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: NAMESPACE, name: "strangers" }))
      ?.metadata.uid,
  ).toBe(stranger.metadata.uid);
  const other = await client.get({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    namespace: "staging",
    name: "galera",
  });
  expect(other).toBeDefined();
});

test("a password that a template drew survives a kill, and a template that says more", async () => {
  const vault = async (words: string, name = "vault-1.0.0"): Promise<void> => {
    const template = `${words}\napiVersion: v1\nkind: Secret\nmetadata: { name: vault }\nstringData: { note: "${name}", password: "{{ randAlphaNum 20 }}" }\n`;
    const files = operatorFiles({
      name: "vault",
      tasks: { secret: ["secret.yaml"] },
      plans: { deploy: [["secret"]] },
      templates: { "secret.yaml": template },
    });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(clone, "operators/vault", path)), { recursive: true });
      await writeFile(join(clone, "operators/vault", path), text);
    }
    await push(`A vault, ${name}`);
  };
  const password = (note: string): Promise<unknown> =>
    until(`the vault of ${note}`, async () => {
      const secret = await client.get({
        apiVersion: "v1",
        kind: "Secret",
        namespace: "staging",
        name: "vault",
      });
      const data = asObject(secret?.data);
      return data.note === Buffer.from(note).toString("base64") ? data.password : undefined;
    });
  await writeFile(
    join(clone, "instances/staging/vault.yaml"),
    "apiVersion: kudo.dev/v1beta1\nkind: Instance\nmetadata: { name: vault, namespace: staging }\nspec: { operatorVersion: { name: vault-1.0.0 } }\n",
  );
  await vault("# first");
  const first = await password("vault-1.0.0");
  await killService();
  await serve();
  await vault("# another\n# {{ randAlpha 20 }} {{ randAlphaNum 12 }}", "changed");
  expect(await password("changed")).toBe(first);
  const shown = await Promise.all(
    ["/status", "/api/v1/instances/staging/vault/manifests"].map(async (path) =>
      (await call("GET", path)).text(),
    ),
  );
  const text = Buffer.from(String(first), "base64").toString();
  expect(text).toMatch(/^[A-Za-z0-9]{20}$/);
  for (const page of [...shown, log]) expect(page.includes(text) || page.includes(String(first))).toBe(false);
});

/** Starts `lockstep serve` and waits until it answers that it is ready. */
async function serve(): Promise<void> {
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, "s3cret-of-the-test\n");
  const args = [
    "src/cli/main.ts",
    "serve",
    "--repo",
    `${git.origin}/fleet.git`,
    "--interval",
    "500ms",
    "--port",
    String(PORT),
    "--kubeconfig",
    testKubeconfig(),
    "--data-dir",
    join(folder, "data"),
    "--token-file",
    tokenFile,
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      log = `${log}${chunk}`.slice(-20_000);
    });
  service = child;
  await until("the service to be ready", async () => {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}: ${log}`);
    const response = await call("GET", "/readyz").catch(() => undefined);
    return response?.ok ? true : undefined;
  });
}

async function killService(): Promise<void> {
  const child = service;
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** Steps in the order in which they were first seen COMPLETE. */
async function watchSteps(plan: string): Promise<readonly string[]> {
  const seen: string[] = [];
  await until(`plan ${plan}`, async () => {
    for (const step of await completeSteps(plan)) if (!seen.includes(step)) seen.push(step);
    const status = asObject((await instance().catch(() => ({}) as JsonObject)).plan).status;
    if (status === "FATAL_ERROR") throw new Error(`plan ${plan} failed: ${JSON.stringify(await instance())}`);
    return status === "COMPLETE" ? true : undefined;
  });
  for (const step of await completeSteps(plan)) if (!seen.includes(step)) seen.push(step);
  return seen;
}

async function completeSteps(plan: string): Promise<readonly string[]> {
  const document = await get(`/api/v1/instances/${NAMESPACE}/galera/plans/${plan}`).catch(
    () => ({}) as JsonObject,
  );
  return asList(document.phases)
    .map(asObject)
    .flatMap((phase) =>
      asList(phase.steps)
        .map(asObject)
        .filter((step) => step.status === "COMPLETE")
        .map((step) => `${String(phase.name)}.${String(step.name)}`),
    );
}

async function instance(): Promise<JsonObject> {
  const status = await get("/status");
  const row = asList(status.instances)
    .map(asObject)
    .find((item) => item.namespace === NAMESPACE && item.name === "galera");
  if (!row) throw new Error("the instance is not there yet");
  return row;
}

async function driftOf(pointer: string): Promise<JsonObject | undefined> {
  const report = await get(`/api/v1/instances/${NAMESPACE}/galera/drift`);
  return asList(report.objects)
    .flatMap((object) => asList(asObject(object).fields).map(asObject))
    .find((field) => field.pointer === pointer);
}

async function readyNodes(wanted: number): Promise<unknown> {
  const ref = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: NAMESPACE, name: "galera-node" };
  return until(`${wanted} ready nodes`, async () => {
    const object = await client.get(ref);
    const ready = valueAt(object, "status", "readyReplicas");
    return ready === wanted && valueAt(object, "status", "replicas") === wanted ? ready : undefined;
  });
}

async function get(path: string): Promise<JsonObject> {
  const response = await call("GET", path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return asObject(await response.json());
}

function call(method: string, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${PORT}${path}`, {
    method,
    headers: { authorization: "Bearer s3cret-of-the-test" },
  });
}

async function change(from: string, to: string): Promise<string> {
  const path = join(clone, GALERA);
  const text = await readFile(path, "utf8");
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
  return push(`${to} in production`);
}

async function push(message: string): Promise<string> {
  const identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"];
  await run("git", ["-C", clone, "add", "--all"]);
  await run("git", ["-C", clone, ...identity, "commit", "--quiet", "--message", message]);
  await run("git", ["-C", clone, "push", "--quiet", "origin", "HEAD:main"]);
  return (await run("git", ["-C", clone, "rev-parse", "HEAD"])).stdout.trim();
}

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith("serve ended")) throw error;
      if (error instanceof Error && error.message.startsWith("plan ")) throw error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    if (Date.now() > end)
      throw new Error(`waited too long for ${what}\n${log.split("\n").slice(-15).join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
