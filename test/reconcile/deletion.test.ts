import { expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import {
  createInstance,
  instanceRef,
  objectsOf,
  patchInstance,
  publish,
  readIndex,
  readInstance,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { serviceWorld } from "./serviceWorld.ts";
import { configMapText, deploymentText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = serviceWorld();

const CLUSTER_ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Namespace }}-reader" }
rules: []
`;
const STATEFUL_SET = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 1
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: db }] } }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;
const WEB: SmallOperator = {
  tasks: { all: ["config.yaml", "app.yaml", "db.yaml", "role.yaml"] },
  plans: { deploy: [["all"]] },
  templates: {
    "config.yaml": configMapText("config"),
    "app.yaml": deploymentText("app"),
    "db.yaml": STATEFUL_SET,
    "role.yaml": CLUSTER_ROLE,
  },
};
/** A cleanup that cannot succeed while the parameter says so. */
const STUBBORN: SmallOperator = {
  tasks: { config: ["config.yaml"], farewell: ["farewell.yaml"] },
  plans: { deploy: [["config"]], cleanup: [["farewell"]] },
  templates: { "config.yaml": configMapText("config"), "farewell.yaml": configMapText("Not_A_Name") },
};

test.concurrent("a deleted instance takes all it owned with it, and nothing else", async () => {
  const namespace = await deployed(WEB);
  const stranger = await world.client.create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace, name: "stranger", labels: { heritage: "kudo", "kudo.dev/instance": "one" } },
  });
  await world.client.delete(instanceRef(namespace, "one"));
  await untilGone(namespace);
  const left = await until(
    "the collector is through",
    () => objectsOf(world.client, namespace),
    (objects) => objects.length <= 2,
  );
  expect(left.map(nameOf).sort()).toEqual(["ConfigMap/stranger", "PersistentVolumeClaim/data-db-0"]);
  expect(
    await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "stranger" }),
  ).toEqual(stranger);
  expect(await role(namespace)).toBeUndefined();
  expect(await readIndex(world.client, namespace, "one")).toBeUndefined();
});

test.concurrent("an instance of the same name starts anew", async () => {
  const namespace = await deployed(WEB);
  await world.client.delete(instanceRef(namespace, "one"));
  await untilGone(namespace);
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  await untilComplete(world.client, namespace, "one", "deploy");
});

test.concurrent("what the memory of the service holds of an instance goes with it", async () => {
  const namespace = await deployed(WEB);
  const key = { namespace, name: "one" };
  const { side } = world.service.service;
  expect([side.instances.get(key), side.reconciler.memory(key), side.indexes.get(key)]).not.toContain(
    undefined,
  );
  await world.client.delete(instanceRef(namespace, "one"));
  await until(
    "the service has seen it",
    () => side.instances.get(key),
    (found) => found === undefined,
  );
  await until(
    "nothing is left",
    () => [side.reconciler.memory(key), side.indexes.get(key), side.reconciler.indexOf(key)],
    (found) => found.every((item) => item === undefined),
  );
  expect(side.drift.report(key)).toEqual({ state: "Unknown", checkedAt: null, objects: [] });
  expect(
    side.tracker.health({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "config" }),
  ).toBeUndefined();
});

test.concurrent("a cleanup plan that fails keeps the instance and says how to go on", async () => {
  const namespace = await deployed(STUBBORN);
  await world.client.delete(instanceRef(namespace, "one"));
  const message = await untilCleanupFailed(namespace);
  expect(message).toContain("ConfigMap/");
  expect(message).toContain("trigger 'cleanup' again");
  expect(message).toContain(`lockstep uninstall --orphan --instance one -n ${namespace}`);
  expect((await world.service.row(namespace, "one"))?.message).toBe(message);
  expect((await objectsOf(world.client, namespace)).map(nameOf)).toEqual(["ConfigMap/config"]);

  const { status, body } = await world.service.request(
    "POST",
    `/api/v1/instances/${namespace}/one/plans/cleanup`,
  );
  expect(status).toBe(202);
  await until(
    "it ran again",
    () => readInstance(world.client, namespace, "one"),
    (view) =>
      view?.planStatus.cleanup?.uid === body.uid && view?.planStatus.cleanup?.status === "FATAL_ERROR",
  );
  const annotations = { "lockstep.dev/orphan": "true" };
  await patchInstance(world.client, namespace, "one", { metadata: { annotations } });
  await untilGone(namespace);
});

test.concurrent("cleanup asked for without a uid runs once", async () => {
  const namespace = await deployed(STUBBORN);
  await world.client.delete(instanceRef(namespace, "one"));
  await untilCleanupFailed(namespace);
  const first = (await readInstance(world.client, namespace, "one"))?.planStatus.cleanup?.uid;
  await patchInstance(world.client, namespace, "one", { spec: { planExecution: { planName: "cleanup" } } });
  const again = await until(
    "it ran again",
    () => readInstance(world.client, namespace, "one"),
    (view) => view?.planStatus.cleanup?.uid !== first && view?.planStatus.cleanup?.status === "FATAL_ERROR",
  );
  expect(again?.request).toBeUndefined();
});

test.concurrent.for([
  ["without", WEB],
  ["with", { ...WEB, plans: { ...WEB.plans, cleanup: [["all"]] } }],
] as const)(
  "deletion with orphaning leaves the objects of an operator %s a cleanup plan",
  async ([, operator]) => {
    const namespace = await deployed(operator);
    const before = await untilQuiet(namespace);
    await world.client.delete(instanceRef(namespace, "one"), { propagation: "Orphan" });
    await untilGone(namespace);
    const after = await until(
      "the marks are off",
      () => objectsOf(world.client, namespace),
      (objects) => objects.every(({ metadata }) => !metadata.annotations?.["lockstep.dev/instance"]),
    );
    expect(after.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
    expect(after.every(({ metadata }) => metadata.deletionTimestamp === undefined)).toBe(true);
    expect(await role(namespace)).toBeDefined();
    expect(await readIndex(world.client, namespace, "one")).toBeUndefined();
  },
);

test.concurrent("deletion in the foreground is told, on the instance and as an Event", async () => {
  const namespace = await deployed(STUBBORN);
  await world.client.delete(instanceRef(namespace, "one"), { propagation: "Foreground" });
  await until(
    "an Event tells",
    async () => (await world.client.list({ apiVersion: "v1", kind: "Event" }, { namespace })).items,
    (events) => events.some(({ reason }) => reason === "ForegroundDeletion"),
  );
  await untilCleanupFailed(namespace);
  await patchInstance(world.client, namespace, "one", {
    metadata: { annotations: { "lockstep.dev/orphan": "true" } },
  });
  await untilGone(namespace);
});

test.concurrent("a namespace that goes away takes the instance with it, without a cleanup plan", async () => {
  const namespace = await deployed({ ...WEB, plans: { ...WEB.plans, cleanup: [["all"]] } });
  expect(await role(namespace)).toBeDefined();
  await world.client.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
  await until(
    "the namespace is gone",
    () => world.client.get({ apiVersion: "v1", kind: "Namespace", name: namespace }),
    (found) => found === undefined,
  );
  expect(await role(namespace)).toBeUndefined();
});

test.concurrent("the file that leaves Git takes the instance and all it owned, and nothing else", async () => {
  const namespace = await world.namespace("deletion");
  const folder = `fleet/${namespace}`;
  const operator: SmallOperator = {
    name: namespace,
    tasks: { config: ["config.yaml"] },
    plans: { deploy: [["config"]] },
    templates: { "config.yaml": configMapText("{{ .Name }}") },
  };
  const files = Object.entries(operatorFiles(operator));
  await world.push({
    ...Object.fromEntries(files.map(([file, text]) => [`${folder}/operator/${file}`, text])),
    [`${folder}/one.yaml`]: instanceText(namespace, "one"),
    [`${folder}/two.yaml`]: instanceText(namespace, "two"),
  });
  for (const name of ["one", "two"]) await untilComplete(world.client, namespace, name, "deploy");
  const [, two] = await objectsOf(world.client, namespace);
  await world.remove(`${folder}/one.yaml`);
  await untilGone(namespace);
  expect(await objectsOf(world.client, namespace)).toEqual([two]);
  expect(await readInstance(world.client, namespace, "two")).toBeDefined();
});

async function deployed(operator: SmallOperator): Promise<string> {
  const namespace = await world.namespace("deletion");
  await publish(world.client, namespace, operatorFiles(operator));
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  await untilComplete(world.client, namespace, "one", "deploy");
  return namespace;
}

async function untilGone(namespace: string): Promise<void> {
  await until(
    "the instance is gone",
    () => readInstance(world.client, namespace, "one"),
    (view) => view === undefined,
  );
}

async function untilCleanupFailed(namespace: string): Promise<string> {
  const find = (view: Awaited<ReturnType<typeof readInstance>>): string | undefined =>
    view?.conditions.find(({ reason }) => reason === "CleanupFailed")?.message;
  const view = await until(
    "the cleanup plan failed",
    () => readInstance(world.client, namespace, "one"),
    (found) => find(found) !== undefined,
  );
  return find(view) ?? "";
}

/** The objects once they have stopped to change. */
async function untilQuiet(namespace: string): Promise<readonly KubeObject[]> {
  return await until(
    "the volume claim is there",
    () => objectsOf(world.client, namespace),
    (objects) => objects.some(({ kind }) => kind === "PersistentVolumeClaim"),
  );
}

async function role(namespace: string): Promise<KubeObject | undefined> {
  return await world.client.get({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    name: `${namespace}-reader`,
  });
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

function instanceText(namespace: string, name: string): string {
  return JSON.stringify({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { namespace, name },
    spec: { operatorVersion: { name: `${namespace}-1.0.0` } },
  });
}
