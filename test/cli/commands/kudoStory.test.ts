import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  type Files,
  instanceRef,
  patchInstance,
  readInstance,
  until,
} from "../../reconcile/reconcileWorld.ts";
import { serviceWorld } from "../../reconcile/serviceWorld.ts";
import { configMapText } from "../../reconcile/smallOperator.ts";
import type { CliRun } from "../runLockstep.ts";
import { lockstep, smallPackage, writePackage } from "./kudoWorld.ts";

const world = serviceWorld();
let kubeconfig = "";
let first = "";
beforeAll(async () => {
  kubeconfig = join(world.folder, "kubeconfig");
  first = await pack("first", smallPackage());
});

const pack = (name: string, files: Files): Promise<string> => writePackage(world.folder, name, files);
const run = (namespace: string, ...call: readonly string[]): Promise<CliRun> =>
  lockstep(kubeconfig, namespace, call);

const value = async (namespace: string, name: string): Promise<unknown> =>
  (await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name }))?.data;

test("a life: install, update, trigger, upgrade, list, uninstall", async () => {
  const namespace = await world.namespace("life");
  const said: string[] = [];
  const call = async (...words: readonly string[]): Promise<void> => {
    const { code, out, err } = await run(namespace, ...words);
    expect([code, err]).toEqual([0, ""]);
    said.push(out.replaceAll(namespace, "NS").replaceAll(/[-0-9a-f]{36}/g, "UID"));
  };
  const second = await pack(
    "second",
    smallPackage({
      version: "1.1.0",
      parameters: [{ name: "VALUE", default: "a" }],
      plans: { deploy: [["config"]], upgrade: [["config"]], cleanup: [["config"]] },
    }),
  );
  await call("install", first, "--instance", "db", "-p", "VALUE=b", "--wait");
  expect(await value(namespace, "db")).toEqual({ value: "b" });
  await call("update", "--instance", "db", "-p", "SIZE=2", "--wait");
  await call("update", "--instance", "db", "-p", "SIZE=2", "--wait");
  await call("plan", "trigger", "--instance", "db", "--name", "reshape", "--wait");
  await call("upgrade", second, "--instance", "db", "-p", "VALUE=c", "--wait");
  expect(await value(namespace, "db")).toEqual({ value: "c" });
  await call("get", "all");
  await call("get", "operatorversions");
  await call("uninstall", "--instance", "db", "--wait");
  expect(await value(namespace, "db")).toBeUndefined();
  await call("get", "instances");
  const text = said.join("").replaceAll(/\[(PENDING|IN_PROGRESS)\].*\n/g, "[…]\n");
  for (const line of [
    "operator NS/web created\noperatorversion NS/web-1.0.0 created\ninstance NS/db created\n",
    'db (Operator-Version: "web-1.0.0" Active-Plan: "deploy")',
    "instance NS/db ready\n",
    "Plan deploy (serial strategy) [COMPLETE]",
    "instance NS/db updated\n",
    "Plan resize (serial strategy) [COMPLETE]",
    "instance NS/db unchanged: it has these parameters already\n",
    "plan 'reshape' of NS/db is asked for (UID)\n",
    "operatorversion NS/web-1.1.0 created\ninstance NS/db upgraded from web 1.0.0 to web 1.1.0\n",
    "Plan upgrade (serial strategy) [COMPLETE]",
    'List of current installed operators including versions and instances in namespace "NS":\n.\n└── web\n    ├── web-1.0.0\n    └── web-1.1.0\n        └── db\n',
    'List of current installed operatorversions in namespace "NS":\n.\n├── web-1.0.0\n└── web-1.1.0\n',
    "Plan cleanup (serial strategy) [COMPLETE]",
    'instance NS/db deleted\nList of current installed instances in namespace "NS":\n.\n',
  ])
    expect(text).toContain(line);
});

