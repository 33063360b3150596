import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/object/json.ts";
import { createInstance, instanceRef, patchInstance, readInstance } from "../../reconcile/reconcileWorld.ts";
import { configMapText, jobText, type SmallOperator } from "../../reconcile/smallOperator.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, until, untilPlan } = service;

/** Each plan writes its name into a ConfigMap, so that one sees which ran. */
const OPERATOR: SmallOperator = {
  parameters: [
    { name: "SIZE", default: "1" },
    { name: "BACKUP", default: "no", trigger: "backup" },
    { name: "RESTORE", default: "no", trigger: "restore" },
    { name: "STORAGE", default: "1Gi", immutable: true },
    { name: "CACHE", type: "boolean", default: true },
  ],
  tasks: {
    mark: ["mark.yaml"],
    cache: { kind: "Toggle", spec: { parameter: "CACHE", resources: ["cache.yaml"] } },
    clear: { kind: "Delete", spec: { resources: ["job.yaml"] } },
    job: ["job.yaml"],
  },
  plans: { deploy: [["mark", "cache"]], backup: [["clear"], ["job"]], restore: [["mark"]] },
  templates: {
    "mark.yaml": configMapText(
      "mark",
      "{{ .PlanName }} {{ .OperatorVersion }} {{ .Params.SIZE }} {{ .Params.STORAGE }}",
    ),
    "cache.yaml": configMapText("cache"),
    "job.yaml": jobText("backup"),
  },
};
const withPlans = (...plans: readonly string[]): SmallOperator => ({
  ...OPERATOR,
  plans: { ...OPERATOR.plans, ...Object.fromEntries(plans.map((plan) => [plan, [["mark", "cache"]]])) },
});

test.concurrent("§2.4 a parameter with a trigger runs that plan and no other", async () => {
  const namespace = await deployed(withPlans("update"));
  await setParameters(namespace, { SIZE: "2", BACKUP: "yes" });
  await untilPlan(namespace, "one", "backup");
  const { planStatus } = await read(namespace);
  expect([planStatus.update?.status, planStatus.restore?.status]).toEqual(["NEVER_RUN", "NEVER_RUN"]);
  expect(await mark(namespace)).toBe("deploy 1.0.0 1 1Gi");
  for (const reason of ["PlanStarted", "PlanFinished"])
    await until(`an Event ${reason}`, async () => (await service.reasons(namespace, "one")).includes(reason));
});

test.concurrent.for([
  ["§2.4 without a trigger a change runs update", withPlans("update"), "update"],
  ["§2.4 without update it runs deploy", OPERATOR, "deploy"],
] as const)("%s", async ([, operator, plan]) => {
  const namespace = await deployed(operator);
  const before = (await read(namespace)).planStatus[plan]?.uid;
  await setParameters(namespace, { SIZE: "2" });
  await untilPlan(namespace, "one", plan, { before });
  expect(await mark(namespace)).toBe(`${plan} 1.0.0 2 1Gi`);
});

test.concurrent.for([
  ["§4.3 an upgrade runs upgrade", withPlans("upgrade", "update"), "upgrade"],
  ["§4.3 without upgrade it runs update", withPlans("update"), "update"],
  ["§4.3 without both it runs deploy", OPERATOR, "deploy"],
] as const)("%s", async ([, operator, plan]) => {
  const namespace = await deployed(OPERATOR);
  const before = (await read(namespace)).planStatus[plan]?.uid;
  const name = await service.publish(namespace, { ...operator, version: "1.1.0" });
  await patchInstance(client, namespace, "one", {
    spec: { operatorVersion: { name }, parameters: { SIZE: "3" } },
  });
  await untilPlan(namespace, "one", plan, { before });
  expect(await mark(namespace)).toBe(`${plan} 1.1.0 3 1Gi`);
});

