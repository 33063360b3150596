import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asObject, type JsonObject, valueAt } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { instanceRef, patchInstance } from "../../reconcile/reconcileWorld.ts";
import { configMapText, type SmallOperator } from "../../reconcile/smallOperator.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, kubectl, until, untilPlan } = service;

/** KUDO's process, and so its field manager. */
const KUDO = { fieldManager: "manager" };
const UID = "3b2b8a0e-6d3e-4a7c-9f43-0d5f6a1b7c11";
/** What KUDO computes for the two values below. */
const HASH = "6fa812afe527bdb6c9a5fbfcba8193bb";
const HASH_CHANGED = "da9f56a62d3c4af2596bebace008d845";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
{{ if eq .Params.SLOW "true" }}  minReadySeconds: 1
{{ end }}  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: nginx, volumeMounts: [{ name: data, mountPath: /data }] }]
      volumes: [{ name: data, configMap: { name: configdata } }]
`;
const OPERATOR: SmallOperator = {
  name: "dep-operator",
  version: "1.0.0",
  parameters: [
    { name: "SLOW", default: "true" },
    { name: "FANCY", default: "FancyValue" },
  ],
  tasks: {
    config: ["config.yaml", "notes.yaml"],
    web: ["web.yaml"],
    farewell: ["farewell.yaml"],
  },
  plans: { deploy: [["config"], ["web"]], cleanup: [["farewell"]] },
  templates: {
    "config.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: configdata }\ndata: { valueA: "{{ .Params.FANCY }}", valueB: OtherFancyValue }\n`,
    "notes.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: notes }\ndata:\n  kept: here\n{{ if eq .Params.SLOW "true" }}  gone: later\n{{ end }}`,
    "web.yaml": WEB,
    "farewell.yaml": configMapText("farewell"),
  },
};

test("an installation of KUDO goes on: no plan, no conflict, no restart, and what leaves a template leaves the object", async () => {
  const namespace = await service.namespace("taken");
  const before = await service.whilePaused(async () => {
    const version = await service.publish(namespace, OPERATOR);
    const instance = await instanceOfKudo(namespace, version, "COMPLETE");
    const owned = asKudoMakes(instance);
    await client.create(owned(configData(namespace)), KUDO);
    await client.create(owned(notes(namespace)), KUDO);
    await client.create(owned(web(namespace)), KUDO);
    return instance;
  });
  const ready = await until("pods of KUDO's Deployment", async () => {
    const found = await webOf(namespace);
    return valueAt(found, "status", "readyReplicas") === 2 ? found : undefined;
  });
  const pods = await podsOf(namespace);

  // It is ours now; nothing runs, and nothing is written to its objects.
  const seen = await until("our finalizer", async () => {
    const found = await client.get(instanceRef(namespace, "depop"));
    return found?.metadata.finalizers?.includes("lockstep.dev/prune") ? found : undefined;
  });
  expect(valueAt(seen, "status", "planStatus")).toEqual(valueAt(before, "status", "planStatus"));
  expect(valueAt(await webOf(namespace), "metadata", "generation")).toBe(ready.metadata.generation);

  // A plan that changes nothing of the pods.
  await patchInstance(client, namespace, "depop", { spec: { parameters: { SLOW: "false" } } });
  const plan = await untilPlan(namespace, "depop", "deploy", { before: UID });
  const taken = await webOf(namespace);
  expect(valueAt(taken, "spec", "minReadySeconds")).toBeUndefined();
  expect(asObject(await dataOf(namespace, "notes"))).toEqual({ kept: "here" });
  expect(await podsOf(namespace)).toEqual(pods);
  expect(valueAt(taken, "spec", "template", "metadata", "annotations", "kudo.dev/dependencies-hash")).toBe(
    HASH,
  );
  for (const object of [taken, await configMapOf(namespace, "notes")]) {
    expect(Object.keys(object?.metadata.annotations ?? {})).not.toContain(
      "kudo.dev/last-applied-configuration",
    );
    const managers = object?.metadata.managedFields as readonly JsonObject[];
    expect(managers.map(({ manager }) => manager)).not.toContain("manager");
  }
  expect(await service.reasons(namespace, "depop")).not.toContain("ConflictForced");

  // The hash is KUDO's still, so the pods roll exactly when their ConfigMap changes.
  await patchInstance(client, namespace, "depop", { spec: { parameters: { FANCY: "ChangedValue" } } });
  await untilPlan(namespace, "depop", "deploy", { before: plan.uid });
  expect(
    valueAt(
      await webOf(namespace),
      "spec",
      "template",
      "metadata",
      "annotations",
      "kudo.dev/dependencies-hash",
    ),
  ).toBe(HASH_CHANGED);

  // KUDO's finalizer goes with ours, after the cleanup plan; its objects were never strangers.
  await kubectl("-n", namespace, "delete", "instance.kudo.dev", "depop", "--timeout=40s");
  expect(await service.reasons(namespace, "depop")).toContain("PlanFinished");
  expect([await webOf(namespace), await configMapOf(namespace, "notes")]).toEqual([undefined, undefined]);
});

