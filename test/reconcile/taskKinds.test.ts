import { expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import {
  createInstance,
  patchInstance,
  publish,
  readInstance,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { serviceWorld } from "./serviceWorld.ts";
import {
  configMapText,
  deploymentText,
  jobText,
  operatorFiles,
  type SmallOperator,
} from "./smallOperator.ts";

const world = serviceWorld();

test.concurrent("a Toggle makes its objects, takes them away, and makes them again", async () => {
  const namespace = await install({
    parameters: [{ name: "METRICS", type: "boolean", default: true }],
    tasks: { metrics: { kind: "Toggle", spec: { parameter: "METRICS", resources: ["metrics.yaml"] } } },
    plans: { deploy: [["metrics"]] },
    templates: { "metrics.yaml": configMapText("metrics") },
  });
  await untilComplete(world.client, namespace, "one", "deploy");
  const first = await object(namespace, "ConfigMap", "metrics");
  expect(first).toBeDefined();
  await setAndRun(namespace, { METRICS: "false" }, "deploy");
  expect(await object(namespace, "ConfigMap", "metrics")).toBeUndefined();
  expect(world.service.service.side.reconciler.indexOf({ namespace, name: "one" })?.entries).toEqual([]);
  await setAndRun(namespace, { METRICS: "true" }, "deploy");
  expect((await object(namespace, "ConfigMap", "metrics"))?.metadata.uid).not.toBe(first?.metadata.uid);
});

test.concurrent.for([
  ["is done", { done: true }, "COMPLETE", ""],
  ["is never done", { done: false }, "IN_PROGRESS", "the Dummy task is never done"],
  [
    "fails for now",
    { wantErr: true },
    "ERROR",
    "transient error in deploy.main.step-1.dummy, will be retried",
  ],
  [
    "fails for good",
    { wantErr: true, fatal: true },
    "FATAL_ERROR",
    "fatal error in deploy.main.step-1.dummy",
  ],
] as const)("a Dummy that %s", async ([, spec, status, message]) => {
  const namespace = await install({
    tasks: { dummy: { kind: "Dummy", spec } },
    plans: { deploy: [["dummy"]] },
  });
  const step = await until(
    `the step is ${status}`,
    async () => (await readInstance(world.client, namespace, "one"))?.planStatus.deploy?.phases[0]?.steps[0],
    (found) => found?.status === status,
  );
  expect(step?.message ?? "").toContain(message);
  expect((await world.service.row(namespace, "one"))?.plan?.message).toContain(message);
  const { body } = await world.service.request("GET", `/api/v1/instances/${namespace}/one/plans/deploy`);
  expect(body.phases).toMatchObject([
    { steps: [{ status, tasks: [{ name: "dummy", kind: "Dummy", status }] }] },
  ]);
});

test.concurrent("a plan that deletes and applies a Job runs the Job anew each time", async () => {
  const namespace = await install({
    tasks: {
      none: { kind: "Dummy", spec: { done: true } },
      remove: { kind: "Delete", spec: { resources: ["job.yaml"] } },
      backup: ["job.yaml"],
    },
    plans: { deploy: [["none"]], backup: [["remove"], ["backup"]] },
    templates: { "job.yaml": jobText("backup") },
  });
  await untilComplete(world.client, namespace, "one", "deploy");
  const uids: unknown[] = [];
  for (const _ of [1, 2]) {
    const { body } = await world.service.request("POST", `/api/v1/instances/${namespace}/one/plans/backup`);
    await untilComplete(world.client, namespace, "one", "backup", (uid) => uid === body.uid);
    uids.push((await object(namespace, "Job", "backup"))?.metadata.uid);
  }
  expect(new Set(uids).size).toBe(2);
});

test.concurrent("a Job whose template changed runs again before the step is done", async () => {
  const job = jobText("migrate").replace("image: job", 'image: "{{ .Params.IMAGE }}"');
  const namespace = await install({
    parameters: [{ name: "IMAGE", default: "migrate:1" }],
    tasks: { migrate: ["job.yaml"] },
    plans: { deploy: [["migrate"]] },
    templates: { "job.yaml": job },
  });
  await untilComplete(world.client, namespace, "one", "deploy");
  const first = await object(namespace, "Job", "migrate");
  await setAndRun(namespace, { IMAGE: "migrate:2" }, "deploy");
  const second = await object(namespace, "Job", "migrate");
  expect(second?.metadata.uid).not.toBe(first?.metadata.uid);
  expect(JSON.stringify(second?.spec)).toContain("migrate:2");
  expect(second?.status).toMatchObject({ succeeded: 1 });
  const events = await until(
    "an Event tells",
    async () => (await world.client.list({ apiVersion: "v1", kind: "Event" }, { namespace })).items,
    (found) => found.some(({ reason }) => reason === "Recreated"),
  );
  expect(events.find(({ reason }) => reason === "Recreated")).toMatchObject({
    type: "Warning",
    message: `Job/${namespace}/migrate: recreated because spec.template cannot be changed`,
  });
  expect((await world.service.row(namespace, "one"))?.drift).toMatchObject({ objects: 0 });
});

test.concurrent("a failed Job is fatal, and the message says which", async () => {
  const failing = jobText("doomed").replace(
    "spec: { template: { spec:",
    "spec: { backoffLimit: 0, template: { metadata: { annotations: { sandbox.lockstep.dev/pods: fail } }, spec:",
  );
  const namespace = await install({
    tasks: { job: ["job.yaml"] },
    plans: { deploy: [["job"]] },
    templates: { "job.yaml": failing },
  });
  const row = await until(
    "the plan fails",
    () => world.service.row(namespace, "one"),
    (found) => found?.plan?.status === "FATAL_ERROR",
  );
  expect(row?.plan?.message).toContain(`Job/${namespace}/doomed`);
});

test.concurrent("an object that left the templates is pruned, once the plan is COMPLETE", async () => {
  const namespace = await install({
    parameters: [{ name: "NAME", default: "old" }],
    tasks: { config: ["config.yaml"], stay: ["stay.yaml"] },
    plans: { deploy: [["config"], ["stay"]] },
    templates: { "config.yaml": configMapText("{{ .Params.NAME }}"), "stay.yaml": configMapText("stay") },
  });
  await untilComplete(world.client, namespace, "one", "deploy");
  const stays = await object(namespace, "ConfigMap", "stay");
  await setAndRun(namespace, { NAME: "new" }, "deploy");
  await until(
    "the old object goes",
    () => object(namespace, "ConfigMap", "old"),
    (found) => !found,
  );
  expect(await object(namespace, "ConfigMap", "new")).toBeDefined();
  expect(await object(namespace, "ConfigMap", "stay")).toEqual(stays);
});

test.concurrent("a volume claim that left the templates is held until a person confirms", async () => {
  const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
  const namespace = await install({
    parameters: [{ name: "DATA", default: "yes" }],
    tasks: { data: ["data.yaml"] },
    plans: { deploy: [["data"]] },
    templates: { "data.yaml": `{{ if eq .Params.DATA "yes" }}${claim}{{ end }}` },
  });
  await untilComplete(world.client, namespace, "one", "deploy");
  await setAndRun(namespace, { DATA: "no" }, "deploy");
  const held = await until(
    "the hold is told",
    async () => (await world.service.request("GET", "/api/v1/holds")).body.items,
    (items) => JSON.stringify(items).includes(`"${namespace}"`),
  );
  const hold = (held as unknown as { id: string; reason: string; instances: { namespace: string }[] }[]).find(
    ({ instances }) => instances[0]?.namespace === namespace,
  );
  expect(hold?.reason).toContain(`PersistentVolumeClaim/${namespace}/data`);
  expect((await world.service.row(namespace, "one"))?.message).toContain(`lockstep confirm ${hold?.id}`);
  const kept = await object(namespace, "PersistentVolumeClaim", "data");
  expect([kept !== undefined, kept?.metadata.deletionTimestamp]).toEqual([true, undefined]);

  expect((await world.service.request("POST", `/api/v1/holds/${hold?.id}/confirm`)).status).toBe(200);
  await until(
    "the claim goes",
    () => object(namespace, "PersistentVolumeClaim", "data"),
    (found) => !found,
  );
});

test.concurrent("a step that waits for a crash-looping pod says so", async () => {
  const namespace = await install({
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: { "app.yaml": deploymentText("app", "1", "crash-loop") },
  });
  const row = await until(
    "the root cause is told",
    () => world.service.row(namespace, "one"),
    (found) => found?.plan?.message.includes("CrashLoopBackOff") === true,
  );
  expect(row?.plan).toMatchObject({ name: "deploy", status: "IN_PROGRESS" });
  expect(row?.plan?.message).toContain(`Deployment/${namespace}/app`);
  expect(row?.ready).toBe(false);
});

/** A namespace with the operator and an instance `one` of it. */
async function install(operator: SmallOperator): Promise<string> {
  const namespace = await world.namespace("tasks");
  await publish(world.client, namespace, operatorFiles(operator));
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  return namespace;
}

async function setAndRun(
  namespace: string,
  parameters: Readonly<Record<string, string>>,
  plan: string,
): Promise<void> {
  const before = (await readInstance(world.client, namespace, "one"))?.planStatus[plan]?.uid;
  await patchInstance(world.client, namespace, "one", { spec: { parameters } });
  await untilComplete(world.client, namespace, "one", plan, (uid) => uid !== before);
}

const VERSIONS: Readonly<Record<string, string>> = { Job: "batch/v1" };

async function object(namespace: string, kind: string, name: string): Promise<KubeObject | undefined> {
  return await world.client.get({ apiVersion: VERSIONS[kind] ?? "v1", kind, namespace, name });
}