test.concurrent.for<readonly [string, Readonly<Record<string, string>>, RegExp]>([
  ["§4.8-2 an immutable parameter", { STORAGE: "2Gi" }, /parameter STORAGE: it is immutable/],
  [
    "§4.8-2 an unknown parameter",
    { SIZES: "2" },
    /parameter SIZES: .* does not have it; did you mean "SIZE"/,
  ],
  ["§4.8-2 two triggers at once", { BACKUP: "yes", RESTORE: "yes" }, /'backup' and 'restore'/],
])("%s is not acted on; putting it right clears it", async ([, change, why]) => {
  const namespace = await deployed(OPERATOR);
  const { uid } = (await read(namespace)).planStatus.deploy ?? {};
  await setParameters(namespace, change);
  const told = await until("the condition Illegal", async () => {
    const { conditions } = await read(namespace);
    return conditions.find(({ type }) => type === "Illegal");
  });
  expect(told).toMatchObject({ status: "True", reason: "IllegalChange" });
  expect(told.message).toMatch(why);
  await until("its Event", async () => (await service.reasons(namespace, "one")).includes("IllegalChange"));
  // A plan by hand runs with what was accepted.
  const asked = randomUUID();
  await request(namespace, "restore", asked);
  await untilPlan(namespace, "one", "restore");
  expect(await mark(namespace)).toBe("restore 1.0.0 1 1Gi");
  await setParameters(namespace, Object.fromEntries(Object.keys(change).map((name) => [name, null])));
  await until("the condition to go", async () =>
    (await read(namespace)).conditions.every(({ type }) => type !== "Illegal"),
  );
  const { planStatus } = await read(namespace);
  expect([planStatus.deploy?.uid, planStatus.restore?.uid]).toEqual([uid, asked]);
});

test.concurrent("§3.3 a Toggle is on, off, and on again", async () => {
  const namespace = await deployed(OPERATOR);
  const first = await uidOf(namespace, "ConfigMap", "cache");
  expect(first).toBeDefined();
  for (const [value, isThere] of [
    ["false", false],
    ["1", true],
  ] as const) {
    const before = (await read(namespace)).planStatus.deploy?.uid;
    await setParameters(namespace, { CACHE: value });
    await untilPlan(namespace, "one", "deploy", { before });
    expect((await uidOf(namespace, "ConfigMap", "cache")) !== undefined).toBe(isThere);
  }
  expect(await uidOf(namespace, "ConfigMap", "cache")).not.toBe(first);
});

test.concurrent("§4.8 a plan by hand, twice: Delete and Apply make the Job anew", async () => {
  const namespace = await deployed(OPERATOR);
  const jobs: unknown[] = [];
  for (const uid of [randomUUID(), randomUUID()]) {
    await request(namespace, "backup", uid);
    const status = await until("that run", async () => {
      const found = (await read(namespace)).planStatus.backup;
      return found?.uid === uid && found.status === "COMPLETE" ? found : undefined;
    });
    expect(Date.parse(status.lastUpdatedTimestamp ?? "")).not.toBeNaN();
    expect((await read(namespace)).request).toBeUndefined();
    jobs.push(await uidOf(namespace, "Job", "backup"));
  }
  expect(new Set(jobs).size).toBe(2);
});

test.concurrent("§4.7 the cleanup plan runs before the objects go, and KUDO's finalizer goes with ours", async () => {
  const namespace = await deployed({
    ...OPERATOR,
    tasks: { ...OPERATOR.tasks, farewell: ["farewell.yaml"] },
    plans: { ...OPERATOR.plans, cleanup: [["farewell"]] },
    templates: { ...OPERATOR.templates, "farewell.yaml": jobText("farewell") },
  });
  await patchInstance(client, namespace, "one", {
    metadata: { finalizers: [...(await read(namespace)).finalizers, "kudo.dev.instance.cleanup"] },
  });
  await service.kubectl("-n", namespace, "delete", "instance.kudo.dev", "one", "--timeout=40s");
  await until("the Event of the cleanup plan", async () => {
    const { items } = await client.list({ apiVersion: "v1", kind: "Event" }, { namespace });
    return items.some(({ message }) => String(message).startsWith("plan 'cleanup' is COMPLETE"));
  });
  for (const kind of ["ConfigMap", "Job"] as const)
    expect(await uidOf(namespace, kind, kind === "Job" ? "farewell" : "mark")).toBeUndefined();
});

