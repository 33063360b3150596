import { expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { Death, Write } from "./mortalClient.ts";
import {
  createInstance,
  type Life,
  live,
  patchInstance,
  publish,
  reconcileWorld,
  untilComplete,
} from "./reconcileWorld.ts";
import { operatorFiles } from "./smallOperator.ts";

const world = reconcileWorld();

const FILES = operatorFiles({
  parameters: [{ name: "VALUE", default: "1" }],
  tasks: { frozen: ["frozen.yaml"] },
  plans: { deploy: [["frozen"]] },
  templates: {
    "frozen.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: frozen }
immutable: true
data: { value: "{{ .Params.VALUE }}" }
`,
  },
});

async function frozen(namespace: string): Promise<KubeObject | undefined> {
  return await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "frozen" });
}

/** Deploys and changes what cannot be changed, with nobody there yet to see it. */
async function changed(prefix: string): Promise<{ readonly namespace: string; readonly before: string }> {
  const namespace = await world.namespace(prefix);
  await publish(world.client, namespace, FILES);
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
  const life = await live(world, namespace);
  const view = await untilComplete(world.client, namespace, "one", "deploy");
  await life.stop();
  await patchInstance(world.client, namespace, "one", { spec: { parameters: { VALUE: "2" } } });
  return { namespace, before: view.planStatus.deploy?.uid ?? "" };
}

/** What an undisturbed process writes. */
async function undisturbed(): Promise<Life> {
  const { namespace, before } = await changed("recreate");
  const life = await live(world, namespace);
  await untilComplete(world.client, namespace, "one", "deploy", (uid) => uid !== before);
  await life.stop();
  return life;
}

const named = ({ verb, ref }: Write): string => `${verb} ${ref.kind}`;

test("the intent stands before the delete, the creation follows at once, and an event tells", async () => {
  const life = await undisturbed();
  const writes = life.writes.map(named);
  const deleted = writes.indexOf("delete ConfigMap");
  expect(writes.slice(0, deleted)).toContain("update Secret");
  expect(writes[deleted + 1]).toBe("apply ConfigMap");
  expect(life.events).toContainEqual(
    expect.objectContaining({ kind: "noted", severity: "warning", reason: "Recreated" }),
  );
});

test("a process that dies at any moment of it leaves nothing undone", async () => {
  const writes = (await undisturbed()).writes.map(named);
  const at = writes.indexOf("delete ConfigMap") + 1;
  const moments: readonly (Death & { readonly isGone: boolean })[] = [
    { at, when: "before", isGone: false },
    { at, when: "after", isGone: true },
    { at: at + 1, when: "before", isGone: true },
    { at: at + 1, when: "after", isGone: false },
  ];
  for (const { isGone, ...death } of moments) {
    const { namespace, before } = await changed("recreate-death");
    const victim = await live(world, namespace, { death });
    expect(named(await victim.died)).toBe(writes[death.at - 1]);
    await victim.stop();
    expect((await frozen(namespace)) === undefined).toBe(isGone);
    const heir = await live(world, namespace);
    await untilComplete(world.client, namespace, "one", "deploy", (uid) => uid !== before);
    const index = heir.side.reconciler.indexOf({ namespace, name: "one" });
    await heir.stop();
    const object = await frozen(namespace);
    expect(object?.data).toEqual({ value: "2" });
    expect(index?.intent).toBeUndefined();
    expect(index?.entries).toMatchObject([{ uid: object?.metadata.uid, adopted: false }]);
  }
});
