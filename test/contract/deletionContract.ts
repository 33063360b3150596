import { expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asList } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { type ObjectRef, refOf } from "../../src/object/objectRef.ts";
import { configMap, contractWorld, uniqueName, until, untilGone } from "./contractWorld.ts";

const HOLD = "example.com/hold";

/** Deletion: preconditions, finalizers, owners and namespaces. */
export function deletionContract(connect: () => Promise<ClusterClient>): void {
  const world = contractWorld(connect);
  const make = (name: string, metadata: object = {}): Promise<KubeObject> =>
    world.client.create(configMap(world.namespace, name, {}, metadata as never));
  const ownedBy = (owner: KubeObject, blockOwnerDeletion = false): object => ({
    ownerReferences: [
      {
        apiVersion: owner.apiVersion,
        kind: owner.kind,
        name: owner.metadata.name ?? "",
        uid: owner.metadata.uid ?? "",
        blockOwnerDeletion,
      },
    ],
  });
  const release = (ref: ObjectRef): Promise<KubeObject> =>
    world.client.patch(ref, "merge", { metadata: { finalizers: null } });

  test("a deletion answers with the object or its identity, another one with nothing", async () => {
    const made = await make("plain");
    const gone = await world.client.delete(refOf(made));
    expect(gone?.metadata).toMatchObject({ name: "plain", uid: made.metadata.uid });
    expect(await world.client.get(refOf(made))).toBeUndefined();
    expect(await world.client.delete(refOf(made))).toBeUndefined();
  });

  test("a deletion of another uid is a conflict", async () => {
    const made = await make("precondition");
    const uid = "11111111-2222-3333-4444-555555555555";
    await expect(world.client.delete(refOf(made), { uid })).rejects.toMatchObject({
      reason: "conflict",
      message: expect.stringContaining("the UID in the precondition"),
    });
    await world.client.delete(refOf(made), { uid: made.metadata.uid ?? "" });
    expect(await world.client.get(refOf(made))).toBeUndefined();
  });

  test("finalizers hold an object until the last is removed", async () => {
    const made = await make("held", { finalizers: [HOLD] });
    const deleting = await world.client.delete(refOf(made));
    expect(deleting?.metadata).toMatchObject({ deletionTimestamp: expect.any(String), finalizers: [HOLD] });
    const again = await world.client.delete(refOf(made));
    expect(again?.metadata.deletionTimestamp).toBe(deleting?.metadata.deletionTimestamp);
    await release(refOf(made));
    expect(await world.client.get(refOf(made))).toBeUndefined();
  });

  test("no finalizer can be added to a terminating object", async () => {
    const made = await make("no-more", { finalizers: [HOLD] });
    await world.client.delete(refOf(made));
    const patch = { metadata: { finalizers: [HOLD, "example.com/late"] } };
    await expect(world.client.patch(refOf(made), "merge", patch)).rejects.toMatchObject({
      reason: "invalid",
    });
    await release(refOf(made));
  });

  test("an apply to a terminating object answers as if all were well, and is lost", async () => {
    const made = await make("lost", { finalizers: [HOLD] });
    await world.client.delete(refOf(made));
    const applied = await world.client.apply(configMap(world.namespace, "lost", { a: "1" }), {
      fieldManager: "m",
    });
    expect(applied).toMatchObject({ data: { a: "1" }, metadata: { deletionTimestamp: expect.any(String) } });
    await release(refOf(made));
    expect(await world.client.get(refOf(made))).toBeUndefined();
  });

  test("what an object owns goes after it", async () => {
    const owner = await make("owner");
    const owned = await make("owned", ownedBy(owner));
    await world.client.delete(refOf(owner), { propagation: "Background" });
    await untilGone(world.client, refOf(owned));
  });

  test("what has another owner left stays", async () => {
    const [first, second] = [await make("first"), await make("second")];
    const references = [first, second].flatMap(
      (owner) => (ownedBy(owner) as { ownerReferences: object[] }).ownerReferences,
    );
    const shared = await make("shared", { ownerReferences: references });
    await world.client.delete(refOf(first), { propagation: "Background" });
    const left = await until(
      "the reference to the first owner goes",
      () => world.client.get(refOf(shared)),
      (object) => asList(object?.metadata.ownerReferences).length === 1,
    );
    expect(left?.metadata.ownerReferences).toMatchObject([{ name: "second" }]);
  });

  test("what is owned by something that is not there goes", async () => {
    const owner = await make("never-there");
    await world.client.delete(refOf(owner));
    const owned = await make("abandoned", ownedBy(owner));
    await untilGone(world.client, refOf(owned));
  });

  test("in the foreground the owner waits for what blocks it", async () => {
    const owner = await make("fore");
    const owned = await make("fore-owned", { ...ownedBy(owner, true), finalizers: [HOLD] });
    const deleting = await world.client.delete(refOf(owner), { propagation: "Foreground" });
    expect(deleting?.metadata.finalizers).toContain("foregroundDeletion");
    await until(
      "the owned object is terminating",
      () => world.client.get(refOf(owned)),
      (object) => object?.metadata.deletionTimestamp !== undefined,
    );
    expect((await world.client.get(refOf(owner)))?.metadata.deletionTimestamp).toBeDefined();
    await release(refOf(owned));
    await untilGone(world.client, refOf(owner));
  });

  test("orphans stay and lose their reference", async () => {
    const owner = await make("orphaning");
    const owned = await make("orphan", ownedBy(owner));
    const deleting = await world.client.delete(refOf(owner), { propagation: "Orphan" });
    expect(deleting?.metadata.finalizers).toContain("orphan");
    await untilGone(world.client, refOf(owner));
    const left = await world.client.get(refOf(owned));
    expect(left?.metadata).toMatchObject({ uid: owned.metadata.uid });
    expect(left?.metadata.ownerReferences ?? []).toEqual([]);
  });

  test("a terminating namespace refuses new objects, takes its own along, then goes", async () => {
    const namespace = uniqueName("terminating");
    const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
    await world.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await world.client.create(configMap(namespace, "taken"));
    const held = await world.client.create(configMap(namespace, "held", {}, { finalizers: [HOLD] }));
    const deleting = await world.client.delete(ref);
    expect(deleting).toMatchObject({ status: { phase: "Terminating" } });
    await until(
      "the content is being deleted",
      () => world.client.get(refOf(held)),
      (object) => object?.metadata.deletionTimestamp !== undefined,
    );
    await expect(world.client.create(configMap(namespace, "late"))).rejects.toMatchObject({
      reason: "forbidden",
      statusCode: 403,
      namespaceTerminating: true,
      retryable: false,
    });
    await untilGone(world.client, { ...refOf(held), name: "taken" });
    await release(refOf(held));
    await untilGone(world.client, ref);
  });
}