test.concurrent.for<readonly [string, string, string, RegExp]>([
  ["§4.6 a template error", "{{ .Params.NOPE }}", "TaskRenderingError", /mark\.yaml.*NOPE/s],
  ["§4.6 text that is no object", "a: [", "ResourceUnmarshalError", /mark\.yaml/],
  [
    "§3.1 an unknown kind",
    "apiVersion: nope.example.com/v1\nkind: Nope\nmetadata: { name: nope }\n",
    "TaskEnhancementError",
    /nope\.example\.com/,
  ],
  [
    "§7.2 a Job with backoffLimit 0 that fails",
    job("backoffLimit: 0", "Failed"),
    "FailedTerminalStateError",
    /BackoffLimitExceeded|backoff limit/,
  ],
  [
    "§7.2 a Job beyond its activeDeadlineSeconds",
    job("activeDeadlineSeconds: 1", "Hang"),
    "FailedTerminalStateError",
    /DeadlineExceeded|deadline/,
  ],
])("%s ends the plan, and the Event says why", async ([, template, reason, why]) => {
  const namespace = await service.namespace("fatal");
  const name = await service.publish(namespace, {
    ...OPERATOR,
    templates: { ...OPERATOR.templates, "mark.yaml": template },
  });
  await createInstance(client, { namespace, name: "one" }, name);
  const status = await untilPlan(namespace, "one", "deploy", { status: "FATAL_ERROR" });
  const [step] = status.phases[0]?.steps ?? [];
  expect(step).toMatchObject({ status: "FATAL_ERROR" });
  expect(step?.message).toContain(`fatal error in deploy.main.step-1.mark of ${namespace}/one: `);
  expect(step?.message).toMatch(why);
  await until(`the Event ${reason}`, async () => (await service.reasons(namespace, "one")).includes(reason));
  expect(await service.reasons(namespace, "one")).not.toContain("PlanFinished");
  expect((await read(namespace)).conditions).toMatchObject([
    { type: "Ready", status: "Unknown", reason: "PlanInFatalError" },
  ]);
});

function job(spec: string, trouble: string): string {
  return `apiVersion: batch/v1
kind: Job
metadata: { name: doomed }
spec:
  ${spec}
  template:
    metadata: { annotations: { test.lockstep.dev/trouble: ${trouble} } }
    spec: { restartPolicy: Never, containers: [{ name: job, image: job }] }
`;
}

/** A namespace of its own with an instance `one` of the operator, deployed. */
async function deployed(operator: SmallOperator): Promise<string> {
  const namespace = await service.namespace("plans");
  const name = await service.publish(namespace, operator);
  await createInstance(client, { namespace, name: "one" }, name);
  await untilPlan(namespace, "one", "deploy");
  return namespace;
}

async function read(namespace: string) {
  const view = await readInstance(client, namespace, "one");
  if (!view) throw new Error("the instance is gone");
  return view;
}

async function setParameters(
  namespace: string,
  parameters: Readonly<Record<string, string | null>>,
): Promise<void> {
  await patchInstance(client, namespace, "one", { spec: { parameters } });
}

async function request(namespace: string, planName: string, uid: string): Promise<void> {
  const body: JsonValue = { spec: { planExecution: { planName, uid, status: "NEVER_RUN" } } };
  await client.patch(instanceRef(namespace, "one"), "merge", body, { fieldManager: "kubectl-kudo" });
}

async function mark(namespace: string): Promise<unknown> {
  const found = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "mark" });
  return (found?.data as { value?: unknown } | undefined)?.value;
}

async function uidOf(namespace: string, kind: "ConfigMap" | "Job", name: string): Promise<unknown> {
  const apiVersion = kind === "Job" ? "batch/v1" : "v1";
  const found = await client.get({ apiVersion, kind, namespace, name });
  return found?.metadata.deletionTimestamp === undefined ? found?.metadata.uid : undefined;
}
