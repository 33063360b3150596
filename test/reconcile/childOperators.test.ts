import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { asObject, type JsonObject, valueAt } from "../../src/object/json.ts";
import { annotationsOf, labelsOf } from "../../src/object/kubeObject.ts";
import { ANNOTATION_OWNER } from "../../src/object/ownership.ts";
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
import { configMapText, deploymentText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

const world = reconcileWorld();
const lives: Life[] = [];

afterEach(async () => {
  await Promise.all(lives.splice(0).map((life) => life.stop()));
});

/** A KudoOperator task. */
function child(
  operator: string,
  version = "1.0.0",
  more: Readonly<Record<string, unknown>> = {},
): { readonly kind: string; readonly spec: Readonly<Record<string, unknown>> } {
  return { kind: "KudoOperator", spec: { package: operator, operatorVersion: version, ...more } };
}

/** An operator with one ConfigMap that shows its parameter SIZE. */
function leaf(name: string, more: Partial<SmallOperator> = {}): SmallOperator {
  return {
    name,
    parameters: [
      { name: "SIZE", default: "1" },
      { name: "EXTRA", default: "none" },
    ],
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: {
      "app.yaml": configMapText(
        "{{ .Name }}",
        "{{ .OperatorVersion }} {{ .Params.SIZE }} {{ .Params.EXTRA }}",
      ),
    },
    ...more,
  };
}

/** An operator whose plan is to make children, one step each. */
function parent(tasks: SmallOperator["tasks"], more: Partial<SmallOperator> = {}): SmallOperator {
  return { name: "top", tasks, plans: { deploy: Object.keys(tasks).map((task) => [task]) }, ...more };
}

/** Publishes the operators in order, and makes an instance `top` of the last one. */
async function install(...operators: readonly SmallOperator[]): Promise<{ namespace: string; life: Life }> {
  const namespace = await world.namespace("child");
  let version = "";
  for (const operator of operators) version = await publish(world.client, namespace, operatorFiles(operator));
  // One worker: a parent that waits for its children must not keep them from running.
  const life = await live(world, namespace, { workers: 1 });
  lives.push(life);
  await createInstance(world.client, { namespace, name: "top" }, version);
  return { namespace, life };
}

async function contentOf(namespace: string, name: string): Promise<string | undefined> {
  const object = await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  return asObject(object?.data).value as string | undefined;
}

async function untilFailed(namespace: string, name: string, plan = "deploy"): Promise<string> {
  const view = await until(
    `plan ${plan} of ${name} fails`,
    () => readInstance(world.client, namespace, name),
    (found) => found?.planStatus[plan]?.status === "FATAL_ERROR",
  );
  return JSON.stringify(view?.planStatus[plan]);
}

describe("what is made (3.5)", () => {
  test("two children, one of them with a child of its own, and what they carry", async () => {
    const { namespace } = await install(
      leaf("base"),
      parent(
        { below: child("base", "1.0.0", { parameterFile: "base.yaml" }) },
        {
          name: "middle",
          parameters: [{ name: "SIZE", default: "2" }],
          templates: {
            "base.yaml": 'SIZE: "{{ .Params.SIZE }}"\nEXTRA: "{{ .Name }} {{ .OperatorName }}"\n',
          },
        },
      ),
      leaf("cache"),
      parent(
        {
          middle: child("middle", "1.0.0", { parameterFile: "middle.yaml" }),
          cache: child("cache", "1.0.0", { instanceName: "fast" }),
          own: ["own.yaml"],
        },
        {
          parameters: [{ name: "SIZE", default: "7" }],
          templates: {
            "middle.yaml": "SIZE: {{ .Params.SIZE }}\n",
            "own.yaml": configMapText("{{ .Name }}", "own"),
          },
        },
      ),
    );
    await untilComplete(world.client, namespace, "top", "deploy");
    expect(await contentOf(namespace, "top-middle-base")).toBe("1.0.0 7 top-middle middle");
    expect(await contentOf(namespace, "fast")).toBe("1.0.0 1 none");
    expect(await contentOf(namespace, "top")).toBe("own");

    const top = await world.client.get(instanceRef(namespace, "top"));
    const middle = await world.client.get(instanceRef(namespace, "top-middle"));
    expect(labelsOf(middle ?? { apiVersion: "", kind: "", metadata: {} })).toEqual({
      heritage: "kudo",
      "kudo.dev/operator": "middle",
    });
    expect(middle?.metadata.ownerReferences).toEqual([
      {
        apiVersion: "kudo.dev/v1beta1",
        kind: "Instance",
        name: "top",
        uid: top?.metadata.uid,
        controller: false,
        blockOwnerDeletion: false,
      },
    ]);
    expect(valueAt(middle, "spec")).toEqual({
      operatorVersion: { name: "middle-1.0.0" },
      parameters: { SIZE: "7" },
    });
    expect(middle && annotationsOf(middle)[ANNOTATION_OWNER]).toBe(`${namespace}/top/${top?.metadata.uid}`);
  });

  test("while a child is on its way the parent waits, and says for what", async () => {
    const { namespace } = await install(
      leaf("slow", { templates: { "app.yaml": deploymentText("{{ .Name }}", "1", "hang") } }),
      parent(
        { slow: child("slow"), after: ["own.yaml"] },
        { templates: { "own.yaml": configMapText("own") } },
      ),
    );
    const view = await until(
      "the wait is told",
      () => readInstance(world.client, namespace, "top"),
      (found) =>
        JSON.stringify(found?.planStatus.deploy ?? "").includes("top-slow: plan deploy, step main/step-1"),
    );
    expect(view?.planStatus.deploy?.status).toBe("IN_PROGRESS");
    expect(await contentOf(namespace, "own")).toBeUndefined();
  });
});

describe("what changes", () => {
  test("another value goes to the child before the parent is done, and a dropped one goes back to the default", async () => {
    const templates = {
      "base.yaml": 'SIZE: "{{ .Params.SIZE }}"\n{{ if eq .Params.MORE "yes" }}EXTRA: given{{ end }}\n',
    };
    const parameters = [
      { name: "SIZE", default: "1" },
      { name: "MORE", default: "yes" },
    ];
    const tasks = { base: child("base", "1.0.0", { parameterFile: "base.yaml" }) };
    const { namespace } = await install(leaf("base"), parent(tasks, { parameters, templates }));
    const first = await untilComplete(world.client, namespace, "top", "deploy");
    expect(await contentOf(namespace, "top-base")).toBe("1.0.0 1 given");
    await patchInstance(world.client, namespace, "top", { spec: { parameters: { SIZE: "5", MORE: "no" } } });
    await untilComplete(world.client, namespace, "top", "deploy", differsFrom(first));
    expect(await contentOf(namespace, "top-base")).toBe("1.0.0 5 none");
    expect((await readInstance(world.client, namespace, "top-base"))?.parameters).toEqual({ SIZE: "5" });
  });

  test("an upgrade of the parent upgrades its child, and waits for it", async () => {
    const { namespace } = await install(leaf("base"), parent({ base: child("base") }));
    await untilComplete(world.client, namespace, "top", "deploy");
    const next = { version: "2.0.0" };
    const upgrade = { deploy: [["app"]], upgrade: [["app"]] };
    await publish(world.client, namespace, operatorFiles(leaf("base", { ...next, plans: upgrade })));
    const top = parent(
      { base: child("base", "2.0.0") },
      { ...next, plans: { deploy: [["base"]], upgrade: [["base"]] } },
    );
    const version = await publish(world.client, namespace, operatorFiles(top));
    await patchInstance(world.client, namespace, "top", { spec: { operatorVersion: { name: version } } });
    await untilComplete(world.client, namespace, "top", "upgrade");
    expect(await contentOf(namespace, "top-base")).toBe("2.0.0 1 none");
    const below = await readInstance(world.client, namespace, "top-base");
    expect(below?.planStatus.upgrade?.status).toBe("COMPLETE");
  });

  test("an OperatorVersion that changes under the same name is the child's own affair", async () => {
    const { namespace } = await install(leaf("base"), parent({ base: child("base") }));
    const first = await untilComplete(world.client, namespace, "top", "deploy");
    const changed = leaf("base", { templates: { "app.yaml": configMapText("{{ .Name }}", "changed") } });
    await publish(world.client, namespace, operatorFiles(changed));
    await until(
      "the child has it",
      () => contentOf(namespace, "top-base"),
      (value) => value === "changed",
    );
    const top = await readInstance(world.client, namespace, "top");
    expect(top?.planStatus.deploy?.uid).toBe(first.planStatus.deploy?.uid);
  });
});

describe("what others do", () => {
  test("to a value that the parent gives is drift of the parent, and taken back by its next plan", async () => {
    const tasks = { base: child("base", "1.0.0", { parameterFile: "base.yaml" }) };
    const { namespace, life } = await install(
      leaf("base"),
      parent(tasks, { templates: { "base.yaml": 'SIZE: "3"' } }),
    );
    const first = await untilComplete(world.client, namespace, "top", "deploy");
    await patchInstance(world.client, namespace, "top-base", {
      spec: { parameters: { SIZE: "9", EXTRA: "mine" } },
    });
    const report = await until(
      "the drift is found",
      () => life.side.drift.report({ namespace, name: "top" }),
      ({ objects }) => objects.length > 0,
    );
    expect(report.objects).toMatchObject([
      { kind: "Instance", name: "top-base", fields: [{ pointer: "/spec/parameters/SIZE", live: "9" }] },
    ]);
    await until(
      "the child has followed",
      () => contentOf(namespace, "top-base"),
      (content) => content === "1.0.0 9 mine",
    );
    const request = { planName: "deploy", uid: "again" };
    await patchInstance(world.client, namespace, "top", { spec: { planExecution: request } });
    await untilComplete(world.client, namespace, "top", "deploy", differsFrom(first));
    expect(await contentOf(namespace, "top-base")).toBe("1.0.0 3 mine");
  });

  test("an instance of the same operator that was there before is adopted, and outlives the parent", async () => {
    const namespace = await world.namespace("child");
    const version = await publish(world.client, namespace, operatorFiles(leaf("base")));
    await createInstance(world.client, { namespace, name: "top-base" }, version, { EXTRA: "old" });
    const top = await publish(world.client, namespace, operatorFiles(parent({ base: child("base") })));
    lives.push(await live(world, namespace));
    await untilComplete(world.client, namespace, "top-base", "deploy");
    await createInstance(world.client, { namespace, name: "top" }, top);
    await untilComplete(world.client, namespace, "top", "deploy");
    await world.client.delete(instanceRef(namespace, "top"));
    await until(
      "the parent is gone",
      () => readInstance(world.client, namespace, "top"),
      (found) => !found,
    );
    const left = await readInstance(world.client, namespace, "top-base");
    expect([left?.deleting, left?.parameters.EXTRA]).toEqual([false, "old"]);
  });

  test("a deleted child is made again by the parent's next plan", async () => {
    const { namespace } = await install(leaf("base"), parent({ base: child("base") }));
    const first = await untilComplete(world.client, namespace, "top", "deploy");
    const before = await readInstance(world.client, namespace, "top-base");
    await world.client.delete(instanceRef(namespace, "top-base"));
    await patchInstance(world.client, namespace, "top", {
      spec: { planExecution: { planName: "deploy", uid: "again" } },
    });
    await untilComplete(world.client, namespace, "top", "deploy", differsFrom(first));
    const after = await readInstance(world.client, namespace, "top-base");
    expect([after?.planStatus.deploy?.status, after?.uid === before?.uid]).toEqual(["COMPLETE", false]);
  });
});

describe("what it costs", () => {
  test.concurrent.for([
    ["at rest", { app: ["app.yaml"] }, "COMPLETE"],
    ["while a child waits", { app: { kind: "Dummy", spec: {} } }, "IN_PROGRESS"],
  ] as const)("%s no request is sent", async ([, tasks, status]) => {
    const namespace = await world.namespace("child");
    await publish(world.client, namespace, operatorFiles(leaf("base", { tasks })));
    const version = await publish(world.client, namespace, operatorFiles(parent({ base: child("base") })));
    const { client, sent } = counting(world.client);
    const life = await live(world, namespace, { client });
    await createInstance(world.client, { namespace, name: "top" }, version);
    await until(
      `the parent is ${status}`,
      () => readInstance(world.client, namespace, "top"),
      (found) => found?.planStatus.deploy?.status === status,
    );
    await delay(1_200); // statuses that say 'not yet' are written after a second
    sent.splice(0);
    await delay(2_200); // longer than a parent waits before it looks again
    expect(sent).toEqual([]);
    await life.stop();
  });
});

describe("what goes", () => {
  test("a deleted parent takes its children along, the last one first, each with its cleanup", async () => {
    const cleaned = leaf("base", {
      tasks: { app: ["app.yaml"], bye: ["bye.yaml"] },
      plans: { deploy: [["app"]], cleanup: [["bye"]] },
      templates: {
        "app.yaml": configMapText("{{ .Name }}", "x"),
        "bye.yaml": configMapText("{{ .Name }}-bye", "x"),
      },
    });
    const { namespace, life } = await install(
      cleaned,
      parent({ middle: child("base", "1.0.0", { instanceName: "a" }) }, { name: "middle" }),
      parent({ one: child("base", "1.0.0", { instanceName: "b" }), two: child("middle") }),
    );
    await untilComplete(world.client, namespace, "top", "deploy");
    await world.client.delete(instanceRef(namespace, "top"), { propagation: "Background" });
    await until(
      "the parent is gone",
      () => readInstance(world.client, namespace, "top"),
      (found) => !found,
    );
    const gone = life.events.flatMap((event) =>
      event.kind === "instanceRemoved" ? [event.instance.name] : [],
    );
    expect(gone).toEqual(["a", "top-middle", "b", "top"]);
    const finished = life.events.flatMap((event) =>
      event.kind === "planFinished" && event.plan === "cleanup" ? [event.instance.name] : [],
    );
    expect(finished).toEqual(["a", "b"]);
    for (const name of ["a", "b", "a-bye", "b-bye"]) expect(await contentOf(namespace, name)).toBeUndefined();
  });

  test("a child whose cleanup fails keeps its parent, which says so", async () => {
    const stuck = leaf("base", {
      tasks: { app: ["app.yaml"], bye: { kind: "Dummy", spec: { wantErr: true, fatal: true } } },
      plans: { deploy: [["app"]], cleanup: [["bye"]] },
    });
    const { namespace } = await install(stuck, parent({ base: child("base") }));
    await untilComplete(world.client, namespace, "top", "deploy");
    await world.client.delete(instanceRef(namespace, "top"));
    const deleting = await until(
      "the reason is told",
      async () =>
        (await readInstance(world.client, namespace, "top"))?.conditions.find(
          ({ type }) => type === "Deleting",
        )?.message ?? "",
      (message) => message.includes("cleanup plan failed"),
    );
    expect(deleting).toContain(`Instance/${namespace}/top-base: is being deleted: the cleanup plan failed: `);
    await patchInstance(world.client, namespace, "top-base", {
      metadata: { annotations: { "lockstep.dev/orphan": "true" } },
    });
    await until(
      "both are gone",
      () => readInstance(world.client, namespace, "top"),
      (found) => !found,
    );
  });

  test("a task that leaves the package leaves its child to a person's word", async () => {
    const { namespace, life } = await install(
      leaf("base"),
      parent({ base: child("base"), own: ["own.yaml"] }, { templates: { "own.yaml": configMapText("own") } }),
    );
    const first = await untilComplete(world.client, namespace, "top", "deploy");
    const without = parent({ own: ["own.yaml"] }, { templates: { "own.yaml": configMapText("own") } });
    await publish(world.client, namespace, operatorFiles(without));
    await untilComplete(world.client, namespace, "top", "deploy", differsFrom(first));
    const key = { namespace, name: "top" };
    const hold = await until(
      "the hold",
      () => life.side.reconciler.memory(key)?.hold,
      (found) => found !== undefined,
    );
    expect(hold?.reason).toBe(
      `Instance/${namespace}/top-base: it is an instance of its own, whose objects and data would go with it`,
    );
    await patchInstance(world.client, namespace, "top", {
      metadata: { annotations: { "lockstep.dev/confirmed": hold?.id ?? "" } },
    });
    await until(
      "the child goes",
      () => readInstance(world.client, namespace, "top-base"),
      (found) => !found,
    );
    expect(await contentOf(namespace, "top-base")).toBeUndefined();
    expect(await contentOf(namespace, "own")).toBe("");
  });

  test("deletion with orphaning leaves the child as an instance of its own", async () => {
    const { namespace } = await install(leaf("base"), parent({ base: child("base") }));
    await untilComplete(world.client, namespace, "top", "deploy");
    await world.client.delete(instanceRef(namespace, "top"), { propagation: "Orphan" });
    await until(
      "the parent is gone",
      () => readInstance(world.client, namespace, "top"),
      (found) => !found,
    );
    const left = await world.client.get(instanceRef(namespace, "top-base"));
    expect([left?.metadata.deletionTimestamp, left && annotationsOf(left)[ANNOTATION_OWNER]]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await contentOf(namespace, "top-base")).toBe("1.0.0 1 none");
  });
});

describe("what fails", () => {
  test("a child whose plan fails ends the parent's plan with its message (KUDO takes it for done)", async () => {
    const failing = leaf("base", {
      tasks: { app: { kind: "Dummy", spec: { wantErr: true, fatal: true } } },
    });
    const { namespace } = await install(
      failing,
      parent({ base: child("base"), own: ["own.yaml"] }, { templates: { "own.yaml": configMapText("own") } }),
    );
    const status = await untilFailed(namespace, "top");
    expect(status).toContain(
      `Instance/${namespace}/top-base: plan 'deploy' failed: fatal error in deploy.main.step-1.app`,
    );
    expect(await contentOf(namespace, "own")).toBeUndefined();
  });

  test("a child that was mended lets the parent's next run through", async () => {
    const rows = {
      parameters: [{ name: "SIZE", default: "bad" }],
      templates: { "app.yaml": '{{ if eq .Params.SIZE "bad" }}{{ fail "no" }}{{ end }}' },
    };
    const tasks = { base: child("base", "1.0.0", { parameterFile: "base.yaml" }) };
    const { namespace } = await install(
      leaf("base", rows),
      parent(tasks, {
        parameters: [{ name: "SIZE", default: "bad" }],
        templates: { "base.yaml": "SIZE: {{ .Params.SIZE }}" },
      }),
    );
    expect(await untilFailed(namespace, "top")).toContain("no");
    await patchInstance(world.client, namespace, "top", { spec: { parameters: { SIZE: "good" } } });
    await untilComplete(world.client, namespace, "top", "deploy");
  });

  test.for([
    ["a value that the child may not have", "COUNT: many", "parameter COUNT: "],
    ["a value of nothing", "SIZE:", "parameter SIZE has no value (line 1"],
    ["a list", "- SIZE", "a parameter file is a mapping from names to values"],
    ["no YAML", "SIZE: [", "top/templates/base.yaml:"],
    ["the name of the plan, which there is none (5.1)", "SIZE: {{ .PlanName }}", "templates/base.yaml:1:"],
    ["a pipe, which there is none (5.1)", "SIZE: {{ .Pipes.x }}", "templates/base.yaml:1:"],
  ] as const)("a parameter file with %s", async ([, text, message]) => {
    const counted = leaf("base", {
      parameters: [
        { name: "SIZE", default: "1" },
        { name: "EXTRA", default: "" },
        { name: "COUNT", type: "integer", default: 1 },
      ],
    });
    const { namespace } = await install(
      counted,
      parent(
        { base: child("base", "1.0.0", { parameterFile: "base.yaml" }) },
        { templates: { "base.yaml": text } },
      ),
    );
    expect(await untilFailed(namespace, "top")).toContain(message);
  });

  test.for([
    [
      "an OperatorVersion that is not there",
      [parent({ base: child("base") })],
      "DependencyMissing",
      "task 'base' of top-1.0.0: there is no OperatorVersion 'base-1.0.0' in namespace",
    ],
    [
      "one that a child needs, in no plan",
      [
        parent({ gone: child("gone") }, { name: "base", plans: { deploy: [] } }),
        parent({ base: child("base") }),
      ],
      "DependencyMissing",
      "task 'gone' of base-1.0.0: there is no OperatorVersion 'gone-1.0.0'",
    ],
    [
      "a circle",
      [parent({ up: child("top") }, { name: "base" }), parent({ base: child("base") })],
      "CircularDependency",
      "in a circle: top-1.0.0 -> base-1.0.0 -> top-1.0.0",
    ],
    ["itself", [parent({ self: child("top") })], "CircularDependency", "in a circle: top-1.0.0 -> top-1.0.0"],
  ] as const)("%s", async ([, operators, reason, message]) => {
    const { namespace, life } = await install(...operators);
    expect(await untilFailed(namespace, "top")).toContain(message);
    const told = await until(
      "the end is told",
      () => life.events.flatMap((event) => (event.kind === "planFinished" ? [event.reason] : [])),
      (reasons) => reasons.length > 0,
    );
    expect(told).toEqual([reason]);
    expect((await readInstance(world.client, namespace, "top-base"))?.name).toBeUndefined();
  });

  test.for([
    ["no operatorVersion", child("base", ""), "package 'base' is not resolved"],
    ["a path", child("./base"), "package './base' is not resolved"],
    ["no package", child(""), "needs a package"],
    [
      "the parent's own name",
      child("base", "1.0.0", { instanceName: "top" }),
      "the instance would be 'top' itself",
    ],
    ["no parameter file", child("base", "1.0.0", { parameterFile: "x.yaml" }), "has no template x.yaml"],
  ] as const)("a task with %s", async ([, task, message]) => {
    const namespace = await world.namespace("child");
    await publish(world.client, namespace, operatorFiles(leaf("base")));
    const version = await publishUnchecked(namespace, parent({ base: task }));
    lives.push(await live(world, namespace));
    await createInstance(world.client, { namespace, name: "top" }, version);
    expect(await untilFailed(namespace, "top")).toContain(message);
  });

  test("a name that an instance of another operator has", async () => {
    const namespace = await world.namespace("child");
    const other = await publish(world.client, namespace, operatorFiles(leaf("other")));
    await createInstance(world.client, { namespace, name: "top-base" }, other);
    await publish(world.client, namespace, operatorFiles(leaf("base")));
    const version = await publish(world.client, namespace, operatorFiles(parent({ base: child("base") })));
    lives.push(await live(world, namespace));
    await createInstance(world.client, { namespace, name: "top" }, version);
    expect(await untilFailed(namespace, "top")).toContain("it is there already and runs operator 'other'");
    expect((await readInstance(world.client, namespace, "top-base"))?.operatorVersion.name).toBe(
      "other-1.0.0",
    );
  });
});

test("a child that KUDO made is the parent's from the start", async () => {
  const namespace = await world.namespace("child");
  await publish(world.client, namespace, operatorFiles(leaf("base")));
  const version = await publish(world.client, namespace, operatorFiles(parent({ base: child("base") })));
  await createInstance(world.client, { namespace, name: "top" }, version);
  const uid = (await readInstance(world.client, namespace, "top"))?.uid ?? "";
  await world.client.create(
    {
      apiVersion: "kudo.dev/v1beta1",
      kind: "Instance",
      metadata: {
        namespace,
        name: "top-base",
        labels: { "kudo.dev/operator": "base" },
        ownerReferences: [{ apiVersion: "kudo.dev/v1beta1", kind: "Instance", name: "top", uid }],
      },
      spec: { operatorVersion: { name: "base-1.0.0" } },
    },
    { fieldManager: "manager" },
  );
  const life = await live(world, namespace);
  lives.push(life);
  await untilComplete(world.client, namespace, "top", "deploy");
  const index = life.side.reconciler.indexOf({ namespace, name: "top" });
  expect(index?.entries.map(({ ref, adopted }) => [ref.name, adopted])).toEqual([["top-base", false]]);
});

/** Notes each request but those of watches and discovery. */
function counting(client: ClusterClient): { readonly client: ClusterClient; readonly sent: string[] } {
  const sent: string[] = [];
  const wrapped = new Proxy(client, {
    get: (target, key: keyof ClusterClient) => {
      if (key === "watch" || key === "resource") return target[key];
      return (...args: readonly unknown[]) => {
        sent.push(key);
        return Reflect.apply(target[key], target, args);
      };
    },
  });
  return { client: wrapped, sent };
}

function differsFrom({ planStatus }: InstanceView): (uid: string) => boolean {
  return (uid) => uid !== planStatus.deploy?.uid;
}

/** As somebody writes it by hand: `package verify` would not let it through. */
async function publishUnchecked(namespace: string, operator: SmallOperator): Promise<string> {
  const { name = "", version = "1.0.0", tasks, plans, templates = {} } = operator;
  const phases = (steps: readonly (readonly string[])[]) => [
    {
      name: "main",
      strategy: "serial",
      steps: steps.map((names, at) => ({ name: `step-${at + 1}`, tasks: names })),
    },
  ];
  await world.client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "OperatorVersion",
    metadata: { namespace, name: `${name}-${version}` },
    spec: {
      operator: { name },
      version,
      templates,
      tasks: Object.entries(tasks).map(([task, made]) => ({ name: task, ...(made as JsonObject) })),
      plans: Object.fromEntries(
        Object.entries(plans).map(([plan, steps]) => [plan, { strategy: "serial", phases: phases(steps) }]),
      ),
    },
  });
  return `${name}-${version}`;
}