test("a plan that KUDO had begun goes on under its uid, at its first step that is not COMPLETE", async () => {
  const namespace = await service.namespace("begun");
  await service.whilePaused(async () => {
    const version = await service.publish(namespace, OPERATOR);
    const instance = await instanceOfKudo(namespace, version, "IN_PROGRESS");
    const owned = asKudoMakes(instance);
    // Its first step is COMPLETE; somebody has deleted the notes since.
    await client.create(owned(configData(namespace)), KUDO);
    await client.create(owned(web(namespace)), KUDO);
  });
  const plan = await untilPlan(namespace, "depop", "deploy");
  expect(plan.uid).toBe(UID);
  expect(await configMapOf(namespace, "notes")).toBeUndefined();
  const instance = await until("an empty inbox", async () => {
    const found = await client.get(instanceRef(namespace, "depop"));
    return valueAt(found, "spec", "planExecution", "planName") ? undefined : found;
  });
  expect(valueAt(instance, "status", "conditions")).toMatchObject([{ type: "Ready", status: "True" }]);
});

test("an object that kubectl applied is adopted, loses what its maker had and we have not, and outlives the instance", async () => {
  const namespace = await service.namespace("adopted");
  const file = join(await service.folder(), "notes.json");
  const made = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "notes", namespace } };
  await writeFile(file, JSON.stringify({ ...made, data: { kept: "there", extra: "of kubectl" } }));
  await kubectl("apply", "-f", file);
  await client.patch(
    { apiVersion: "v1", kind: "ConfigMap", namespace, name: "notes" },
    "merge",
    { data: { foreign: "of somebody else" } },
    { fieldManager: "somebody" },
  );
  const version = await service.publish(namespace, OPERATOR);
  await client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { namespace, name: "depop" },
    spec: { operatorVersion: { name: version }, parameters: { SLOW: "false" } },
  });
  await untilPlan(namespace, "depop", "deploy");
  expect(await dataOf(namespace, "notes")).toEqual({ kept: "here", foreign: "of somebody else" });
  await kubectl("-n", namespace, "delete", "instance.kudo.dev", "depop", "--timeout=40s");
  expect(await webOf(namespace)).toBeUndefined();
  const left = await configMapOf(namespace, "notes");
  expect(left?.metadata.deletionTimestamp).toBeUndefined();
  expect(left?.data).toMatchObject({ foreign: "of somebody else" });
});

