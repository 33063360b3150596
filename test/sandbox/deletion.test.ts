import { expect, test } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";
import { DEFAULT, sandboxForTests } from "./sandboxFixture.ts";

const { create, get, merge, remove, until } = sandboxForTests();
const MAPS = `${DEFAULT}/configmaps`;

async function owned(owner: string, name: string, block = true): Promise<void> {
  const { body } = await get(`${MAPS}/${owner}`);
  const reference = {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: owner,
    uid: body.metadata.uid,
    blockOwnerDeletion: block,
  };
  await create(MAPS, { metadata: { name, ownerReferences: [reference] } });
}

async function family(prefix: string): Promise<void> {
  await create(MAPS, { metadata: { name: `${prefix}-owner` } });
  await owned(`${prefix}-owner`, `${prefix}-child`);
  await owned(`${prefix}-child`, `${prefix}-grandchild`);
}

test("in the background dependents go after their owner", async () => {
  await family("background");
  expect((await remove(`${MAPS}/background-owner`)).body.status).toBe("Success");
  await until(`${MAPS}/background-grandchild`, ({ code }) => code === 404);
});

test("in the foreground the owner waits for its dependents", async () => {
  await family("foreground");
  await merge(`${MAPS}/foreground-child`, { metadata: { finalizers: ["example.com/hold"] } });
  const { body } = await remove(`${MAPS}/foreground-owner`, { propagationPolicy: "Foreground" });
  expect(body.metadata.finalizers).toEqual(["foregroundDeletion"]);
  await until(`${MAPS}/foreground-grandchild`, ({ code }) => code === 404);
  expect((await get(`${MAPS}/foreground-owner`)).code).toBe(200);
  await merge(`${MAPS}/foreground-child`, { metadata: { finalizers: null } });
  await until(`${MAPS}/foreground-owner`, ({ code }) => code === 404);
});

test("orphans lose their owner and live on", async () => {
  await family("orphan");
  await remove(`${MAPS}/orphan-owner`, { propagationPolicy: "Orphan" });
  await until(`${MAPS}/orphan-owner`, ({ code }) => code === 404);
  const { body } = await get(`${MAPS}/orphan-child`);
  expect(body.metadata.ownerReferences).toBeUndefined();
});

test("an owner that never was takes the object along", async () => {
  const reference = {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "ghost",
    uid: "00000000-0000-4000-8000-000000000000",
  };
  await create(MAPS, { metadata: { name: "haunted", ownerReferences: [reference] } });
  await until(`${MAPS}/haunted`, ({ code }) => code === 404);
});

test("of two owners one is enough to stay", async () => {
  await create(MAPS, { metadata: { name: "first" } });
  await create(MAPS, { metadata: { name: "second" } });
  const reference = async (name: string): Promise<JsonObject> => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    name,
    uid: (await get(`${MAPS}/${name}`)).body.metadata.uid,
  });
  await create(MAPS, {
    metadata: { name: "shared", ownerReferences: [await reference("first"), await reference("second")] },
  });
  await remove(`${MAPS}/first`);
  await until(`${MAPS}/shared`, ({ body }) => body.metadata.ownerReferences?.length === 1);
  await remove(`${MAPS}/second`);
  await until(`${MAPS}/shared`, ({ code }) => code === 404);
});

test("a namespace that goes takes nothing new and ends empty", async () => {
  const path = "/api/v1/namespaces/leaving";
  await create("/api/v1/namespaces", { metadata: { name: "leaving" } });
  await until(`${path}/serviceaccounts/default`, ({ code }) => code === 200);
  await create(`${path}/configmaps`, { metadata: { name: "held", finalizers: ["example.com/hold"] } });
  expect((await remove(path)).body.status.phase).toBe("Terminating");
  const refused = await create(`${path}/configmaps`, { metadata: { name: "late" } });
  expect(refused.body).toMatchObject({
    code: 403,
    message:
      'configmaps "late" is forbidden: unable to create new content in namespace leaving because it is being terminated',
    details: { causes: [{ reason: "NamespaceTerminating", field: "metadata.namespace" }] },
  });
  await until(path, ({ body }) =>
    body.status.conditions?.some(({ type }: { type: string }) => type === "NamespaceFinalizersRemaining"),
  );
  await merge(`${path}/configmaps/held`, { metadata: { finalizers: null } });
  await until(path, ({ code }) => code === 404);
});
