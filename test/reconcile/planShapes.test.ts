import { expect, test } from "vitest";
import { valueAt } from "../../src/object/json.ts";
import { loadPackage } from "../../src/package/loadPackage.ts";
import { toOperatorVersion } from "../../src/package/operatorVersion.ts";
import type { PlanStatus } from "../../src/plan/planStatus.ts";
import { memoryTree } from "../source/memoryTree.ts";
import {
  createInstance,
  type Files,
  live,
  patchInstance,
  publish,
  readInstance,
  reconcileWorld,
  until,
  untilComplete,
} from "./reconcileWorld.ts";
import { configMapText, deploymentText, operatorFiles } from "./smallOperator.ts";

const world = reconcileWorld();

interface Step {
  readonly name: string;
  readonly tasks: readonly string[];
}
interface Phase {
  readonly name: string;
  readonly strategy?: string;
  readonly steps: readonly Step[];
}

const DONE = { name: "done", kind: "Dummy", spec: { done: true } };
const NEVER = { name: "never", kind: "Dummy", spec: {} };
const FATAL = { name: "fatal", kind: "Dummy", spec: { wantErr: true, fatal: true } };
const ERROR = { name: "error", kind: "Dummy", spec: { wantErr: true } };
const A = { name: "a", kind: "Apply", spec: { resources: ["a.yaml"] } };
const B = { name: "b", kind: "Apply", spec: { resources: ["b.yaml"] } };
/** A second task `a`: the first definition wins. */
const SECOND_A = { name: "a", kind: "Apply", spec: { resources: ["b.yaml"] } };

const step = (name: string, ...tasks: readonly string[]): Step => ({ name, tasks });
const phase = (name: string, steps: readonly Step[], strategy = "serial"): Phase => ({
  name,
  strategy,
  steps,
});

/** A package whose plan `deploy` is this one; JSON is YAML. */
function filesOf(strategy: string, phases: readonly Phase[], tasks: readonly object[]): Files {
  const operator = {
    name: "web",
    operatorVersion: "1.0.0",
    kubernetesVersion: "1.20.0",
    tasks,
    plans: { deploy: { strategy, phases } },
  };
  return {
    "operator.yaml": JSON.stringify(operator),
    "params.yaml": "parameters: []\n",
    "templates/a.yaml": configMapText("a"),
    "templates/b.yaml": configMapText("b"),
  };
}

const TASKS = [DONE, NEVER, FATAL, ERROR, A, B];
test.concurrent.for<
  readonly [string, string, readonly Phase[], string, readonly string[], (readonly object[])?]
