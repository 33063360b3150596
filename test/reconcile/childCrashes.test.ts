import { describe, expect, test } from "vitest";
import { findEntry } from "../../src/apply/appliedIndex.ts";
import { asObject } from "../../src/object/json.ts";
import { annotationsOf } from "../../src/object/kubeObject.ts";
import { ANNOTATION_PLAN_UID } from "../../src/object/ownership.ts";
import type { Death, Write } from "./mortalClient.ts";
import {
  createInstance,
  instanceRef,
  live,
  objectsOf,
  patchInstance,
  publish,
  readIndex,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { configMapText, operatorFiles } from "./smallOperator.ts";

const world = reconcileWorld();

/** A parent and its child, interrupted at each write that their one process sends. */
interface Story {
  readonly title: string;
  readonly plan: string;
  readonly isDeployed: boolean;
  /** Writes that an undisturbed run takes; a test holds it to that. */
  readonly writes: number;
  readonly begin: (namespace: string) => Promise<void>;
  readonly end: (namespace: string) => Promise<unknown>;
}

const complete = async (namespace: string, plan: string): Promise<void> => {
  await untilComplete(world.client, namespace, "top", plan);
};

const STORIES: readonly Story[] = [
  {
    title: "the first deployment",
    plan: "deploy",
    isDeployed: false,
    writes: 14,
    begin: (namespace) => createInstance(world.client, { namespace, name: "top" }, "top-1.0.0"),
    end: (namespace) => complete(namespace, "deploy"),
  },
  {
    title: "an upgrade of both",
    plan: "upgrade",
    isDeployed: true,
    writes: 12,
    begin: (namespace) =>
      patchInstance(world.client, namespace, "top", { spec: { operatorVersion: { name: "top-2.0.0" } } }),
    end: (namespace) => complete(namespace, "upgrade"),
  },
  {
    title: "the deletion of both",
    plan: "cleanup",
    isDeployed: true,
    writes: 17,
    begin: async (namespace) => {
      await world.client.delete(instanceRef(namespace, "top"));
    },
    end: (namespace) =>
      until(
        "both are gone",
        async () => [
          await readInstance(world.client, namespace, "top"),
          await readInstance(world.client, namespace, "top-base"),
        ],
        (views) => views.every((view) => view === undefined),
      ),
  },
];

describe.each(STORIES)("$title", (story) => {
  test("takes no more writes than there are crash points here", async () => {
    const writes = await play(story);
    expect(writes.length, writes.map(describeWrite).join("\n")).toBeLessThanOrEqual(story.writes);
  });

  const deaths: readonly Death[] = [
    { at: 1, when: "before" },
    ...Array.from({ length: story.writes }, (_, before): Death => ({ at: before + 1, when: "after" })),
  ];
  test.concurrent.for(deaths)("survives death $when write $at", async (death) => {
    await play(story, death);
  });
});

async function play(story: Story, death?: Death): Promise<readonly Write[]> {
  const namespace = await world.namespace("child-crash");
  for (const version of ["1.0.0", "2.0.0"]) {
    await publish(world.client, namespace, child(version));
    await publish(world.client, namespace, parent(version));
  }
  if (story.isDeployed) {
    const life = await live(world, namespace);
    await createInstance(world.client, { namespace, name: "top" }, "top-1.0.0");
    await complete(namespace, "deploy");
    await life.stop();
  }
  await story.begin(namespace);
  const first = await live(world, namespace, death ? { death } : {});
  const ended = story.end(namespace);
  ended.catch(() => {}); // awaited below, unless the process dies first
  await Promise.race([first.died, ended]);
  await first.stop();

  const second = await live(world, namespace);
  try {
    await story.end(namespace);
    expectOneRun(story, [...first.writes, ...second.writes]);
    await expectOutcome(story, namespace);
  } finally {
    await second.stop();
  }
  return first.writes;
}

/** What each of the two wrote bears the uid of one run. */
function expectOneRun({ plan }: Story, writes: readonly Write[]): void {
  for (const name of ["top-base", "top-own", "top-base-bye"]) {
    const uids = writes.flatMap(({ verb, ref, object }) =>
      verb === "apply" && ref.kind === "ConfigMap" && ref.name === name && object
        ? [annotationsOf(object)[ANNOTATION_PLAN_UID]]
        : [],
    );
    const isOfCleanup = name === "top-base-bye";
    const runs = isOfCleanup === (plan === "cleanup") ? 1 : 0;
    expect([name, new Set(uids).size]).toEqual([name, runs]);
  }
}

async function expectOutcome({ plan }: Story, namespace: string): Promise<void> {
  const objects = await objectsOf(world.client, namespace);
  const values = objects.map(({ metadata, data }) => `${metadata.name} ${asObject(data).value}`);
  if (plan === "cleanup") {
    expect(values).toEqual([]);
    for (const name of ["top", "top-base"])
      expect(await readIndex(world.client, namespace, name)).toBeUndefined();
    return;
  }
  const version = plan === "upgrade" ? "2.0.0" : "1.0.0";
  expect(values).toEqual([`top-base ${version}`, `top-own ${version}`]);
  const below = await readInstance(world.client, namespace, "top-base");
  expect(below?.planStatus[plan]?.status).toBe("COMPLETE");
  // The uid of the last step rides on the next write; until then the intent names the object.
  const index = await readIndex(world.client, namespace, "top");
  const uid = index && findEntry(index, instanceRef(namespace, "top-base"))?.uid;
  if (uid !== undefined || !index?.intent) expect(uid).toBe(below?.uid);
}

function child(version: string) {
  return operatorFiles({
    name: "base",
    version,
    tasks: { app: ["app.yaml"], bye: ["bye.yaml"] },
    plans: { deploy: [["app"]], upgrade: [["app"]], cleanup: [["bye"]] },
    templates: {
      "app.yaml": configMapText("{{ .Name }}", "{{ .OperatorVersion }}"),
      "bye.yaml": configMapText("{{ .Name }}-bye"),
    },
  });
}

function parent(version: string) {
  const steps = [["base"], ["own"]];
  return operatorFiles({
    name: "top",
    version,
    tasks: {
      base: { kind: "KudoOperator", spec: { package: "base", operatorVersion: version } },
      own: ["own.yaml"],
    },
    plans: { deploy: steps, upgrade: steps },
    templates: { "own.yaml": configMapText("{{ .Name }}-own", "{{ .OperatorVersion }}") },
  });
}

function describeWrite({ verb, ref, subresource }: Write): string {
  return `${verb} ${ref.kind}/${ref.name}${subresource ? ` ${subresource}` : ""}`;
}