/** An Instance as KUDO 0.19 leaves it: labels, finalizer, and the status of its plans. */
async function instanceOfKudo(
  namespace: string,
  operatorVersion: string,
  status: "COMPLETE" | "IN_PROGRESS",
): Promise<KubeObject> {
  const running = status === "IN_PROGRESS";
  await client.create(
    {
      apiVersion: "kudo.dev/v1beta1",
      kind: "Instance",
      metadata: {
        namespace,
        name: "depop",
        labels: { "kudo.dev/operator": "dep-operator" },
        finalizers: ["kudo.dev.instance.cleanup"],
      },
      spec: {
        operatorVersion: { name: operatorVersion },
        planExecution: running ? { planName: "deploy", uid: UID, status } : {},
      },
    },
    { fieldManager: "kubectl-kudo" },
  );
  const at = "2021-05-04T10:11:12Z";
  const never = (name: string, steps: readonly string[]): JsonObject => ({
    name,
    status: "NEVER_RUN",
    uid: "",
    phases: [
      {
        name: "main",
        status: "NEVER_RUN",
        steps: steps.map((step) => ({ name: step, status: "NEVER_RUN" })),
      },
    ],
  });
  const deploy: JsonObject = {
    name: "deploy",
    status,
    uid: UID,
    lastUpdatedTimestamp: at,
    phases: [
      {
        name: "main",
        status,
        steps: [
          { name: "step-1", status: "COMPLETE" },
          { name: "step-2", status },
        ],
      },
    ],
  };
  const ready: JsonObject = running
    ? { status: "Unknown", reason: "PlanInProgress", message: "Plan deploy is in progress" }
    : { status: "True", reason: "ResourcesReady", message: "" };
  return await client.patch(
    instanceRef(namespace, "depop"),
    "merge",
    {
      status: {
        conditions: [{ type: "Ready", lastTransitionTime: at, ...ready }],
        planStatus: { deploy, cleanup: never("cleanup", ["step-1"]) },
      },
    },
    { ...KUDO, subresource: "status" },
  );
}

/** Makes of a manifest what KUDO sends to create it. */
function asKudoMakes(instance: KubeObject): (object: KubeObject) => KubeObject {
  return (object) => {
    const { namespace = "" } = instance.metadata;
    const made: KubeObject = {
      ...object,
      metadata: {
        ...object.metadata,
        labels: LABELS,
        annotations: {
          "kudo.dev/last-plan-execution-uid": UID,
          "kudo.dev/phase": "main",
          "kudo.dev/plan": "deploy",
          "kudo.dev/step": "step-1",
        },
        ownerReferences: [
          {
            ...{ apiVersion: "kudo.dev/v1beta1", kind: "Instance", name: "depop" },
            ...{ uid: instance.metadata.uid ?? "", controller: true, blockOwnerDeletion: true },
          },
        ],
      },
    };
    const lastApplied = JSON.stringify({
      ...made,
      metadata: { ...made.metadata, namespace, creationTimestamp: null },
      ...(object.kind === "Deployment" && { status: {} }),
    });
    const annotations = {
      ...made.metadata.annotations,
      "kudo.dev/last-applied-configuration": `${lastApplied}\n`,
    };
    return { ...made, metadata: { ...made.metadata, annotations } };
  };
}

const LABELS = { heritage: "kudo", "kudo.dev/instance": "depop", "kudo.dev/operator": "dep-operator" };

function configData(namespace: string): KubeObject {
  const metadata = { name: "configdata", namespace };
  return {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata },
    data: { valueA: "FancyValue", valueB: "OtherFancyValue" },
  };
}

function notes(namespace: string): KubeObject {
  const metadata = { name: "notes", namespace };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { kept: "here", gone: "later" } };
}

function web(namespace: string): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace },
    spec: {
      replicas: 2,
      minReadySeconds: 1,
      selector: { matchLabels: { app: "web" } },
      strategy: {},
      template: {
        metadata: {
          creationTimestamp: null,
          labels: { ...LABELS, app: "web" },
          annotations: { "kudo.dev/dependencies-hash": HASH, "kudo.dev/operator-version": "1.0.0" },
        },
        spec: {
          containers: [
            {
              ...{ name: "web", image: "nginx", resources: {} },
              volumeMounts: [{ name: "data", mountPath: "/data" }],
            },
          ],
          volumes: [{ name: "data", configMap: { name: "configdata" } }],
        },
      },
    },
  };
}

function webOf(namespace: string): Promise<KubeObject | undefined> {
  return client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "web" });
}

function configMapOf(namespace: string, name: string): Promise<KubeObject | undefined> {
  return client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
}

async function dataOf(namespace: string, name: string): Promise<unknown> {
  return (await configMapOf(namespace, name))?.data;
}

async function podsOf(namespace: string): Promise<readonly unknown[]> {
  const { items } = await client.list({ apiVersion: "v1", kind: "Pod" }, { namespace });
  return items.map(({ metadata }) => metadata.uid).sort();
}
