import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { asObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { pipePodProblems } from "../../src/package/pipePod.ts";
import { parseObjects } from "../../src/yaml/parseObjects.ts";
import {
  createInstance,
  instanceRef,
  type Life,
  live,
  patchInstance,
  publish,
  readIndex,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { configMapText, deploymentText, operatorFiles, type SmallOperator } from "./smallOperator.ts";

/** What KUDO's users stumble over, and what we make of it, where no other file has it (docs/kudo.md). */
const world = reconcileWorld();

async function withInstance(
  prefix: string,
  operator: SmallOperator,
  act: (namespace: string, life: Life) => Promise<void>,
): Promise<void> {
  const namespace = await world.namespace(prefix);
  const version = await publish(world.client, namespace, operatorFiles(operator));
  await createInstance(world.client, { namespace, name: "one" }, version);
  const life = await live(world, namespace);
  try {
    await act(namespace, life);
  } finally {
    await life.stop();
  }
}

async function configMap(namespace: string, name: string) {
  return await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
}

async function failed(namespace: string) {
  return await until(
    "deploy has failed",
    () => readInstance(world.client, namespace, "one"),
    (view) => view?.planStatus.deploy?.status === "FATAL_ERROR",
  );
}

test.concurrent("§2.2 numbers inside arrays and maps are floats, and print as Go prints them", async () => {
  const template = configMapText(
    "numbers",
    "{{ range .Params.LIST }}{{ . }} {{ end }}{{ .Params.MAP }} {{ .Params.PLAIN }}",
  );
  const operator: SmallOperator = {
    parameters: [
      { name: "LIST", type: "array", default: [80, 1_000_000, 1.5] },
      { name: "MAP", type: "map", default: { a: { b: 1 } } },
      { name: "PLAIN", default: 1_000_000 },
    ],
    tasks: { config: ["config.yaml"] },
    plans: { deploy: [["config"]] },
    templates: { "config.yaml": template },
  };
  await withInstance("floats", operator, async (namespace) => {
    await untilComplete(world.client, namespace, "one", "deploy");
    expect(asObject((await configMap(namespace, "numbers"))?.data).value).toBe(
      "80 1e+06 1.5 map[a:map[b:1]] 1000000",
    );
  });
});

test.concurrent("§3.1 objects of a task are written by kind, whatever the order of files", async () => {
  const operator: SmallOperator = {
    tasks: { all: ["app.yaml", "config.yaml"] },
    plans: { deploy: [["all"]] },
    templates: { "app.yaml": deploymentText("app"), "config.yaml": configMapText("config") },
  };
  await withInstance("order", operator, async (namespace) => {
    await untilComplete(world.client, namespace, "one", "deploy");
    const index = await readIndex(world.client, namespace, "one");
    expect(index?.entries.map(({ ref }) => ref.kind)).toEqual(["ConfigMap", "Deployment"]);
  });
});

test.concurrent("§3.1 §5.4 a label that renders to true is fatal, and named", async () => {
  const operator: SmallOperator = {
    parameters: [{ name: "FLAG", default: true }],
    tasks: { config: ["config.yaml"] },
    plans: { deploy: [["config"]] },
    templates: {
      "config.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config, labels: { on: {{ .Params.FLAG }} } }\n",
    },
  };
  await withInstance("typed", operator, async (namespace) => {
    expect(JSON.stringify((await failed(namespace))?.planStatus.deploy)).toMatch(/metadata\.labels/);
  });
});

test.concurrent("§4.5 a plan that waits writes nothing, no timestamp either", async () => {
  const operator: SmallOperator = {
    tasks: { never: { kind: "Dummy", spec: { done: false } } },
    plans: { deploy: [["never"]] },
  };
  await withInstance("waits", operator, async (namespace) => {
    const read = () => world.client.get(instanceRef(namespace, "one"));
    const waiting = await until("the plan waits, and says so", read, (found) =>
      JSON.stringify(found?.status ?? {}).includes("never done"),
    );
    expect(JSON.stringify(waiting?.status)).toContain("lastUpdatedTimestamp");
    await delay(1_500); // KUDO would have looked, and written, once by now
    expect((await read())?.metadata.resourceVersion).toBe(waiting?.metadata.resourceVersion);
  });
});

test.concurrent("§4.6 a default that is no list ends the plan, with an Event; one that is a list mends it", async () => {
  const namespace = await world.namespace("default");
  const name = await publish(
    world.client,
    namespace,
    operatorFiles({
      parameters: [{ name: "LIST", type: "array", default: [1] }],
      tasks: { config: ["config.yaml"] },
      plans: { deploy: [["config"]] },
      templates: { "config.yaml": configMapText("config", "{{ range .Params.LIST }}{{ . }}{{ end }}") },
    }),
  );
  const ref = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion", namespace, name };
  const withDefault = (text: string) =>
    world.client.patch(
      ref,
      "merge",
      { spec: { parameters: [{ name: "LIST", required: true, "value-type": "array", default: text }] } },
      { fieldManager: "publisher" },
    );
  await withDefault("'[ 80 ]'\n"); // quoted twice, as a package's own text becomes
  await createInstance(world.client, { namespace, name: "one" }, name);
  const life = await live(world, namespace);
  try {
    expect(JSON.stringify((await failed(namespace))?.planStatus.deploy)).toContain("LIST");
    const ended = await until(
      "the end is told",
      () => life.events.find((event) => event.kind === "planFinished"),
      (event) => event !== undefined,
    );
    expect(ended).toMatchObject({ status: "FATAL_ERROR", reason: "InvalidParams" });
    await withDefault("[ 80 ]");
    await untilComplete(world.client, namespace, "one", "deploy");
    expect(asObject((await configMap(namespace, "config"))?.data).value).toBe("80");
  } finally {
    await life.stop();
  }
});

test.concurrent.for([
  ["§4.7 a cleanup plan that an upgrade brings runs", ["deploy"], ["deploy", "cleanup"], ["cleanup"]],
  [
    "§4.7 a cleanup plan that an upgrade takes away does not hold up the deletion",
    ["deploy", "cleanup"],
    ["deploy"],
    [],
  ],
] as const)("%s", async ([, before, after, ran]) => {
  const made = (version: string, plans: readonly string[]): SmallOperator => ({
    version,
    tasks: { config: ["config.yaml"] },
    plans: Object.fromEntries(plans.map((plan) => [plan, [["config"]]])),
    templates: { "config.yaml": configMapText("config", "{{ .OperatorVersion }}") },
  });
  await withInstance("farewell", made("1.0.0", before), async (namespace, { events }) => {
    const first = await untilComplete(world.client, namespace, "one", "deploy");
    const next = await publish(world.client, namespace, operatorFiles(made("1.1.0", after)));
    await patchInstance(world.client, namespace, "one", { spec: { operatorVersion: { name: next } } });
    await untilComplete(
      world.client,
      namespace,
      "one",
      "deploy",
      (uid) => uid !== first.planStatus.deploy?.uid,
    );
    await world.client.delete(instanceRef(namespace, "one"));
    await until(
      "the instance is gone",
      () => world.client.get(instanceRef(namespace, "one")),
      (found) => found === undefined,
    );
    const plans = events.flatMap((event) => (event.kind === "planStarted" ? [event.plan] : []));
    expect(plans.filter((plan) => plan === "cleanup")).toEqual(ran);
  });
});

test.concurrent("§7.1 a Deployment past its deadline leaves the plan waiting, and it goes on once that is mended", async () => {
  const app = deploymentText("app", "1", "{{ .Params.PODS }}");
  const operator: SmallOperator = {
    parameters: [{ name: "PODS", default: "crash-loop" }],
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: { "app.yaml": app.replace("spec:\n", "spec:\n  progressDeadlineSeconds: 1\n") },
  };
  await withInstance("deadline", operator, async (namespace) => {
    const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "app" };
    await until(
      "the deadline is over",
      async () => JSON.stringify((await world.client.get(ref))?.status ?? {}),
      (status) => status.includes("ProgressDeadlineExceeded"),
    );
    await until(
      "the plan waits, and says for what",
      () => readInstance(world.client, namespace, "one"),
      (view) =>
        view?.planStatus.deploy?.status === "IN_PROGRESS" &&
        JSON.stringify(view.planStatus.deploy).includes("CrashLoopBackOff"),
    );
    await patchInstance(world.client, namespace, "one", { spec: { parameters: { PODS: "ready" } } });
    await untilComplete(world.client, namespace, "one", "deploy");
  });
});

test("§3.4 a piped file directly below the mount may not begin with a dot", () => {
  const pod: KubeObject = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "maker" } },
    spec: {
      volumes: [{ name: "out", emptyDir: {} }],
      initContainers: [{ name: "a", image: "a", volumeMounts: [{ name: "out", mountPath: "/out" }] }],
    },
  };
  const problems = (file: string) => pipePodProblems(pod, [{ file, kind: "Secret", key: "a" }]);
  expect([problems("/out/a.crt"), problems("/out/b/.hidden")]).toEqual([[], []]);
  expect(problems("/out/.hidden")).toEqual([expect.stringContaining("may begin with a dot")]);
});

test("§5.4 a line that begins with three dashes splits a text, whatever follows; an indented one does not", () => {
  const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  key: |\n";
  const inside = parseObjects(`${head}    ---\n    -----BEGIN\n`);
  expect([inside.objects.length, inside.issues]).toEqual([1, []]);
  const cut = parseObjects(`${head}-----BEGIN CERTIFICATE-----\n    abc\n`);
  expect(cut.objects.map(({ object }) => asObject(object.data).key)).toEqual([""]);
  expect(cut.issues).not.toEqual([]);
});
