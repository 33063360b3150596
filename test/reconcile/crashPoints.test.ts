import { describe, expect, test } from "vitest";
import { type AppliedIndex, findEntry } from "../../src/apply/appliedIndex.ts";
import { asObject } from "../../src/object/json.ts";
import { annotationsOf, type KubeObject } from "../../src/object/kubeObject.ts";
import { type ObjectRef, refKey, refOf } from "../../src/object/objectRef.ts";
import {
  ANNOTATION_OWNER,
  ANNOTATION_PLAN_UID,
  ANNOTATION_STEP,
  STAMPS,
} from "../../src/object/ownership.ts";
import type { InstanceView } from "../../src/reconcile/instanceView.ts";
import { flakyClient } from "./flakyClient.ts";
import type { Death, Write } from "./mortalClient.ts";
import {
  createInstance,
  type Files,
  type Hardship,
  instanceRef,
  type Life,
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

const world = reconcileWorld();
const NAME = "web";

/** Three steps: two objects, a Delete, a Deployment; a plan of its own for SIZE; a cleanup that writes and deletes. */
const PACKAGE: Files = {
  "operator.yaml": `apiVersion: kudo.dev/v1beta1
name: crash
operatorVersion: "1.0.0"
kubernetesVersion: "1.20.0"
tasks:
  - { name: config, kind: Apply, spec: { resources: [config.yaml, service.yaml] } }
  - { name: sweep, kind: Delete, spec: { resources: [legacy.yaml] } }
  - { name: app, kind: Apply, spec: { resources: [app.yaml] } }
  - { name: farewell, kind: Apply, spec: { resources: [farewell.yaml] } }
  - { name: detach, kind: Delete, spec: { resources: [service.yaml] } }
plans:
  deploy:
    strategy: serial
    phases:
      - name: main
        strategy: serial
        steps:
          - { name: config, tasks: [config] }
          - { name: sweep, tasks: [sweep] }
          - { name: app, tasks: [app] }
  resize:
    strategy: serial
    phases:
      - name: main
        strategy: serial
        steps:
          - { name: config, tasks: [config] }
          - { name: app, tasks: [app] }
  cleanup:
    strategy: serial
    phases:
      - name: main
        strategy: serial
        steps:
          - { name: farewell, tasks: [farewell] }
          - { name: detach, tasks: [detach] }
`,
  "params.yaml": `apiVersion: kudo.dev/v1beta1
parameters:
  - { name: SIZE, type: integer, default: 1, trigger: resize }
  - { name: SUFFIX, default: one }
`,
  "templates/config.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Name }}-{{ .Params.SUFFIX }}" }
data: { size: "{{ .Params.SIZE }}" }
`,
  "templates/service.yaml": `apiVersion: v1
kind: Service
metadata: { name: "{{ .Name }}" }
spec: { selector: { app: "{{ .Name }}" }, ports: [{ port: 80 }] }
`,
  "templates/legacy.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Name }}-legacy" }
`,
  "templates/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Name }}" }
spec:
  replicas: {{ .Params.SIZE }}
  selector: { matchLabels: { app: "{{ .Name }}" } }
  template:
    metadata: { labels: { app: "{{ .Name }}" } }
    spec: { containers: [{ name: app, image: app, envFrom: [{ configMapRef: { name: "{{ .Name }}-{{ .Params.SUFFIX }}" } }] }] }
`,
  "templates/farewell.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Name }}-farewell" }
`,
};

/** A story that is interrupted at each of its writes. */
interface Scenario {
  readonly title: string;
  /** The plan that it runs. */
  readonly plan: string;
  /** True when an undisturbed process has to have deployed the instance before. */
  readonly isDeployed: boolean;
  /** Writes that an undisturbed run takes, and one for a status that has to wait; a test holds it to that. */
  readonly writes: number;
  readonly begin: (namespace: string) => Promise<void>;
  /** Waits for the end of the story; `before` is the uid of the run before it. */
  readonly end: (namespace: string, before: string | undefined) => Promise<InstanceView | undefined>;
}

const deploy: Scenario = {
  title: "the first deployment",
  plan: "deploy",
  isDeployed: false,
  writes: 12,
  begin: async (namespace) => {
    await createInstance(world.client, { namespace, name: NAME }, "crash-1.0.0");
  },
  end: (namespace) => untilComplete(world.client, namespace, NAME, "deploy"),
};