>([
  ["§4.2 an empty plan completes at once", "serial", [], "COMPLETE", []],
  ["§4.2 an empty phase completes at once", "serial", [phase("p", [])], "COMPLETE p=COMPLETE[]", []],
  [
    "§4.2 an empty step completes at once",
    "serial",
    [phase("p", [step("s")])],
    "COMPLETE p=COMPLETE[s=COMPLETE]",
    [],
  ],
  [
    "§4.2 a plan that does nothing",
    "serial",
    [phase("p", [step("s", "done")])],
    "COMPLETE p=COMPLETE[s=COMPLETE]",
    [],
  ],
  [
    "§4.2 empty ones hold nothing up",
    "serial",
    [phase("e", []), phase("p", [step("e"), step("s", "a")])],
    "COMPLETE e=COMPLETE[] p=COMPLETE[e=COMPLETE s=COMPLETE]",
    ["a"],
  ],
  [
    "§4.2 steps of one name share a status: the later one is skipped",
    "serial",
    [phase("p", [step("s", "a"), step("s", "b")])],
    "COMPLETE p=COMPLETE[s=COMPLETE s=COMPLETE]",
    ["a"],
  ],
  [
    "§4.2 duplicate task names: the first definition wins",
    "serial",
    [phase("p", [step("s", "a")])],
    "COMPLETE p=COMPLETE[s=COMPLETE]",
    ["a"],
    [A, SECOND_A],
  ],
  [
    "§4.2 a task listed twice is one",
    "serial",
    [phase("p", [step("s", "a", "a")])],
    "COMPLETE p=COMPLETE[s=COMPLETE]",
    ["a"],
  ],
  [
    "§4.2 every task of a step runs, though one is not done",
    "serial",
    [phase("p", [step("s", "never", "a")])],
    "IN_PROGRESS p=IN_PROGRESS[s=IN_PROGRESS]",
    ["a"],
  ],
  [
    "§4.2 serial steps wait",
    "serial",
    [phase("p", [step("s", "never"), step("t", "a")])],
    "IN_PROGRESS p=IN_PROGRESS[s=IN_PROGRESS t=PENDING]",
    [],
  ],
  [
    "§4.2 other steps do not",
    "serial",
    [phase("p", [step("s", "never"), step("t", "a")], "parallel")],
    "IN_PROGRESS p=IN_PROGRESS[s=IN_PROGRESS t=COMPLETE]",
    ["a"],
  ],
  [
    "§4.2 a misspelt strategy does not wait",
    "Serial",
    [phase("p", [step("s", "never")]), phase("q", [step("t", "a")])],
    "IN_PROGRESS p=IN_PROGRESS[s=IN_PROGRESS] q=COMPLETE[t=COMPLETE]",
    ["a"],
  ],
  [
    "§4.2 serial phases wait",
    "serial",
    [phase("p", [step("s", "never")]), phase("q", [step("t", "a")])],
    "IN_PROGRESS p=IN_PROGRESS[s=IN_PROGRESS] q=PENDING[t=PENDING]",
    [],
  ],
  [
    "§4.2 a transient error does not stop other steps",
    "serial",
    [phase("p", [step("s", "error"), step("t", "a")], "")],
    "IN_PROGRESS p=IN_PROGRESS[s=ERROR t=COMPLETE]",
    ["a"],
  ],
  [
    "§4.2 a fatal error ends the plan; the others keep what they had",
    "parallel",
    [phase("p", [step("s", "fatal"), step("t", "a")], "parallel"), phase("q", [step("u", "b")])],
    "FATAL_ERROR p=FATAL_ERROR[s=FATAL_ERROR t=PENDING] q=PENDING[u=PENDING]",
    [],
  ],
  [
    "§4.6 a task that is not defined is fatal",
    "serial",
    [phase("p", [step("s", "absent")])],
    "FATAL_ERROR p=FATAL_ERROR[s=FATAL_ERROR]",
    [],
  ],
])("%s", async ([, strategy, phases, expected, written, tasks = TASKS]) => {
  const namespace = await world.namespace("shapes");
  const { loaded } = await loadPackage(memoryTree(filesOf(strategy, phases, tasks)), "");
  if (!loaded) throw new Error("the package of the test loads");
  await world.client.apply(toOperatorVersion(loaded.pkg, namespace), { fieldManager: "publisher" });
  const life = await live(world, namespace);
  try {
    await createInstance(world.client, { namespace, name: "one" }, "web-1.0.0");
    await until(
      "the plan is so",
      async () => outline((await readInstance(world.client, namespace, "one"))?.planStatus.deploy),
      (found) => found === expected,
    );
    const { items } = await world.client.list({ apiVersion: "v1", kind: "ConfigMap" }, { namespace });
    const names = items.map(({ metadata }) => metadata.name).filter((name) => name !== "kube-root-ca.crt");
    expect(names).toEqual(written);
  } finally {
    await life.stop();
  }
});

test("§6.4 the hash of a Secret's texts is the same whether it is rendered beside its pods or before them", async () => {
  const namespace = await world.namespace("shapes");
  const name = await publish(
    world.client,
    namespace,
    operatorFiles({
      parameters: [{ name: "REPLICAS", default: "1", trigger: "scale" }],
      tasks: { secret: ["secret.yaml"], app: ["app.yaml"] },
      plans: { deploy: [["secret", "app"]], scale: [["app"]] },
      templates: {
        "secret.yaml":
          "apiVersion: v1\nkind: Secret\nmetadata: { name: login }\nstringData: { user: root }\ndata: { raw: eA== }\n",
        "app.yaml": deploymentText("app", "{{ .Params.REPLICAS }}").replace(
          "containers:",
          "volumes: [{ name: v, secret: { secretName: login } }], containers:",
        ),
      },
    }),
  );
  const hash = async (): Promise<unknown> =>
    valueAt(
      await world.client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "app" }),
      ...["spec", "template", "metadata", "annotations", "kudo.dev/dependencies-hash"],
    );
  const life = await live(world, namespace);
  try {
    await createInstance(world.client, { namespace, name: "one" }, name);
    await untilComplete(world.client, namespace, "one", "deploy");
    const first = await hash();
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    await patchInstance(world.client, namespace, "one", { spec: { parameters: { REPLICAS: "2" } } });
    await untilComplete(world.client, namespace, "one", "scale");
    expect(await hash()).toBe(first);
  } finally {
    await life.stop();
  }
});

function outline(plan: PlanStatus | undefined): string {
  const phases = plan?.phases.map(
    ({ name, status, steps }) => `${name}=${status}[${steps.map((s) => `${s.name}=${s.status}`).join(" ")}]`,
  );
  return [plan?.status, ...(phases ?? [])].join(" ");
}
