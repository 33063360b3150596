import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { JsonValue } from "../../src/object/json.ts";
import type { InstanceView } from "../../src/reconcile/instanceView.ts";
import {
  createInstance,
  instanceRef,
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

/** Plans that parameters start, one that only people start, and a Deployment that takes as long as told. */
const WEB: SmallOperator = {
  parameters: [
    { name: "NAME", default: "config" },
    { name: "VALUE", default: "a" },
    { name: "SIZE", type: "integer", default: 1, trigger: "resize" },
    { name: "KEYS", default: "a", trigger: "rotate" },
    { name: "STORAGE", default: "1Gi", immutable: true },
    { name: "PODS", default: "ready", trigger: "roll" },
  ],
  tasks: { config: ["config.yaml"], app: ["app.yaml"], nothing: { kind: "Dummy", spec: { done: true } } },
  plans: {
    deploy: [["config"]],
    update: [["config"]],
    resize: [["nothing"]],
    rotate: [["nothing"]],
    roll: [["app"]],
    backup: [["nothing"]],
  },
  templates: {
    "config.yaml": configMapText("{{ .Params.NAME }}", "{{ .Params.VALUE }}"),
    "app.yaml": deploymentText("app", "1", "{{ .Params.PODS }}"),
  },
};

test.concurrent("a changed parameter starts the plan that it triggers, one without a trigger update", async () => {
  const namespace = await deployed(WEB);
  await setParameters(namespace, { SIZE: "2" });
  await untilComplete(world.client, namespace, "one", "resize");
  await setParameters(namespace, { SIZE: "2", VALUE: "b" });
  const view = await untilComplete(world.client, namespace, "one", "update");
  expect(view.planStatus.rotate?.status).toBe("NEVER_RUN");
  expect(await configValue(namespace, "config")).toBe("b");
});

test.concurrent("while deploy has never been COMPLETE every change runs deploy", async () => {
  const namespace = await world.namespace("plans");
  await publish(world.client, namespace, operatorFiles(WEB));
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0", { NAME: "Not_A_Name" });
  const { uid } = await untilStatus(namespace, "deploy", "FATAL_ERROR");
  await setParameters(namespace, { SIZE: "2" });
  await untilComplete(world.client, namespace, "one", "deploy", (next) => next !== uid);
});

test.concurrent("a plan that others ask for runs under their uid, and the inbox is emptied", async () => {
  const namespace = await deployed(WEB);
  const uid = randomUUID();
  await request(namespace, "backup", uid);
  const view = await untilComplete(world.client, namespace, "one", "backup", (found) => found === uid);
  expect(view.request).toBeUndefined();
  await request(namespace, "backup", uid);
  await until(
    "the inbox is empty",
    () => read(namespace),
    (found) => found.request === undefined,
  );
});

test.concurrent("a plan that does not exist is refused, over HTTP and in the inbox", async () => {
  const namespace = await deployed(WEB);
  const answer = await world.service.request("POST", `/api/v1/instances/${namespace}/one/plans/backpu`);
  expect(answer.status).toBe(404);
  await request(namespace, "backpu", randomUUID());
  const event = await untilEvent(namespace, "IllegalChange");
  expect(event?.message).toContain("plan 'backpu' was asked for; the operator version has backup, deploy");
  await until(
    "the inbox is empty",
    () => read(namespace),
    (found) => found.request === undefined,
  );
});

test.concurrent("a request waits until the running plan ends, visible as Pending, and runs then", async () => {
  const namespace = await deployed(WEB);
  await setParameters(namespace, { PODS: "hang" });
  await untilStatus(namespace, "roll", "IN_PROGRESS");
  const { status, body } = await world.service.request(
    "POST",
    `/api/v1/instances/${namespace}/one/plans/backup`,
  );
  expect(status).toBe(202);
  const condition = await untilCondition(namespace, "Pending", "True");
  expect(condition).toMatchObject({
    reason: "PlanRunning",
    message: "plan 'backup' waits until the running plan 'roll' ends",
  });
  await releasePods(world.client, namespace);
  const view = await untilComplete(world.client, namespace, "one", "backup", (uid) => uid === body.uid);
  expect(view.planStatus.roll?.status).toBe("COMPLETE");
  expect(view.conditions.map(({ type }) => type)).not.toContain("Pending");
});

test.concurrent("a change for the running plan starts it again with the new state", async () => {
  const namespace = await deployed(WEB);
  await setParameters(namespace, { PODS: "hang" });
  const first = await untilStatus(namespace, "roll", "IN_PROGRESS");
  await setParameters(namespace, { PODS: "ready" });
  await untilComplete(world.client, namespace, "one", "roll", (uid) => uid !== first.uid);
});

test.concurrent("a plan in FATAL_ERROR runs again by hand, and by itself when its inputs change", async () => {
  const namespace = await deployed(WEB);
  await setParameters(namespace, { NAME: "Not_A_Name" });
  const failed = await untilStatus(namespace, "update", "FATAL_ERROR");
  expect((await world.service.row(namespace, "one"))?.plan?.message).toContain("ConfigMap");
  const { body } = await world.service.request("POST", `/api/v1/instances/${namespace}/one/plans/update`);
  const again = await untilStatus(namespace, "update", "FATAL_ERROR", (uid) => uid === body.uid);
  expect(again.uid).not.toBe(failed.uid);
  await setParameters(namespace, { NAME: "good" });
  await untilComplete(world.client, namespace, "one", "update");
  expect(await configValue(namespace, "good")).toBe("a");
});

test.concurrent.for([
  ["an immutable parameter", { STORAGE: "2Gi" }, "STORAGE"],
  ["a value of the wrong type", { SIZE: "many" }, "SIZE"],
  ["two triggers at once", { SIZE: "2", KEYS: "b" }, "'resize' and 'rotate'"],
] as const)(
  "%s is an illegal change: told, not accepted, and over when it is reverted",
  async ([, change, named]) => {
    const namespace = await deployed(WEB);
    await setParameters(namespace, change);
    const condition = await untilCondition(namespace, "Illegal", "True");
    expect(condition.message).toContain(named);
    expect((await world.service.row(namespace, "one"))?.message).toBe(condition.message);
    expect((await untilEvent(namespace, "IllegalChange"))?.message).toBe(condition.message);

    const { body } = await world.service.request("POST", `/api/v1/instances/${namespace}/one/reconcile`);
    expect(body).toEqual({ applied: 0 });
    const view = await read(namespace);
    expect(view.planStatus.resize?.status).toBe("NEVER_RUN");
    expect(view.conditions.find(({ type }) => type === "Ready")?.status).toBe("True");

    await setParameters(namespace, {});
    await until(
      "the condition goes",
      () => read(namespace),
      ({ conditions }) => conditions.every(({ type }) => type !== "Illegal"),
    );
    expect((await read(namespace)).planStatus.resize?.status).toBe("NEVER_RUN");
  },
);

test.concurrent("an operator version that does not exist is waited for", async () => {
  const namespace = await world.namespace("plans");
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  const condition = await untilCondition(namespace, "Pending", "True");
  expect(condition).toMatchObject({
    reason: "OperatorVersionMissing",
    message: "OperatorVersion 'web-1.0.0' does not exist yet; the instance starts when it appears",
  });
  expect((await world.service.row(namespace, "one"))?.message).toBe(condition.message);
  await publish(world.client, namespace, operatorFiles(WEB));
  const view = await untilComplete(world.client, namespace, "one", "deploy");
  await until("Pending goes", () => read(namespace), hasNo("Pending"));
  expect(view.finalizers).toContain("lockstep.dev/prune");
});

test.concurrent.for([
  ["upgrade", { ...WEB.plans, upgrade: [["config"]] }],
  ["update", WEB.plans],
] as const)("another package under the same version runs %s", async ([plan, plans]) => {
  const operator = { ...WEB, plans };
  const namespace = await deployed(operator);
  const templates = { ...operator.templates, "config.yaml": configMapText("{{ .Params.NAME }}", "new") };
  await publish(world.client, namespace, operatorFiles({ ...operator, templates }));
  await untilComplete(world.client, namespace, "one", plan);
  expect(await configValue(namespace, "config")).toBe("new");
});

test.concurrent.for([
  ["its annotation", "suspend", { metadata: { annotations: { "lockstep.dev/suspend": "true" } } }],
  ["its sync annotation", "git", { metadata: { annotations: { "lockstep.dev/sync": '{"suspend":true}' } } }],
  ["a call over HTTP", "http", undefined],
] as const)("%s suspends an instance until it is taken back", async ([, , body]) => {
  const namespace = await deployed(WEB);
  const path = `/api/v1/instances/${namespace}/one`;
  if (body) await patchInstance(world.client, namespace, "one", body);
  else expect((await world.service.request("POST", `${path}/suspend`)).body).toEqual({ suspended: true });
  const condition = await untilCondition(namespace, "Suspended", "True");
  expect((await world.service.row(namespace, "one"))?.suspended).toBe(true);

  await setParameters(namespace, { SIZE: "2" });
  const refused = await world.service.request("POST", `${path}/reconcile`);
  expect([refused.status, refused.body.detail]).toEqual([409, condition.message]);
  expect((await read(namespace)).planStatus.resize?.status).toBe("NEVER_RUN");

  const annotations = { "lockstep.dev/suspend": null, "lockstep.dev/sync": null };
  if (body) await patchInstance(world.client, namespace, "one", { metadata: { annotations } });
  else expect((await world.service.request("POST", `${path}/resume`)).body).toEqual({ suspended: false });
  await untilComplete(world.client, namespace, "one", "resize");
  await until("Suspended goes", () => read(namespace), hasNo("Suspended"));
});

test.concurrent("what KUDO deployed is taken over: nothing runs again, and a running plan goes on", async () => {
  const namespace = await world.namespace("plans");
  const operator = { ...WEB, plans: { deploy: [["nothing"], ["config"]], resize: [["nothing"]] } };
  await createInstance(world.client, { namespace, name: "done" }, "web-1.0.0");
  await createInstance(world.client, { namespace, name: "half" }, "web-1.0.0");
  await until(
    "both wait",
    () => world.service.status(),
    ({ instances }) =>
      instances.filter((row) => row.namespace === namespace && row.message !== "").length === 2,
  );
  await kudoStatus(namespace, "done", "COMPLETE", ["COMPLETE", "COMPLETE"]);
  await kudoStatus(namespace, "half", "IN_PROGRESS", ["COMPLETE", "PENDING"]);
  await patchInstance(world.client, namespace, "half", {
    spec: { planExecution: { planName: "deploy", uid: "uid-half", status: "IN_PROGRESS" } },
  });
  await publish(world.client, namespace, operatorFiles(operator));
  await untilComplete(world.client, namespace, "half", "deploy", (uid) => uid === "uid-half");
  expect(await configValue(namespace, "config")).toBe("a");
  const { items } = await world.client.list({ apiVersion: "v1", kind: "ConfigMap" }, { namespace });
  const owners = items.map(({ metadata }) => metadata.annotations?.["lockstep.dev/instance"] ?? "");
  expect(owners.filter((owner) => owner.startsWith(`${namespace}/done/`))).toEqual([]);
  await patchInstance(world.client, namespace, "done", { spec: { parameters: { SIZE: "2" } } });
  const view = await untilComplete(world.client, namespace, "done", "resize");
  expect(view.planStatus.deploy?.uid).toBe("uid-done");
});

/** A namespace with the operator and an instance `one` of it, deployed. */
async function deployed(operator: SmallOperator): Promise<string> {
  const namespace = await world.namespace("plans");
  await publish(world.client, namespace, operatorFiles(operator));
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  await untilComplete(world.client, namespace, "one", "deploy");
  return namespace;
}

async function read(namespace: string): Promise<InstanceView> {
  const view = await readInstance(world.client, namespace, "one");
  if (!view) throw new Error("the instance is gone");
  return view;
}

/** Replaces all parameters. */
async function setParameters(namespace: string, parameters: Readonly<Record<string, string>>): Promise<void> {
  const { parameters: before } = await read(namespace);
  const gone = Object.fromEntries(Object.keys(before).map((name) => [name, null]));
  await patchInstance(world.client, namespace, "one", { spec: { parameters: { ...gone, ...parameters } } });
}

async function request(namespace: string, planName: string, uid: string): Promise<void> {
  const body: JsonValue = { spec: { planExecution: { planName, uid, status: "NEVER_RUN" } } };
  await patchInstance(world.client, namespace, "one", body);
}

async function untilStatus(
  namespace: string,
  plan: string,
  status: string,
  isWanted: (uid: string | undefined) => boolean = () => true,
) {
  const view = await until(
    `plan ${plan} is ${status}`,
    () => read(namespace),
    ({ planStatus }) => planStatus[plan]?.status === status && isWanted(planStatus[plan]?.uid),
  );
  return { uid: view.planStatus[plan]?.uid };
}

async function untilCondition(namespace: string, type: string, status: string) {
  const find = ({ conditions }: InstanceView) =>
    conditions.find((condition) => condition.type === type && condition.status === status);
  const view = await until(
    `condition ${type} is ${status}`,
    () => read(namespace),
    (found) => !!find(found),
  );
  const condition = find(view);
  if (!condition) throw new Error("found and lost");
  return condition;
}

async function untilEvent(namespace: string, reason: string) {
  const events = await until(
    `an Event ${reason} tells`,
    async () => (await world.client.list({ apiVersion: "v1", kind: "Event" }, { namespace })).items,
    (found) => found.some((event) => event.reason === reason),
  );
  return events.find((event) => event.reason === reason);
}

function hasNo(type: string) {
  return ({ conditions }: InstanceView): boolean => conditions.every((condition) => condition.type !== type);
}

async function configValue(namespace: string, name: string): Promise<unknown> {
  const found = await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  return (found?.data as { value?: unknown } | undefined)?.value;
}

async function kudoStatus(
  namespace: string,
  name: string,
  status: string,
  steps: readonly string[],
): Promise<void> {
  const phase = {
    name: "main",
    status,
    steps: steps.map((of, at) => ({ name: `step-${at + 1}`, status: of })),
  };
  const deploy = { name: "deploy", status, uid: `uid-${name}`, phases: [phase] };
  await world.client.patch(
    instanceRef(namespace, name),
    "merge",
    { status: { planStatus: { deploy } } },
    { subresource: "status" },
  );
}
