import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { asObject, type JsonObject, valueAt } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { createInstance, instanceRef, patchInstance, readInstance } from "../../reconcile/reconcileWorld.ts";
import { configMapText, deploymentText, type SmallOperator } from "../../reconcile/smallOperator.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, kubectl, until, untilPlan } = service;

/** A Deployment whose pods mount a ConfigMap, as in KUDO's own case of the dependencies hash. */
const HASHED: SmallOperator = {
  name: "dep-operator",
  parameters: [
    { name: "VALUE", default: "FancyValue" },
    { name: "REPLICAS", default: "1", trigger: "scale" },
  ],
  tasks: { config: ["config.yaml"], app: ["app.yaml"] },
  plans: { deploy: [["config"], ["app"]], scale: [["app"]] },
  templates: {
    "config.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: configdata }\ndata: { valueA: '{{ .Params.VALUE }}', valueB: OtherFancyValue }\n",
    "app.yaml": deploymentText("app", "{{ .Params.REPLICAS }}").replace(
      "containers:",
      "volumes: [{ name: data, configMap: { name: configdata } }], containers:",
    ),
  },
};

test.concurrent("§6.4 the dependencies hash is KUDO's, stays with a replica change, and moves with the data", async () => {
  const namespace = await deployed(HASHED, "depop");
  const first = await templateOf(namespace);
  expect(first.annotations).toMatchObject({
    "kudo.dev/dependencies-hash": "6fa812afe527bdb6c9a5fbfcba8193bb",
    "kudo.dev/operator-version": "1.0.0",
  });
  expect(first.labels).toMatchObject({
    heritage: "kudo",
    "kudo.dev/operator": "dep-operator",
    "kudo.dev/instance": "depop",
  });
  const pods = await podsOf(namespace);
  await patchInstance(client, namespace, "depop", { spec: { parameters: { REPLICAS: "2" } } });
  await untilPlan(namespace, "depop", "scale");
  expect(await templateOf(namespace)).toEqual(first);
  expect(await podsOf(namespace)).toEqual(expect.arrayContaining([...pods]));

  const before = await uidOfPlan(namespace, "depop", "deploy");
  await patchInstance(client, namespace, "depop", { spec: { parameters: { VALUE: "ChangedValue" } } });
  await untilPlan(namespace, "depop", "deploy", { before });
  const changed = await templateOf(namespace);
  expect(changed.annotations["kudo.dev/dependencies-hash"]).toBe("da9f56a62d3c4af2596bebace008d845");
});

test.concurrent("§2.2 arrays and maps reach templates as data", async () => {
  const namespace = await deployed({
    parameters: [
      { name: "PORTS", type: "array", default: [80] },
      { name: "LABELS", type: "map", default: { tier: "db" } },
    ],
    tasks: { config: ["config.yaml"] },
    plans: { deploy: [["config"]] },
    templates: {
      "config.yaml": configMapText(
        "config",
        "{{ range .Params.PORTS }}{{ . }};{{ end }}{{ range $k, $v := .Params.LABELS }}{{ $k }}={{ $v }};{{ end }}",
      ),
    },
  });
  expect(await configValue(namespace, "config")).toBe("80;tier=db;");
  const before = await uidOfPlan(namespace, "one", "deploy");
  const parameters = { PORTS: "[443, 8080]", LABELS: "zone: a\nrank: 2\n" };
  await patchInstance(client, namespace, "one", { spec: { parameters } });
  await untilPlan(namespace, "one", "deploy", { before });
  expect(await configValue(namespace, "config")).toBe("443;8080;rank=2;zone=a;");
});

test.concurrent("§7.4 an instance whose pods are lost is not ready, and ready again when they are back", async () => {
  const namespace = await deployed({
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: { "app.yaml": deploymentText("app") },
  });
  await until("ready", () => hasReady(namespace, "True", "ResourcesReady"));
  await client.create({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { namespace, name: "none" },
    spec: { hard: { pods: "0" } },
  });
  await kubectl("-n", namespace, "delete", "pods", "--all", "--wait=false");
  const message = await until("not ready", () => hasReady(namespace, "False", "ResourceNotReady"));
  expect(message).toContain("Deployment");
  await client.delete({ apiVersion: "v1", kind: "ResourceQuota", namespace, name: "none" });
  await until("ready again", () => hasReady(namespace, "True", "ResourcesReady"));
  const view = await readInstance(client, namespace, "one");
  expect(view?.planStatus.deploy?.status).toBe("COMPLETE");
});