test("what is there already is used; another content under its name is refused, or put in its place", async () => {
  const namespace = await world.namespace("again");
  const changed = await pack(
    "changed",
    smallPackage({ templates: { "config.yaml": configMapText("{{ .Name }}", "changed") } }),
  );
  expect((await run(namespace, "install", first, "--instance", "one", "--wait")).code).toBe(0);
  const again = await run(namespace, "install", first, "--instance", "two");
  expect(again.out).toBe(
    `operatorversion ${namespace}/web-1.0.0 already installed\ninstance ${namespace}/two created\n`,
  );
  const refused = await run(namespace, "install", changed, "--instance", "three");
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain(
    `OperatorVersion/${namespace}/web-1.0.0 is there with another content (templates/config.yaml)`,
  );
  const replaced = await run(namespace, "install", changed, "--instance", "three", "--overwrite", "--wait");
  expect(replaced.err).toContain("one, two will run the plan for another version");
  expect(replaced.out).toContain(`operatorversion ${namespace}/web-1.0.0 replaced\n`);
  await until(
    "the first instance follows",
    () => value(namespace, "one"),
    (data) => (data as { value?: string }).value === "changed",
  );
});

test("what KUDO's client wrote of the same package is the same: a million as 1e+06", async () => {
  const namespace = await world.namespace("million");
  const folder = await pack("million", smallPackage({ parameters: [{ name: "VALUE", default: 1_000_000 }] }));
  expect((await run(namespace, "install", folder, "--skip-instance")).code).toBe(0);
  const version = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion", namespace, name: "web-1.0.0" };
  const parameters = [{ name: "VALUE", default: "1e+06", required: true }];
  await world.client.patch(version, "merge", { spec: { parameters } });
  const again = await run(namespace, "install", folder, "--instance", "x");
  expect([again.code, again.err]).toEqual([0, ""]);
  expect(again.out).toContain("web-1.0.0 already installed");
});

test("a second app version of the same operator version is created, too; --in-cluster takes the newest", async () => {
  const namespace = await world.namespace("apps");
  const withApp = async (appVersion: string): Promise<string> => {
    const files = smallPackage();
    const operator = { ...JSON.parse(files["operator.yaml"] ?? ""), appVersion };
    return await pack(`app-${appVersion}`, { ...files, "operator.yaml": JSON.stringify(operator) });
  };
  for (const version of ["2.4", "2.10"])
    expect((await run(namespace, "install", await withApp(version), "--skip-instance")).code).toBe(0);
  const taken = await run(namespace, "install", "web", "--in-cluster", "--wait");
  expect(taken).toMatchObject({ code: 0, err: "" });
  const older = await run(
    namespace,
    "install",
    "web",
    "--in-cluster",
    "--app-version",
    "2.4",
    "--instance",
    "old",
  );
  expect(older.out).toBe(`instance ${namespace}/old created\n`);
  const versions = await Promise.all(
    ["web-instance", "old"].map(
      async (name) => (await readInstance(world.client, namespace, name))?.operatorVersion.name,
    ),
  );
  expect(versions).toEqual(["web-2.10-1.0.0", "web-2.4-1.0.0"]);
});

test("--create-namespace renders the package's manifest with what was given", async () => {
  const files = smallPackage({
    templates: {
      "config.yaml": configMapText("{{ .Name }}"),
      "ns.yaml":
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: other\n  labels: { team: '{{ .Params.TEAM }}', for: '{{ .Name }}' }\n",
    },
    parameters: [{ name: "TEAM", default: "nobody" }],
  });
  const operator = { ...JSON.parse(files["operator.yaml"] ?? ""), namespaceManifest: "ns.yaml" };
  const folder = await pack("namespaced", { ...files, "operator.yaml": JSON.stringify(operator) });
  const namespace = `made-${Date.now()}`;
  const made = await run(namespace, "install", folder, "--create-namespace", "-p", "TEAM=blue", "--wait");
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(/^namespace made-\d+ created\noperator /);
  expect(await world.client.get({ apiVersion: "v1", kind: "Namespace", name: namespace })).toMatchObject({
    metadata: { labels: { team: "blue", for: "web-instance" }, annotations: { "created-by": "kudo-cli" } },
  });
  const without = await run(`${namespace}-x`, "install", folder, "--create-namespace");
  expect(without.err).toContain("TEAM"); // a default is no value here
  expect((await run(namespace, "install", folder, "--create-namespace", "-p", "TEAM=blue")).err).toContain(
    "is there already",
  );
  expect((await run(`${namespace}-x`, "install", folder)).err).toContain("--create-namespace makes it");
});

