import { expect, test } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";
import type { ObjectRef } from "../../src/object/objectRef.ts";
import {
  createInstance,
  patchInstance,
  publish,
  readInstance,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { releasePods } from "./releasePods.ts";
import { serviceWorld } from "./serviceWorld.ts";
import { configMapText, deploymentText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = serviceWorld();

const WEB: SmallOperator = {
  parameters: [
    { name: "VALUE", default: "a" },
    { name: "PODS", default: "ready", trigger: "roll" },
  ],
  tasks: { config: ["config.yaml", "secret.yaml"], app: ["app.yaml"], slow: ["slow.yaml"] },
  plans: { deploy: [["config"], ["app"]], roll: [["slow"]] },
  templates: {
    "config.yaml": configMapText("config", "{{ .Params.VALUE }}"),
    "secret.yaml":
      'apiVersion: v1\nkind: Secret\nmetadata: { name: secret }\nstringData: { password: "hush" }\n',
    "app.yaml": deploymentText("app", "2"),
    "slow.yaml": deploymentText("slow", "1", "{{ .Params.PODS }}"),
  },
};

interface DriftedField {
  readonly pointer: string;
  readonly manager: string | null;
  readonly desired?: unknown;
  readonly live?: unknown;
  readonly seenAt: string;
}
interface DriftDocument {
  readonly state: string;
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly change: string;
    readonly fields: readonly DriftedField[];
  }[];
}

test.concurrent("a scaled Deployment drifts, with who did it, and a reconcile takes it back", async () => {
  const namespace = await deployed();
  await write(deploymentOf(namespace), { spec: { replicas: 1 } }, "kubectl");
  const { objects } = await untilState(namespace, "Drifted");
  expect(objects).toMatchObject([
    {
      kind: "Deployment",
      name: "app",
      change: "changed",
      fields: [{ pointer: "/spec/replicas", desired: 2, live: 1, manager: "kubectl" }],
    },
  ]);
  expect(Date.parse(objects[0]?.fields[0]?.seenAt ?? "")).not.toBeNaN();
  expect((await world.service.row(namespace, "one"))?.drift).toMatchObject({ state: "Drifted", objects: 1 });
  expect((await world.service.status()).summary.drifted).toBeGreaterThan(0);

  const uid = (await readInstance(world.client, namespace, "one"))?.planStatus.deploy?.uid;
  expect((await reconcile(namespace)).body).toEqual({ applied: 1 });
  expect((await drift(namespace)).state).toBe("InSync");
  expect((await world.client.get(deploymentOf(namespace)))?.spec).toMatchObject({ replicas: 2 });
  expect((await readInstance(world.client, namespace, "one"))?.planStatus.deploy?.uid).toBe(uid);
});

test.concurrent("drift that somebody takes back is gone by itself", async () => {
  const namespace = await deployed();
  const config = configOf(namespace);
  await write(config, { data: { value: "b" } }, "kubectl-edit");
  await untilState(namespace, "Drifted");
  await write(config, { data: { value: "a" } }, "kubectl-edit");
  await untilState(namespace, "InSync");
});

test.concurrent("a field that we do not declare is nobody's drift", async () => {
  const namespace = await deployed();
  await write(configOf(namespace), { data: { other: "x" } }, "kubectl-edit");
  await write(deploymentOf(namespace), { spec: { replicas: 3 } }, "autoscaler");
  const { objects } = await untilState(namespace, "Drifted");
  expect(objects.map(({ kind }) => kind)).toEqual(["Deployment"]);
});

test.concurrent("a deleted object is missing, and a reconcile makes it again", async () => {
  const namespace = await deployed();
  await world.client.delete(configOf(namespace));
  const { objects } = await untilState(namespace, "Drifted");
  expect(objects).toMatchObject([{ kind: "ConfigMap", name: "config", change: "missing" }]);
  expect((await reconcile(namespace)).body).toEqual({ applied: 1 });
  expect((await drift(namespace)).state).toBe("InSync");
});

test.concurrent("a removed label of ours is drift, not a lost object", async () => {
  const namespace = await deployed();
  await write(configOf(namespace), { metadata: { labels: { heritage: null } } }, "kubectl-label");
  const { objects } = await untilState(namespace, "Drifted");
  expect(objects).toMatchObject([{ change: "changed", fields: [{ pointer: "/metadata/labels/heritage" }] }]);
});

test.concurrent("values of a Secret never leave, not as drift and not as manifests", async () => {
  const namespace = await deployed();
  const secret = { apiVersion: "v1", kind: "Secret", namespace, name: "secret" };
  const loud = Buffer.from("loud").toString("base64");
  await write(secret, { data: { password: loud } }, "kubectl-edit");
  const report = JSON.stringify(await untilState(namespace, "Drifted"));
  expect(report).toContain("/data/password");
  const path = `/api/v1/instances/${namespace}/one/manifests`;
  const manifests = JSON.stringify((await world.service.request("GET", path)).body);
  expect(manifests).toContain('"kind":"Secret"');
  const hush = Buffer.from("hush").toString("base64");
  for (const text of [report, manifests]) {
    for (const value of [loud, hush, "hush", "loud"]) expect(text).not.toContain(value);
  }
});

test.concurrent("while a plan runs nothing drifts and reconcile answers 409; afterwards it is seen", async () => {
  const namespace = await deployed();
  await patchInstance(world.client, namespace, "one", {
    spec: { parameters: { PODS: "hang" } },
  });
  await until(
    "the plan runs",
    () => readInstance(world.client, namespace, "one"),
    (view) => view?.planStatus.roll?.status === "IN_PROGRESS",
  );
  await write(configOf(namespace), { data: { value: "b" } }, "kubectl-edit");
  const refused = await reconcile(namespace);
  expect([refused.status, refused.body.code]).toEqual([409, "instance.busy"]);
  expect((await drift(namespace)).objects).toEqual([]);
  await releasePods(world.client, namespace);
  await untilComplete(world.client, namespace, "one", "roll");
  const { objects } = await untilState(namespace, "Drifted");
  expect(objects).toMatchObject([{ name: "config", fields: [{ pointer: "/data/value", live: "b" }] }]);
});

test.concurrent("a plan that writes what drifted takes the drift away", async () => {
  const namespace = await deployed();
  await write(configOf(namespace), { data: { value: "b" } }, "kubectl-edit");
  await untilState(namespace, "Drifted");
  const { body } = await world.service.request("POST", `/api/v1/instances/${namespace}/one/plans/deploy`);
  await untilComplete(world.client, namespace, "one", "deploy", (uid) => uid === body.uid);
  await untilState(namespace, "InSync");
  expect((await world.client.get(configOf(namespace)))?.data).toEqual({ value: "a" });
});

async function deployed(): Promise<string> {
  const namespace = await world.namespace("drift");
  await publish(world.client, namespace, operatorFiles(WEB));
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  await untilComplete(world.client, namespace, "one", "deploy");
  await untilState(namespace, "InSync");
  return namespace;
}

async function write(ref: ObjectRef, body: JsonObject, fieldManager: string): Promise<void> {
  await world.client.patch(ref, "merge", body, { fieldManager });
}

async function drift(namespace: string): Promise<DriftDocument> {
  const { body } = await world.service.request("GET", `/api/v1/instances/${namespace}/one/drift`);
  return body as unknown as DriftDocument;
}

async function untilState(namespace: string, state: string): Promise<DriftDocument> {
  return await until(
    `drift of ${namespace} is ${state}`,
    () => drift(namespace),
    (found) => found.state === state,
  );
}

async function reconcile(namespace: string) {
  return await world.service.request("POST", `/api/v1/instances/${namespace}/one/reconcile`);
}

function configOf(namespace: string): ObjectRef {
  return { apiVersion: "v1", kind: "ConfigMap", namespace, name: "config" };
}

function deploymentOf(namespace: string): ObjectRef {
  return { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "app" };
}