test.concurrent("§6.3 §9 an instance may refer to an OperatorVersion of another namespace", async () => {
  const home = await service.namespace("versions");
  const name = await service.publish(home, {
    tasks: { config: ["config.yaml"] },
    plans: { deploy: [["config"]] },
    templates: { "config.yaml": configMapText("config", "{{ .Namespace }}") },
  });
  const namespace = await service.namespace("elsewhere");
  await client.create({
    ...instanceRef(namespace, "one"),
    metadata: { namespace, name: "one" },
    spec: { operatorVersion: { name, namespace: home } },
  } as KubeObject);
  await untilPlan(namespace, "one", "deploy");
  expect(await configValue(namespace, "config")).toBe(namespace);
});

test.concurrent("§6.2 §6.3 marks on pod and volume claim templates, none on selectors; owner and namespace are forced", async () => {
  const namespace = await deployed({
    tasks: { db: ["db.yaml"] },
    plans: { deploy: [["db"]] },
    templates: {
      "db.yaml": `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: elsewhere }
spec:
  replicas: 1
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: db }] } }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
    },
  });
  const set = await client.get({ apiVersion: "apps/v1", kind: "StatefulSet", namespace, name: "db" });
  const labels = { heritage: "kudo", "kudo.dev/operator": "web", "kudo.dev/instance": "one" };
  expect(set?.metadata.labels).toMatchObject(labels);
  expect(set?.metadata.annotations).toMatchObject({
    "kudo.dev/plan": "deploy",
    "kudo.dev/phase": "main",
    "kudo.dev/step": "step-1",
    "kudo.dev/last-plan-execution-uid": await uidOfPlan(namespace, "one", "deploy"),
  });
  expect(set?.metadata.annotations).not.toHaveProperty("kudo.dev/operator-version");
  expect(set?.metadata.ownerReferences).toMatchObject([
    { kind: "Instance", name: "one", controller: true, blockOwnerDeletion: false },
  ]);
  const spec = asObject(set?.spec);
  expect(spec.selector).toEqual({ matchLabels: { app: "db" } });
  expect(valueAt(spec, "template", "metadata")).toMatchObject({
    labels: { ...labels, app: "db" },
    annotations: { "kudo.dev/operator-version": "1.0.0" },
  });
  expect(valueAt(spec, "template", "metadata", "annotations")).not.toHaveProperty("kudo.dev/plan");
  const [claim] = spec.volumeClaimTemplates as JsonObject[];
  expect(valueAt(claim, "metadata", "labels")).toEqual(labels);
});

test.concurrent("what KUDO patched is taken over: no restart, no conflict, and what the template lost goes", async () => {
  const namespace = await service.namespace("taken");
  const operator: SmallOperator = {
    ...HASHED,
    parameters: [...(HASHED.parameters ?? []), { name: "EXTRA", default: "" }],
    tasks: { ...HASHED.tasks, more: ["more.yaml"] },
    plans: { deploy: [["config", "more"], ["app"]], scale: [["config", "more"], ["app"]] },
    templates: { ...HASHED.templates, "more.yaml": configMapText("more", "kept") },
  };
  // An instance of ours shows what KUDO would have made, to the letter.
  const twin = await deployed(operator, "depop");
  const made = await Promise.all(
    [
      ["v1", "ConfigMap", "configdata"],
      ["v1", "ConfigMap", "more"],
      ["apps/v1", "Deployment", "app"],
    ].map(async ([apiVersion = "", kind = "", name = ""]) => {
      const live = await client.get({ apiVersion, kind, namespace: twin, name });
      if (!live) throw new Error(`${kind} ${name} is not there`);
      return asKudoMadeIt(live, namespace);
    }),
  );
  for (const object of made) await client.create(object, { fieldManager: "manager" });
  await until("the pods of KUDO's Deployment", async () => {
    const live = await client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "app" });
    return valueAt(live, "status", "availableReplicas") === 1 ? true : undefined;
  });
  const pods = await podsOf(namespace);
  await service.whilePaused(async () => {
    await service.publish(namespace, operator);
    await createInstance(client, { namespace, name: "depop" }, "dep-operator-1.0.0");
    await client.patch(
      instanceRef(namespace, "depop"),
      "merge",
      { status: kudoStatus() },
      { subresource: "status", fieldManager: "manager" },
    );
  });
  await patchInstance(client, namespace, "depop", { metadata: { labels: { seen: "true" } } });
  await until("the take-over", async () =>
    (await readInstance(client, namespace, "depop"))?.finalizers.includes("lockstep.dev/prune"),
  );
  expect(await uidOfPlan(namespace, "depop", "deploy")).toBe("kudo-1");

  await patchInstance(client, namespace, "depop", { spec: { parameters: { REPLICAS: "1" } } });
  await untilPlan(namespace, "depop", "scale");
  const more = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "more" });
  expect(more?.data).toEqual({ value: "kept" });
  for (const { apiVersion, kind, metadata } of made) {
    const ref = { apiVersion, kind, namespace, name: metadata.name ?? "" };
    const annotations = (await client.get(ref))?.metadata.annotations;
    expect(annotations).not.toHaveProperty("kudo.dev/last-applied-configuration");
    expect(annotations).toHaveProperty(["lockstep.dev/instance"]);
  }
  await delay(500); // a restart would have begun by now
  expect(await podsOf(namespace)).toEqual(pods);
  expect(await service.reasons(namespace, "depop")).not.toContain("ConflictForced");
});

/** The object as KUDO's three-way patch leaves it: its own record of it, and a key that the template has no more. */
function asKudoMadeIt(live: KubeObject, namespace: string): KubeObject {
  const {
    "lockstep.dev/instance": _,
    "deployment.kubernetes.io/revision": __,
    ...annotations
  } = (live.metadata.annotations ?? {}) as Record<string, string>;
  const { name, labels } = live.metadata;
  const object: KubeObject = {
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: { name: name ?? "", namespace, ...(labels && { labels }), annotations },
    ...(live.spec !== undefined && { spec: live.spec }),
    ...(live.data !== undefined && {
      data: name === "more" ? { ...asObject(live.data), stale: "gone with the template" } : live.data,
    }),
  };
  const record = JSON.stringify(object);
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...annotations, "kudo.dev/last-applied-configuration": record },
    },
  };
}

function kudoStatus(): JsonObject {
  const done = (name: string): JsonObject => ({ name, status: "COMPLETE" });
  const phases = [{ ...done("main"), steps: [done("step-1"), done("step-2")] }];
  const lastUpdatedTimestamp = "2021-05-04T10:11:12Z";
  const deploy = { ...done("deploy"), uid: "kudo-1", lastUpdatedTimestamp, phases };
  const condition = {
    ...{ type: "Ready", status: "True", reason: "ResourcesReady", message: "" },
    lastTransitionTime: lastUpdatedTimestamp,
  };
  return { planStatus: { deploy }, conditions: [condition] };
}

async function deployed(operator: SmallOperator, instance = "one"): Promise<string> {
  const namespace = await service.namespace("objects");
  const name = await service.publish(namespace, operator);
  await createInstance(client, { namespace, name: instance }, name);
  await untilPlan(namespace, instance, "deploy");
  return namespace;
}

async function templateOf(namespace: string) {
  const live = await client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "app" });
  const metadata = asObject(valueAt(live, "spec", "template", "metadata"));
  return { labels: asObject(metadata.labels), annotations: asObject(metadata.annotations) };
}

/** Uids of the living pods. */
async function podsOf(namespace: string): Promise<readonly (string | undefined)[]> {
  const { items } = await client.list({ apiVersion: "v1", kind: "Pod" }, { namespace });
  const living = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return living.map(({ metadata }) => metadata.uid).sort();
}

async function uidOfPlan(namespace: string, name: string, plan: string): Promise<string | undefined> {
  return (await readInstance(client, namespace, name))?.planStatus[plan]?.uid;
}

/** The message of the condition Ready when it is so. */
async function hasReady(namespace: string, status: string, reason: string): Promise<string | undefined> {
  const view = await readInstance(client, namespace, "one");
  const ready = view?.conditions.find(({ type }) => type === "Ready");
  return ready?.status === status && ready.reason === reason ? ready.message || "-" : undefined;
}

async function configValue(namespace: string, name: string): Promise<unknown> {
  const found = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  return asObject(found?.data).value;
}