test("dependencies come with the package, before its version", async () => {
  const namespace = await world.namespace("deps");
  await pack("family/child", smallPackage({ name: "child" }));
  const parent = smallPackage({
    name: "parent",
    tasks: { child: { kind: "KudoOperator", spec: { package: "../child" } }, config: ["config.yaml"] },
  });
  const { code, out } = await run(namespace, "install", await pack("family/parent", parent));
  expect(code).toBe(0);
  expect(out.split("\n").map((line) => line.replace(`${namespace}/`, ""))).toEqual([
    "operator parent created",
    "operator child created",
    "operatorversion child-1.0.0 created",
    "operatorversion parent-1.0.0 created",
    "instance parent-instance created",
    "",
  ]);
});

test("waiting ends at a failure and says why", async () => {
  const namespace = await world.namespace("fails");
  const folder = await pack(
    "fails",
    smallPackage({ templates: { "config.yaml": '{{ fail "the disk is full" }}' } }),
  );
  const failed = await run(namespace, "install", folder, "--instance", "x", "--wait");
  expect(failed.code).toBe(1);
  expect(failed.err).toContain(`plan 'deploy' of ${namespace}/x ended in FATAL_ERROR: `);
  expect(failed.err).toContain("the disk is full");
  expect(failed.err).toContain(`\`lockstep plan trigger -n ${namespace} --instance x --name deploy\``);
  const status = await run(namespace, "plan", "status", "--instance", "x", "--wait");
  expect(status.code).toBe(1);
  expect(status.out).toContain("Plan resize (serial strategy) [NOT ACTIVE]");
});

