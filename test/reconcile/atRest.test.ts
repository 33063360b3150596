import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ObjectRef } from "../../src/object/objectRef.ts";
import { instanceRef, objectsOf, until, untilComplete } from "./reconcileWorld.ts";
import { type RunningService, serviceWorld } from "./serviceWorld.ts";
import { configMapText, deploymentText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = serviceWorld();

const WEB: SmallOperator = {
  tasks: { config: ["config.yaml"], app: ["app.yaml"] },
  plans: { deploy: [["config"], ["app"]] },
  templates: {
    "config.yaml": configMapText("{{ .Name }}", "a"),
    "app.yaml": deploymentText("{{ .Name }}", "2"),
  },
};

test("a revision that changes no input writes nothing about instances, and rest costs nothing", async () => {
  const namespace = await pushFleet("rest");
  const before = await world.client.get(instanceRef(namespace, "web"));
  const objects = await objectsOf(world.client, namespace);
  await untilQuiet(world.service);

  const counted = await requests(world.service);
  await world.push({ "README.md": "nothing that concerns an instance" });
  await untilQuiet(world.service);
  const sent = since(counted, await requests(world.service));
  // The record of the source says which revision was applied last.
  expect(sent.filter((request) => !request.endsWith(" ConfigMap"))).toEqual([]);
  expect(await world.client.get(instanceRef(namespace, "web"))).toEqual(before);
  expect(await objectsOf(world.client, namespace)).toEqual(objects);

  const atRest = await requests(world.service);
  await delay(2_000); // the time that is measured, not a wait
  expect(since(atRest, await requests(world.service))).toEqual([]);
});

test("what drifted while the service was away is seen when it is back, and nothing runs again", async () => {
  const namespace = await pushFleet("away");
  const uid = (await world.service.row(namespace, "web"))?.plan?.uid;
  const other = await world.namespace("away");
  await world.push({ [`${other}.yaml`]: instanceText(other, `${namespace}-1.0.0`) });
  await untilComplete(world.client, other, "web", "deploy");
  await world.service.stop();

  const config = ref("v1", "ConfigMap", namespace);
  const app = ref("apps/v1", "Deployment", namespace);
  await world.client.delete(config);
  await world.client.patch(app, "merge", { spec: { replicas: 1 } }, { fieldManager: "kubectl" });

  const service = await world.start({ sources: [world.source] });
  try {
    const { body } = await until(
      "both are found",
      () => service.request("GET", `/api/v1/instances/${namespace}/web/drift`),
      (answer) => (answer.body.objects as unknown[] | undefined)?.length === 2,
    );
    expect(body.objects).toMatchObject([
      { kind: "ConfigMap", change: "missing" },
      { kind: "Deployment", fields: [{ pointer: "/spec/replicas", manager: "kubectl" }] },
    ]);
    const inSync = await until(
      "the other is in sync",
      () => service.row(other, "web"),
      (row) => row?.drift.state === "InSync",
    );
    expect(inSync?.plan?.status).toBe("COMPLETE");
    expect((await service.row(namespace, "web"))?.plan?.uid).toBe(uid);
    await untilQuiet(service);
    const sent = [...(await requests(service)).keys()].filter((request) => !request.startsWith("get "));
    const writes = sent.filter((request) => /^(apply|create|update|patch|delete) /.test(request));
    // The Ready condition says that an object was missing, and then that it is back; nothing else is written.
    const expected = / (Lease|ConfigMap|CustomResourceDefinition)$|^patch Instance$/;
    expect(writes.filter((request) => !expected.test(request))).toEqual([]);
  } finally {
    await service.stop();
  }
});

/** Pushes an operator and an instance `web` of it in a namespace of its own, and waits until it is deployed. */
async function pushFleet(prefix: string): Promise<string> {
  const namespace = await world.namespace(prefix);
  const files = Object.entries(operatorFiles({ ...WEB, name: namespace }));
  await world.push({
    ...Object.fromEntries(files.map(([file, text]) => [`operators/${namespace}/${file}`, text])),
    [`${namespace}.yaml`]: instanceText(namespace, `${namespace}-1.0.0`),
  });
  await untilComplete(world.client, namespace, "web", "deploy");
  return namespace;
}

function instanceText(namespace: string, operatorVersion: string): string {
  return JSON.stringify({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { namespace, name: "web" },
    spec: { operatorVersion: { name: operatorVersion } },
  });
}

function ref(apiVersion: string, kind: string, namespace: string): ObjectRef {
  return { apiVersion, kind, namespace, name: "web" };
}

/** Requests sent so far by `verb kind`. Renewals of the lease and the watches that stay open do not count. */
async function requests({ service }: RunningService): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const metric = await service.registry.getSingleMetric("lockstep_cluster_requests_total")?.get();
  for (const { labels, value } of metric?.values ?? []) {
    const request = `${labels.verb} ${labels.kind}`;
    if (labels.kind === "Lease" || labels.verb === "watch") continue;
    counts.set(request, (counts.get(request) ?? 0) + value);
  }
  return counts;
}

function since(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly string[] {
  return [...after]
    .filter(([request, count]) => count !== (before.get(request) ?? 0))
    .map(([request]) => request);
}

/** Waits until half a second has passed without a request. */
async function untilQuiet(service: RunningService): Promise<void> {
  let last = await requests(service);
  let at = Date.now();
  await until(
    "no more requests are sent",
    async () => {
      const now = await requests(service);
      if (since(last, now).length > 0) at = Date.now();
      last = now;
      return Date.now() - at;
    },
    (quietMs) => quietMs > 500,
  );
}