const change: Scenario = {
  title: "a changed parameter",
  plan: "resize",
  isDeployed: true,
  writes: 8,
  begin: (namespace) => patchInstance(world.client, namespace, NAME, { spec: { parameters: { SIZE: "2" } } }),
  end: (namespace) => untilComplete(world.client, namespace, NAME, "resize"),
};

const removal: Scenario = {
  title: "an object that leaves the templates",
  plan: "deploy",
  isDeployed: true,
  writes: 12,
  begin: (namespace) =>
    patchInstance(world.client, namespace, NAME, { spec: { parameters: { SUFFIX: "two" } } }),
  end: async (namespace, before) => {
    const view = await untilComplete(world.client, namespace, NAME, "deploy", (uid) => uid !== before);
    await until(
      "the old object leaves the index",
      () => readIndex(world.client, namespace, NAME),
      (index) => index?.entries.every(({ ref }) => ref.name !== `${NAME}-one`) === true,
    );
    return view;
  },
};

const deletion: Scenario = {
  title: "a deletion with a cleanup plan",
  plan: "cleanup",
  isDeployed: true,
  writes: 14,
  begin: async (namespace) => {
    await world.client.delete(instanceRef(namespace, NAME));
  },
  end: (namespace) =>
    until(
      "the instance goes",
      () => readInstance(world.client, namespace, NAME),
      (view) => view === undefined,
    ),
};

describe.each([deploy, change, removal, deletion])("$title", (scenario) => {
  test("takes no more writes than there are crash points here", async () => {
    const { writes } = await play(scenario);
    expect(writes.map(describeWrite).length, writes.map(describeWrite).join("\n")).toBeLessThanOrEqual(
      scenario.writes,
    );
  });

  // To die before a write is to die after the one before it: the cluster cannot tell the two apart.
  const deaths: readonly Death[] = [
    { at: 1, when: "before" },
    ...Array.from({ length: scenario.writes }, (_, before): Death => ({ at: before + 1, when: "after" })),
  ];
  test.concurrent.for(deaths)("survives death $when write $at", async (death) => {
    await play(scenario, { death });
  });

  test.concurrent.for([1, 2])("survives an API server that fails now and then, case %i", async (seed) => {
    await play(scenario, { client: flakyClient(world.client, seed) });
  });
});

/** Plays a scenario with some hardship, lets another process go on, and holds both to what may never happen. */
async function play(
  scenario: Scenario,
  hardship: Hardship = {},
): Promise<{ readonly writes: readonly Write[] }> {
  const namespace = await world.namespace("crash");
  const { client } = world;
  await publish(client, namespace, PACKAGE);
  const bystander = await client.create(configMap(namespace, "bystander"));
  await client.create(configMap(namespace, `${NAME}-legacy`));
  if (scenario.isDeployed) await deployFirst(namespace);
  await scenario.begin(namespace);
  const before = (await readIndex(client, namespace, NAME))?.accepted?.planUid;

  const first = await live(world, namespace, hardship);
  const ended = scenario.end(namespace, before);
  ended.catch(() => {}); // awaited below, unless the process dies first
  await Promise.race([first.died, ended]);
  if (!hardship.death && !hardship.client) await settle(first, namespace);
  await first.stop();

  const left = await whatIsLeft(namespace);
  const second = await live(world, namespace);
  try {
    const view = await scenario.end(namespace, before);
    const made = [...second.writes];
    await settle(second, namespace);
    expectOneRun(scenario, [...first.writes, ...made], left, view, before);
    expectNoStepAgain(scenario, left, made, before);
    expectSameContent([...first.writes, ...made]);
    await expectNoOrphans(namespace, view !== undefined);
    expect(await client.get(refOf(bystander))).toEqual(bystander);
  } finally {
    await second.stop();
  }
  return { writes: first.writes };
}

async function deployFirst(namespace: string): Promise<void> {
  await deploy.begin(namespace);
  const life = await live(world, namespace);
  await deploy.end(namespace, undefined);
  await settle(life, namespace);
  await life.stop();
}

/** One more pass, with everything applied again: it must change nothing. */
async function settle(life: Life, namespace: string): Promise<void> {
  if (!life.side.instances.get({ namespace, name: NAME })) return;
  const at = life.writes.length;
  expect(await life.side.reconciler.reapply({ namespace, name: NAME })).toEqual({ applied: 0 });
  expect(
    life.writes
      .splice(at)
      .filter(({ verb }) => verb !== "apply")
      .map(describeWrite),
  ).toEqual([]);
}

/** What a process that died left behind. */
interface Left {
  readonly view: InstanceView | undefined;
  readonly index: AppliedIndex | undefined;
  readonly uids: ReadonlyMap<string, string>;
}