test("what Git declares is not fought: refused, or forced with a warning; what it leaves open is the instance's", async () => {
  const namespace = await world.namespace("git");
  const files = smallPackage();
  await world.push({
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${namespace}/op/${path}`, text])),
    [`${namespace}/db.yaml`]: JSON.stringify({
      apiVersion: "kudo.dev/v1beta1",
      kind: "Instance",
      metadata: { name: "db", namespace },
      spec: { operatorVersion: { name: "web-1.0.0" }, parameters: { VALUE: "git" } },
    }),
  });
  const open = await run(namespace, "update", "--instance", "db", "-p", "SIZE=3", "--wait");
  expect([open.code, open.err]).toEqual([
    0,
    "note: the file in Git (source fleet) does not have SIZE: the value here stays until it does\n",
  ]);
  const declared = await run(namespace, "update", "--instance", "db", "-p", "VALUE=mine");
  expect(declared.code).toBe(1);
  expect(declared.err).toContain(`Instance/${namespace}/db comes from Git, source fleet (`);
  expect(declared.err).toContain(
    `Git puts VALUE back\nhint: change the file with Instance ${namespace}/db in that repository`,
  );
  const next = await pack("git-next", smallPackage({ version: "1.2.0" }));
  expect((await run(namespace, "upgrade", next, "--instance", "db")).err).toContain(
    "Git puts operatorVersion back",
  );
  expect((await run(namespace, "uninstall", "--instance", "db")).err).toContain("Git makes it anew");
  const other = smallPackage({ templates: { "config.yaml": configMapText("{{ .Name }}", "other") } });
  const over = await run(
    namespace,
    "install",
    await pack("git-other", other),
    "--instance",
    "mine",
    "--overwrite",
  );
  expect(over.err).toContain(
    "(templates/config.yaml), and comes from Git, source fleet\nhint: change the package there",
  );
  const forced = await run(namespace, "update", "--instance", "db", "-p", "VALUE=mine", "--force");
  expect([forced.code, forced.err.startsWith("warning: ")]).toEqual([0, true]);
  await until(
    "Git has put it back",
    () => readInstance(world.client, namespace, "db"),
    (view) => view?.parameters.VALUE === "git",
  );
});

test("--orphan lets an instance go whose cleanup plan failed, and its objects stay", async () => {
  const namespace = await world.namespace("orphan");
  const folder = await pack(
    "stuck",
    smallPackage({
      tasks: { config: ["config.yaml"], broken: ["broken.yaml"] },
      plans: { deploy: [["config"]], cleanup: [["broken"]] },
      parameters: [],
      templates: { "config.yaml": configMapText("{{ .Name }}"), "broken.yaml": '{{ fail "not today" }}' },
    }),
  );
  expect((await run(namespace, "install", folder, "--instance", "x", "--wait")).code).toBe(0);
  const hangs = await run(namespace, "uninstall", "--instance", "x", "--wait");
  expect(hangs.code).toBe(1);
  expect(hangs.err).toContain("the cleanup plan failed");
  expect(hangs.err).toContain("not today");
  expect((await run(namespace, "uninstall", "--instance", "x", "--orphan")).out).toBe(
    `instance ${namespace}/x deleted; its objects stay as they are\n`,
  );
  expect(await world.client.get(instanceRef(namespace, "x"))).toBeUndefined();
  expect(await value(namespace, "x")).toBeDefined();
});

test("a refusal ends the waiting, and taking back what is refused needs no plan", async () => {
  const namespace = await world.namespace("illegal");
  expect((await run(namespace, "install", first, "--instance", "x", "--wait")).code).toBe(0);
  await patchInstance(world.client, namespace, "x", { spec: { parameters: { FIXED: "other" } } });
  await until(
    "the change is refused",
    () => readInstance(world.client, namespace, "x"),
    (view) => view?.conditions.some(({ type, status }) => type === "Illegal" && status === "True") === true,
  );
  const told = await run(namespace, "plan", "wait", "--instance", "x");
  expect([told.code, told.err]).toEqual([0, expect.stringContaining("parameter FIXED: it is immutable")]);
  const back = await run(namespace, "update", "--instance", "x", "-p", "FIXED=f", "--wait");
  expect([back.code, back.err]).toEqual([0, ""]);
  expect(back.out).toContain(`${namespace}/x is what it was again: no plan has to run\n`);

  await world.client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { name: "y", namespace },
    spec: { operatorVersion: { name: "web-1.0.0" }, parameters: { SHAPE: "oval" } },
  });
  const refused = await run(namespace, "plan", "wait", "--instance", "y", "--wait-time", "20");
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(`${namespace}/y cannot follow: `)]);
});

test("the status says why a change written by others is not acted on", async () => {
  const namespace = await world.namespace("refused");
  expect((await run(namespace, "install", first, "--instance", "x", "--wait")).code).toBe(0);
  await patchInstance(world.client, namespace, "x", { spec: { parameters: { NOPE: "1" } } });
  const status = () => run(namespace, "plan", "status", "--instance", "x");
  await expect
    .poll(async () => (await status()).err)
    .toMatch(/^warning: .*\/x cannot follow its spec, and goes on as before: parameter NOPE: /);
  expect((await status()).out).toContain("Plan deploy (serial strategy) [COMPLETE]");
  await patchInstance(world.client, namespace, "x", { spec: { parameters: { NOPE: null } } });
  await expect.poll(async () => (await status()).err).toBe("");
});

test("a suspended instance says that it is", async () => {
  const namespace = await world.namespace("suspended");
  expect((await run(namespace, "install", first, "--instance", "x", "--wait")).code).toBe(0);
  const annotations = { "lockstep.dev/suspend": "true" };
  await patchInstance(world.client, namespace, "x", { metadata: { annotations } });
  const updated = await run(
    namespace,
    "update",
    "--instance",
    "x",
    "-p",
    "SIZE=2",
    "--wait",
    "--wait-time",
    "1",
  );
  expect(updated.code).toBe(1);
  expect(updated.err).toMatch(/x waits: .*suspend.*\nerror: no plan of .* began within 1s: .*suspend/);
  expect(updated.err).toContain("hint: what was asked for stays written");
  const status = await run(namespace, "plan", "status", "--instance", "x");
  expect(status.err).toMatch(/^warning: .*\/x is suspended: /);
});
