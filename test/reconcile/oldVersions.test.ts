import { expect, test } from "vitest";
import { valueAt } from "../../src/object/json.ts";
import type { InstanceView } from "../../src/reconcile/instanceView.ts";
import {
  createInstance,
  live,
  patchInstance,
  publish,
  readIndex,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = reconcileWorld();

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1beta1
kind: CustomResourceDefinition
metadata: { name: "{{ .Namespace }}s.example.com" }
spec:
  group: example.com
  version: v1
  scope: Namespaced
  names: { kind: "Backup{{ .Namespace | nospace | camelcase }}", plural: "{{ .Namespace }}s" }
  validation:
    openAPIV3Schema: { properties: { spec: { properties: { size: { minimum: 1 } } } } }
`;
const BUDGET = `apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: "{{ .Name }}" }
spec: { maxUnavailable: 1, selector: {} }
`;
const DEPLOYMENT = `apiVersion: extensions/v1beta1
kind: Deployment
metadata: { name: "{{ .Name }}" }
spec:
  replicas: {{ .Params.SIZE }}
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx }] }
`;

/** A package as they were written in 2020. */
const OLD: SmallOperator = {
  parameters: [
    { name: "SIZE", type: "integer", default: 1 },
    { name: "GUARDED", type: "boolean", default: true },
  ],
  tasks: {
    definition: ["definition.yaml"],
    web: ["web.yaml"],
    budget: { kind: "Toggle", spec: { parameter: "GUARDED", resources: ["budget.yaml"] } },
    drop: { kind: "Delete", spec: { resources: ["web.yaml", "policy.yaml"] } },
  },
  plans: { deploy: [["definition"], ["web", "budget"]], drop: [["drop"]] },
  templates: {
    "definition.yaml": DEFINITION,
    "web.yaml": DEPLOYMENT,
    "budget.yaml": BUDGET,
    "policy.yaml": 'apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: { name: "{{ .Name }}" }\n',
  },
};

async function create(operator: SmallOperator): Promise<string> {
  const namespace = await world.namespace("old");
  await createInstance(
    world.client,
    { namespace, name: "web" },
    await publish(world.client, namespace, operatorFiles(operator)),
  );
  return namespace;
}

function get(namespace: string, apiVersion: string, kind: string) {
  return world.client.get({ apiVersion, kind, namespace, name: "web" });
}

test("a package of 2020 deploys; its objects are known by the versions that the cluster serves", async () => {
  const namespace = await create(OLD);
  let life = await live(world, namespace);
  await untilComplete(world.client, namespace, "web", "deploy");
  const applied = (await readIndex(world.client, namespace, "web"))?.entries.map(
    ({ ref }) => `${ref.apiVersion} ${ref.kind}`,
  );
  expect(applied?.sort()).toEqual([
    "apiextensions.k8s.io/v1 CustomResourceDefinition",
    "apps/v1 Deployment",
    "policy/v1 PodDisruptionBudget",
  ]);
  const deployment = await get(namespace, "apps/v1", "Deployment");
  expect(valueAt(deployment, "spec", "selector", "matchLabels")).toEqual({ app: "web" });
  expect(valueAt(deployment, "spec", "template", "metadata", "labels")).toMatchObject({
    app: "web",
    "kudo.dev/instance": "web",
  });

  // A restart in between: the claims are made from what templates render, which says another group.
  await life.stop();
  life = await live(world, namespace);
  await patchInstance(world.client, namespace, "web", { spec: { parameters: { SIZE: "2" } } });
  await until(
    "the Deployment has two replicas",
    async () => valueAt(await get(namespace, "apps/v1", "Deployment"), "spec", "replicas"),
    (replicas) => replicas === 2,
  );
  await untilComplete(world.client, namespace, "web", "deploy");
  await patchInstance(world.client, namespace, "web", { spec: { parameters: { GUARDED: "false" } } });
  await until(
    "the budget is gone",
    () => get(namespace, "policy/v1", "PodDisruptionBudget"),
    (found) => !found,
  );
  await untilComplete(world.client, namespace, "web", "deploy");
  expect(await get(namespace, "apps/v1", "Deployment")).toBeDefined();

  await patchInstance(world.client, namespace, "web", {
    spec: { planExecution: { planName: "drop", uid: "drop-1" } },
  });
  await untilComplete(world.client, namespace, "web", "drop");
  expect(await get(namespace, "apps/v1", "Deployment")).toBeUndefined();
  await life.stop();
});

test("the claims of a run that another process began are those of the upgraded objects", async () => {
  const namespace = await create({
    ...OLD,
    plans: { deploy: [["web"], ["budget"], ["blocked"]] },
    tasks: { ...OLD.tasks, blocked: { kind: "Dummy", spec: { done: true } } },
  });
  const first = await live(world, namespace, { death: { at: 6, when: "after" } as never });
  await Promise.race([first.died, untilComplete(world.client, namespace, "web", "deploy")]).catch(
    () => undefined,
  );
  await first.stop();
  const second = await live(world, namespace);
  await untilComplete(world.client, namespace, "web", "deploy");
  expect(await get(namespace, "apps/v1", "Deployment")).toBeDefined();
  await second.stop();
});

test("an object without a successor ends the plan, saying when its version went", async () => {
  const namespace = await create({
    ...OLD,
    plans: { deploy: [["policy"]] },
    tasks: { ...OLD.tasks, policy: ["policy.yaml"] },
  });
  const life = await live(world, namespace);
  const view = await until(
    "deploy has failed",
    () => readInstance(world.client, namespace, "web"),
    (found: InstanceView | undefined) => found?.planStatus.deploy?.status === "FATAL_ERROR",
  );
  expect(JSON.stringify(view?.planStatus.deploy)).toContain(
    "templates/policy.yaml: PodSecurityPolicy/web: policy/v1beta1 PodSecurityPolicy was removed in Kubernetes 1.25 and has no successor",
  );
  await life.stop();
});
