import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../src/object/json.ts";
import type { PlanStatus } from "../../src/plan/planStatus.ts";
import type { InstanceView } from "../../src/reconcile/instanceView.ts";
import {
  createInstance,
  instanceRef,
  type Life,
  live,
  patchInstance,
  publish,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { configMapText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = reconcileWorld();
const FINALIZER = "kudo.dev.instance.cleanup";
const WEB: SmallOperator = {
  parameters: [
    { name: "A", default: "1" },
    { name: "NAME", default: "farewell" },
    { name: "KEEP", default: "1", immutable: true },
  ],
  tasks: { config: ["config.yaml"], bye: ["bye.yaml"] },
  plans: { deploy: [["config"]], backup: [["config"]], cleanup: [["config"], ["bye"]] },
  templates: {
    "config.yaml": configMapText("config", "{{ .PlanName }} {{ .Params.A }} {{ .Params.KEEP }}"),
    "bye.yaml": configMapText("{{ .Params.NAME }}"),
  },
};

/** What KUDO left behind: the state of its plans, and what it was about to do. */
interface Left {
  readonly plans: Readonly<
    Record<string, readonly [status: PlanStatus["status"], uid: string, steps?: readonly string[]]>
  >;
  readonly execution?: JsonObject;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly ready?: readonly [status: string, reason: string];
  readonly finalizer?: boolean;
}

const DEPLOYED = { deploy: ["COMPLETE", "k1"] } as const;

test.concurrent("§4.5 a plan that KUDO had scheduled and not begun runs from its start", async () => {
  const namespace = await left({
    plans: DEPLOYED,
    execution: { planName: "backup", uid: "k2", status: "NEVER_RUN" },
  });
  await alive(namespace, async () => {
    const view = await untilComplete(world.client, namespace, "one", "backup", (uid) => uid === "k2");
    expect(view.request).toBeUndefined();
    expect(view.planStatus.deploy?.uid).toBe("k1");
    expect(await value(namespace)).toBe("backup 1 1");
  });
});

test.concurrent("§7.4 readiness of a taken-over instance is KUDO's last word, until a plan of ours ran", async () => {
  const namespace = await left({ plans: DEPLOYED, ready: ["False", "ResourceNotReady"] });
  await alive(namespace, async () => {
    await until(
      "it is taken over",
      () => readInstance(world.client, namespace, "one"),
      (view) => view?.hasFinalizer === true,
    );
    await patchInstance(world.client, namespace, "one", { metadata: { labels: { seen: "yes" } } });
    expect(ready(await readInstance(world.client, namespace, "one"))).toBe("False ResourceNotReady");
    await patchInstance(world.client, namespace, "one", { spec: { parameters: { A: "2" } } });
    await until(
      "a plan of ours",
      () => readInstance(world.client, namespace, "one"),
      (view) => ready(view) === "True ResourcesReady",
    );
  });
});

test.concurrent("§4.5 an operator version that is missing is waited for, and nothing of KUDO's word is lost", async () => {
  const namespace = await left(
    { plans: DEPLOYED, ready: ["True", "ResourcesReady"], execution: { planName: "backup", uid: "k2" } },
    false,
  );
  await alive(namespace, async ({ events }) => {
    const view = await until(
      "it waits",
      () => readInstance(world.client, namespace, "one"),
      (found) => found?.conditions.some(({ type }) => type === "Pending") === true,
    );
    expect([ready(view), view?.request?.uid]).toEqual(["True ResourcesReady", "k2"]);
    expect(events.find((event) => event.kind === "noted")).toMatchObject({
      reason: "InvalidOperatorVersion",
      severity: "warning",
    });
    await publish(world.client, namespace, operatorFiles(WEB));
    await untilComplete(world.client, namespace, "one", "backup", (uid) => uid === "k2");
  });
});

test.concurrent.for<readonly [string, Left["plans"], JsonObject | undefined, readonly string[]]>([
  ["§4.7 a cleanup that KUDO had not begun runs", DEPLOYED, undefined, ["config", "farewell"]],
  [
    "§4.7 a cleanup that KUDO was running goes on at its first step that is not COMPLETE",
    { ...DEPLOYED, cleanup: ["IN_PROGRESS", "k2", ["COMPLETE", "IN_PROGRESS"]] },
    { planName: "cleanup", uid: "k2", status: "IN_PROGRESS" },
    ["farewell"],
  ],
  [
    "§4.7 a cleanup that KUDO had scheduled over another plan runs",
    { deploy: ["IN_PROGRESS", "k1", ["IN_PROGRESS"]] },
    { planName: "cleanup", uid: "k2", status: "NEVER_RUN" },
    ["config", "farewell"],
  ],
  [
    "§4.7 a cleanup that was COMPLETE is not run again",
    { ...DEPLOYED, cleanup: ["COMPLETE", "k2", ["COMPLETE", "COMPLETE"]] },
    undefined,
    [],
  ],
])("%s, and the instance goes", async ([, plans, execution, written]) => {
  const namespace = await left({ plans, finalizer: true, ...(execution && { execution }) });
  await world.client.delete(instanceRef(namespace, "one"));
  await alive(namespace, async ({ writes }) => {
    await untilGone(namespace);
    const applied = writes.filter(({ verb, ref }) => verb === "apply" && ref.kind === "ConfigMap");
    expect([...new Set(applied.map(({ ref }) => ref.name))]).toEqual(written);
  });
});

test.concurrent("§4.7 a cleanup in FATAL_ERROR keeps KUDO's finalizer; a new trigger of cleanup frees it", async () => {
  const namespace = await left({
    plans: { ...DEPLOYED, cleanup: ["FATAL_ERROR", "k2", ["COMPLETE", "FATAL_ERROR"]] },
    finalizer: true,
  });
  await world.client.delete(instanceRef(namespace, "one"));
  await alive(namespace, async () => {
    const view = await until(
      "it says so",
      () => readInstance(world.client, namespace, "one"),
      (found) => found?.conditions.some(({ reason }) => reason === "CleanupFailed") === true,
    );
    expect(view?.finalizers).toContain(FINALIZER);
    await request(namespace, { planName: "cleanup", uid: "k3" });
    await untilGone(namespace);
  });
});

test.concurrent("§4.7 while it is deleted nothing else runs, and whoever asks is told", async () => {
  const namespace = await left({
    plans: { ...DEPLOYED, cleanup: ["FATAL_ERROR", "k2", ["COMPLETE", "FATAL_ERROR"]] },
    finalizer: true,
  });
  await world.client.delete(instanceRef(namespace, "one"));
  await alive(namespace, async ({ events }) => {
    const told = () =>
      events.flatMap((event) =>
        event.kind === "noted" && event.reason === "IllegalChange" ? [event.message] : [],
      );
    await until(
      "it is looked at",
      () => readInstance(world.client, namespace, "one"),
      (found) => found?.conditions.some(({ reason }) => reason === "CleanupFailed") === true,
    );
    await request(namespace, { planName: "backup", uid: "k4" });
    await until(
      "the request is refused",
      () => readInstance(world.client, namespace, "one"),
      (found) => found?.request === undefined,
    );
    expect(told()).toEqual(["plan 'backup' was asked for, and the instance is being deleted"]);
    await patchInstance(world.client, namespace, "one", { spec: { parameters: { A: "9" } } });
    await until("the change is refused", told, (found) => found.length === 2);
    expect(told()[1]).toBe("the instance is being deleted: changes are not acted on any more");
    await request(namespace, { planName: "cleanup", uid: "k5" });
    await untilGone(namespace);
  });
});

test.concurrent("§4.7 without its operator version KUDO's instance waits, and says how it can go", async () => {
  const cleanup = { ...DEPLOYED, cleanup: ["NEVER_RUN", ""] } as const;
  const namespace = await left({ plans: cleanup, finalizer: true }, false);
  await world.client.delete(instanceRef(namespace, "one"));
  await alive(namespace, async () => {
    const view = await until(
      "it waits",
      () => readInstance(world.client, namespace, "one"),
      (found) => found?.conditions.some(({ reason }) => reason === "OperatorVersionMissing") === true,
    );
    const message = view?.conditions.find(({ type }) => type === "Deleting")?.message;
    expect(message).toContain(`kubectl annotate instance one -n ${namespace} lockstep.dev/orphan=true`);
    await patchInstance(world.client, namespace, "one", {
      metadata: { annotations: { "lockstep.dev/orphan": "true" } },
    });
    await untilGone(namespace);
  });
});

test.concurrent("§4.7 the operator version of an instance of ours may go first", async () => {
  const namespace = await world.namespace("legacy");
  const name = await publish(world.client, namespace, operatorFiles(WEB));
  await alive(namespace, async ({ writes }) => {
    await createInstance(world.client, { namespace, name: "one" }, name);
    await untilComplete(world.client, namespace, "one", "deploy");
    await world.client.delete({ apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion", namespace, name });
    await world.client.delete(instanceRef(namespace, "one"));
    await untilGone(namespace);
    expect(writes.some(({ verb, ref }) => verb === "apply" && ref.name === "farewell")).toBe(true);
  });
});

test.concurrent("§2.5 a default that was frozen outlives versions with another default, and one that is mutable", async () => {
  const namespace = await world.namespace("legacy");
  const name = await publish(world.client, namespace, operatorFiles(WEB));
  const version = async (number: string, immutable: boolean): Promise<void> => {
    const parameters = [...(WEB.parameters ?? []).slice(0, 2), { name: "KEEP", default: number, immutable }];
    const next = await publish(
      world.client,
      namespace,
      operatorFiles({ ...WEB, version: `${number}.0.0`, parameters }),
    );
    const before = (await readInstance(world.client, namespace, "one"))?.planStatus.deploy?.uid;
    await patchInstance(world.client, namespace, "one", { spec: { operatorVersion: { name: next } } });
    await untilComplete(world.client, namespace, "one", "deploy", (uid) => uid !== before);
  };
  await alive(namespace, async () => {
    await createInstance(world.client, { namespace, name: "one" }, name);
    await untilComplete(world.client, namespace, "one", "deploy");
    await version("2", true);
    expect(await value(namespace)).toBe("deploy 1 1");
    await version("3", false);
    expect(await value(namespace)).toBe("deploy 1 1");
    const { uid } = (await readInstance(world.client, namespace, "one"))?.planStatus.deploy ?? {};
    await patchInstance(world.client, namespace, "one", { spec: { parameters: { KEEP: "9" } } });
    await untilComplete(world.client, namespace, "one", "deploy", (found) => found !== uid);
    expect(await value(namespace)).toBe("deploy 1 9");
    expect((await readInstance(world.client, namespace, "one"))?.parameters).toEqual({ KEEP: "9" });
  });
});

/** An Instance as KUDO leaves it, in a namespace of its own; nobody works on it yet. */
async function left(
  { plans, execution, parameters = {}, ready: was, finalizer = false }: Left,
  withVersion = true,
): Promise<string> {
  const namespace = await world.namespace("legacy");
  if (withVersion) await publish(world.client, namespace, operatorFiles(WEB));
  await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0", parameters);
  const planStatus = Object.fromEntries(
    Object.entries(plans).map(([name, [status, uid, steps = []]]) => [
      name,
      {
        name,
        status,
        ...(uid && { uid, lastUpdatedTimestamp: "2021-05-04T10:11:12Z" }),
        phases: [
          { name: "main", status, steps: steps.map((of, at) => ({ name: `step-${at + 1}`, status: of })) },
        ],
      },
    ]),
  );
  const conditions = was
    ? [
        {
          type: "Ready",
          status: was[0],
          reason: was[1],
          message: "m",
          lastTransitionTime: "2021-05-04T10:11:12Z",
        },
      ]
    : [];
  await world.client.patch(
    instanceRef(namespace, "one"),
    "merge",
    { status: { planStatus, conditions } } as JsonValue,
    {
      subresource: "status",
      fieldManager: "manager",
    },
  );
  const body = {
    ...(finalizer && { metadata: { finalizers: [FINALIZER] } }),
    ...(execution && { spec: { planExecution: execution } }),
  };
  await patchInstance(world.client, namespace, "one", body);
  return namespace;
}

async function alive(namespace: string, story: (life: Life) => Promise<void>): Promise<void> {
  const life = await live(world, namespace);
  try {
    await story(life);
  } finally {
    await life.stop();
  }
}

async function request(namespace: string, planExecution: JsonObject): Promise<void> {
  await patchInstance(world.client, namespace, "one", { spec: { planExecution } });
}

async function untilGone(namespace: string): Promise<void> {
  await until(
    "the instance is gone",
    () => readInstance(world.client, namespace, "one"),
    (view) => view === undefined,
  );
}

function ready(view: InstanceView | undefined): string {
  const condition = view?.conditions.find(({ type }) => type === "Ready");
  return `${condition?.status} ${condition?.reason}`;
}

async function value(namespace: string): Promise<unknown> {
  const found = await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "config" });
  return (found?.data as { value?: unknown } | undefined)?.value;
}
