import { expect, test } from "vitest";
import { orphanInstance } from "../../../src/cli/kudo/orphanInstance.ts";
import { annotationsOf } from "../../../src/object/kubeObject.ts";
import { ANNOTATION_OWNER } from "../../../src/object/ownership.ts";
import {
  createInstance,
  instanceRef,
  live,
  publish,
  readIndex,
  readInstance,
  reconcileWorld,
  untilComplete,
} from "../../reconcile/reconcileWorld.ts";
import { smallPackage } from "../commands/kudoWorld.ts";

const world = reconcileWorld();
const signal = new AbortController().signal;

test("without a service an instance goes, and its objects stay without our marks", async () => {
  const namespace = await world.namespace("orphan");
  const { client } = world;
  const version = await publish(client, namespace, smallPackage());
  const life = await live(world, namespace);
  await createInstance(client, { namespace, name: "x" }, version);
  await untilComplete(client, namespace, "x", "deploy");
  await life.stop();

  await client.delete(instanceRef(namespace, "x"), { propagation: "Orphan" });
  const view = await readInstance(client, namespace, "x");
  if (!view) throw new Error("the finalizer holds it");
  expect(await orphanInstance(client, view, signal)).toBe(1);

  expect(await readInstance(client, namespace, "x")).toBeUndefined();
  expect(await readIndex(client, namespace, "x")).toBeUndefined();
  const object = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "x" });
  expect(object?.metadata.ownerReferences ?? []).toEqual([]);
  expect(object && annotationsOf(object)[ANNOTATION_OWNER]).toBeUndefined();
  expect(object?.data).toEqual({ value: "a" });
});

test("an instance that nothing was ever applied for just goes", async () => {
  const namespace = await world.namespace("orphan");
  const { client } = world;
  await client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { name: "y", namespace, finalizers: ["lockstep.dev/prune", "kudo.dev.instance.cleanup"] },
    spec: { operatorVersion: { name: "web-1.0.0" } },
  });
  await client.delete(instanceRef(namespace, "y"));
  const view = await readInstance(client, namespace, "y");
  if (!view) throw new Error("the finalizers hold it");
  expect(await orphanInstance(client, view, signal)).toBe(0);
  expect(await readInstance(client, namespace, "y")).toBeUndefined();
});
