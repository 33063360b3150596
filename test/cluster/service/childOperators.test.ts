import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { asObject } from "../../../src/object/json.ts";
import { writeArchive } from "../../../src/source/archiveTree.ts";
import { type Files, instanceRef, readIndex, readInstance } from "../../reconcile/reconcileWorld.ts";
import { configMapText, deploymentText, operatorFiles } from "../../reconcile/smallOperator.ts";
import { instanceText } from "../../sync/fleet.ts";
import { inFolder, sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, until, untilPlan } = service;

test("a parent brings two children and a grandchild, upgrades them, and takes them along", async () => {
  const namespace = await service.namespace("children");
  const id = randomUUID().slice(0, 8);
  const instance = (version: string): Files => ({
    [`${id}/i.yaml`]: instanceText("shop", { namespace, version: `shop-${id}-${version}` }),
  });
  await service.push({
    ...inFolder(`${id}/shop`, shop(id, "1.0.0")),
    ...inFolder(`${id}/queue`, queue(id, "1.0.0")),
    [`${id}/store.tgz`]: await store(id, "1.0.0"),
    ...instance("1.0.0"),
  });
  await untilPlan(namespace, "shop", "deploy");
  expect(await values(namespace)).toEqual({ cache: "1.0.0 5", store: "1.0.0 1", front: "1.0.0" });
  const running = await client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "cache" });
  expect(asObject(running?.status).readyReplicas).toBe(1);

  await service.push({
    ...inFolder(`${id}/shop`, shop(id, "2.0.0")),
    [`${id}/store.tgz`]: await store(id, "1.1.0"),
    ...instance("2.0.0"),
  });
  await untilPlan(namespace, "shop", "upgrade");
  expect(await values(namespace)).toEqual({ cache: "1.1.0 5", store: "1.1.0 1", front: "2.0.0" });
  for (const name of ["cache", "store"])
    expect((await readInstance(client, namespace, name))?.planStatus.upgrade?.status).toBe("COMPLETE");

  const type = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion" };
  const versions = async (): Promise<string> =>
    (await client.list(type, { namespace })).items.map(({ metadata }) => metadata.name).join();
  await until("the old versions go", async () =>
    (await versions()) === `queue-${id}-1.0.0,shop-${id}-2.0.0,store-${id}-1.1.0` ? true : undefined,
  );

  await service.push({ [`${id}/i.yaml`]: undefined });
  await until("all instances go", async () => {
    const { items } = await client.list({ ...type, kind: "Instance" }, { namespace });
    return items.length === 0 ? true : undefined;
  });
  expect(await values(namespace)).toEqual({});
  for (const name of ["shop", "queue", "store", "cache"])
    expect(await readIndex(client, namespace, name)).toBeUndefined();
  await until("the packages go", async () => ((await versions()) === "" ? true : undefined));
});

test("a child that fails fails its parent, which says why", async () => {
  const namespace = await service.namespace("children");
  await service.publish(namespace, {
    name: "below",
    tasks: { app: { kind: "Dummy", spec: { wantErr: true, fatal: true } } },
    plans: { deploy: [["app"]] },
  });
  await service.publish(namespace, {
    name: "top",
    tasks: { below: { kind: "KudoOperator", spec: { package: "below", operatorVersion: "1.0.0" } } },
    plans: { deploy: [["below"]] },
  });
  await client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { namespace, name: "top" },
    spec: { operatorVersion: { name: "top-1.0.0" } },
  });
  const status = await untilPlan(namespace, "top", "deploy", { status: "FATAL_ERROR" });
  expect(JSON.stringify(status)).toContain(
    `Instance/${namespace}/top-below: plan 'deploy' failed: fatal error in`,
  );
  await client.delete(instanceRef(namespace, "top"));
  await until("both go", async () =>
    (await readInstance(client, namespace, "top")) || (await readInstance(client, namespace, "top-below"))
      ? undefined
      : true,
  );
});

/** A child `queue`, whose own child is `store`, and a child `cache` of the same operator as that. */
function shop(id: string, version: string): Files {
  return operatorFiles({
    name: `shop-${id}`,
    version,
    tasks: {
      queue: { kind: "KudoOperator", spec: { package: "../queue", instanceName: "queue" } },
      cache: {
        kind: "KudoOperator",
        spec: { package: "../store.tgz", instanceName: "cache", parameterFile: "cache.yaml" },
      },
      front: ["front.yaml"],
    },
    plans: { deploy: [["queue", "cache"], ["front"]], upgrade: [["queue", "cache"], ["front"]] },
    templates: { "cache.yaml": "SIZE: 5\n", "front.yaml": configMapText("front", "{{ .OperatorVersion }}") },
  });
}

function queue(id: string, version: string): Files {
  return operatorFiles({
    name: `queue-${id}`,
    version,
    tasks: { store: { kind: "KudoOperator", spec: { package: `store-${id}`, instanceName: "store" } } },
    plans: { deploy: [["store"]] },
  });
}

async function store(id: string, version: string): Promise<Buffer> {
  const files = operatorFiles({
    name: `store-${id}`,
    version,
    parameters: [{ name: "SIZE", default: "1" }],
    tasks: { app: ["app.yaml", "pods.yaml"], bye: { kind: "Dummy", spec: { done: true } } },
    plans: { deploy: [["app"]], upgrade: [["app"]], cleanup: [["bye"]] },
    templates: {
      "app.yaml": configMapText("{{ .Name }}", "{{ .OperatorVersion }} {{ .Params.SIZE }}"),
      "pods.yaml": deploymentText("{{ .Name }}"),
    },
  });
  const bytes = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  return Buffer.from(await writeArchive(new Map(bytes)));
}

async function values(namespace: string): Promise<Readonly<Record<string, unknown>>> {
  const { items } = await client.list({ apiVersion: "v1", kind: "ConfigMap" }, { namespace });
  const ours = items.filter(({ metadata }) => metadata.name !== "kube-root-ca.crt");
  return Object.fromEntries(ours.map(({ metadata, data }) => [metadata.name, asObject(data).value]));
}