async function whatIsLeft(namespace: string): Promise<Left> {
  const [view, index, objects] = await Promise.all([
    readInstance(world.client, namespace, NAME),
    readIndex(world.client, namespace, NAME),
    objectsOf(world.client, namespace),
  ]);
  const uids = new Map(objects.map((object) => [refKey(refOf(object)), object.metadata.uid ?? ""]));
  return { view, index, uids };
}

/** The plan ran under one uid: the one recorded when it was, and none of the objects knows of another. */
function expectOneRun(
  { plan }: Scenario,
  writes: readonly Write[],
  { index }: Left,
  view: InstanceView | undefined,
  before: string | undefined,
): void {
  const uids = new Set(stampsOf(writes, ANNOTATION_PLAN_UID).filter((uid) => uid !== before));
  expect(uids.size).toBe(1);
  const [uid] = uids;
  const recorded =
    index?.accepted?.plan === plan && index.accepted.planUid !== before ? index.accepted : undefined;
  if (recorded) expect(recorded.planUid).toBe(uid);
  if (view) expect(view.planStatus[plan]).toMatchObject({ status: "COMPLETE", uid });
}

/** What the status called COMPLETE when the process died wrote nothing afterwards. */
function expectNoStepAgain(
  { plan }: Scenario,
  { view }: Left,
  after: readonly Write[],
  before: string | undefined,
): void {
  const status = view?.planStatus[plan];
  if (!status || status.uid === before) return;
  const complete = status.phases
    .flatMap(({ steps }) => steps)
    .filter((step) => step.status === "COMPLETE")
    .map(({ name }) => name);
  const steps = stampsOf(after, ANNOTATION_STEP);
  expect(complete.filter((step) => steps.includes(step))).toEqual([]);
  const deleted = after.filter(({ verb }) => verb === "delete").map(({ ref }) => `${ref.kind}/${ref.name}`);
  if (complete.includes("sweep")) expect(deleted).not.toContain(`ConfigMap/${NAME}-legacy`);
}

/** However often an object was applied, it was the same each time. */
function expectSameContent(writes: readonly Write[]): void {
  const contents = new Map<string, unknown>();
  for (const { verb, ref, object } of writes) {
    if (verb !== "apply" || !object) continue;
    const content = withoutStamps(object);
    const known = contents.get(refKey(ref));
    if (known) expect(content).toEqual(known);
    contents.set(refKey(ref), content);
  }
}

/** Everything that bears our mark is in the index under its uid, and the index names nothing else. */
async function expectNoOrphans(namespace: string, isAlive: boolean): Promise<void> {
  const objects = await until(
    "what was deleted is gone",
    () => objectsOf(world.client, namespace),
    (found) => found.every(({ metadata }) => metadata.deletionTimestamp === undefined),
  );
  const owned = objects.filter((object) => annotationsOf(object)[ANNOTATION_OWNER] !== undefined);
  const index = await readIndex(world.client, namespace, NAME);
  expect(index !== undefined).toBe(isAlive);
  const entries = index?.entries ?? [];
  for (const object of owned) {
    // The uids of the last step ride on the next write; until then the intent names the objects.
    const uid = index && findEntry(index, refOf(object))?.uid;
    if (uid !== undefined || !index?.intent) expect(uid).toBe(object.metadata.uid);
  }
  const runs = index?.history.map(({ planUid }) => planUid) ?? [];
  expect(runs).toEqual([...new Set(runs)]);
  expect(entries.map(({ ref }) => formatName(ref)).sort()).toEqual(
    owned.map((o) => formatName(refOf(o))).sort(),
  );
  expect(objects.map(({ metadata }) => metadata.name)).not.toContain(`${NAME}-legacy`);
}

function stampsOf(writes: readonly Write[], annotation: string): readonly string[] {
  return writes.flatMap(({ verb, object }) =>
    verb === "apply" && object ? (annotationsOf(object)[annotation] ?? []) : [],
  );
}

function withoutStamps(object: KubeObject): unknown {
  const annotations = Object.entries(annotationsOf(object)).filter(([key]) => !STAMPS.includes(key));
  return {
    ...object,
    metadata: { ...asObject(object.metadata), annotations: Object.fromEntries(annotations) },
  };
}

function describeWrite({ verb, ref, subresource }: Write): string {
  return `${verb} ${formatName(ref)}${subresource ? ` ${subresource}` : ""}`;
}

function formatName({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

function configMap(namespace: string, name: string): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data: { of: "nobody" } };
}
