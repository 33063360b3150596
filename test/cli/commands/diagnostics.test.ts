import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerDiagnostics } from "../../../src/cli/commands/diagnostics.ts";
import { asList, asObject, asString, type JsonObject, valueAt } from "../../../src/object/json.ts";
import { parseYaml } from "../../../src/yaml/parseYaml.ts";
import { serviceWorld } from "../../reconcile/serviceWorld.ts";
import { deploymentText } from "../../reconcile/smallOperator.ts";
import { type CliRun, runLockstep } from "../runLockstep.ts";
import { lockstep, smallPackage, writePackage } from "./kudoWorld.ts";

const world = serviceWorld();
let folder = "";
let kubeconfig = "";
let root = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-diagnostics-"));
  kubeconfig = join(world.folder, "kubeconfig");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function collect(...words: readonly string[]): Promise<CliRun> {
  const call = ["diagnostics", "collect", "--kubeconfig", kubeconfig, ...words];
  const { code, out, err } = await runLockstep(call, [registerDiagnostics]);
  const clean = (text: string): string => text.replaceAll(`${folder}/`, "");
  return { code, out: clean(out), err: clean(err) };
}

async function document(path: string): Promise<JsonObject> {
  return asObject(parseYaml(await readFile(join(root, path), "utf8")).documents[0]?.value);
}

/** All files below a folder, with what is random in names written as X. */
async function filesBelow(path: string): Promise<readonly string[]> {
  const files = await readdir(path, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .map((file) => file.replaceAll(/-[a-z0-9]{6,10}-[a-z0-9]{5}\b/g, "-X"))
    .sort();
}

/** A parent with a Deployment and a Secret, and a child by a KudoOperator task. */
async function installFamily(namespace: string): Promise<void> {
  const child = smallPackage({ name: "child" });
  const parent = smallPackage({
    name: "parent",
    parameters: [],
    tasks: { app: ["app.yaml", "secret.yaml"] },
    plans: { deploy: [["app"]] },
    templates: {
      "app.yaml": deploymentText("{{ .Name }}-app"),
      "secret.yaml":
        'apiVersion: v1\nkind: Secret\nmetadata: { name: "{{ .Name }}" }\nstringData: { password: hunter2 }\n',
    },
  });
  for (const [name, files] of [
    ["child", child],
    ["parent", parent],
  ] as const) {
    const path = await writePackage(folder, `${namespace}/${name}`, files);
    const run = await lockstep(kubeconfig, namespace, ["install", path, "--instance", name, "--wait"]);
    expect(run).toMatchObject({ code: 0, err: "" });
  }
}

test("everything of an instance, in KUDO's layout, and nothing of its neighbour", async () => {
  const namespace = await world.namespace("diag");
  await installFamily(namespace);
  await adopt(namespace, "parent", "child");
  root = join(folder, "diag");
  const run = await collect("--instance", "parent", "-n", namespace, "-O", root);
  expect({ code: run.code, err: run.err }).toEqual({
    code: 0,
    err: "note: Secrets are masked; logs, ConfigMaps and parameters are there as they are\n",
  });
  const files = await filesBelow(root);
  expect(files).toEqual([
    "lockstep/leaselist.yaml",
    "lockstep/sourcelist.yaml",
    "operator_parent/instance_parent/appliedset.yaml",
    "operator_parent/instance_parent/deploymentlist.yaml",
    "operator_parent/instance_parent/eventlist.yaml",
    "operator_parent/instance_parent/parent.yaml",
    "operator_parent/instance_parent/pod_parent-app-X/app.log.gz",
    "operator_parent/instance_parent/pod_parent-app-X/parent-app-X.yaml",
    "operator_parent/instance_parent/replicasetlist.yaml",
    "operator_parent/instance_parent/secretlist.yaml",
    "operator_parent/instance_parent/status.txt",
    "operator_parent/operator_child/child.yaml",
    "operator_parent/operator_child/instance_child/appliedset.yaml",
    "operator_parent/operator_child/instance_child/child.yaml",
    "operator_parent/operator_child/instance_child/configmaplist.yaml",
    "operator_parent/operator_child/instance_child/eventlist.yaml",
    "operator_parent/operator_child/instance_child/status.txt",
    "operator_parent/operator_child/operatorversion_child-1.0.0/child-1.0.0.yaml",
    "operator_parent/operatorversion_parent-1.0.0/parent-1.0.0.yaml",
    "operator_parent/parent.yaml",
    "settings.yaml",
    "version.yaml",
  ]);
  const told = run.out.split("\n").filter(Boolean);
  expect(told).toHaveLength(files.length);
  expect(told[0]).toBe("diag/version.yaml");
});

test("Secrets are masked, everywhere", async () => {
  const secrets = await document("operator_parent/instance_parent/secretlist.yaml");
  expect(asList(secrets.items).map((item) => asObject(item).data)).toEqual([{ password: "••• (1)" }]);
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of all.filter((one) => one.isFile() && !one.parentPath.includes("operatorversion_"))) {
    const text = await readFile(join(entry.parentPath, entry.name), "utf8");
    expect([entry.name, /hunter2|aHVudGVyMg/.test(text)]).toEqual([entry.name, false]);
  }
});

test("one file tells how everything does", async () => {
  const text = await readFile(join(root, "operator_parent/instance_parent/status.txt"), "utf8");
  expect(text).toContain("Plan deploy (serial strategy) [COMPLETE]");
  expect(text).toMatch(/^Ready +True +ResourcesReady/m);
  expect(text).toMatch(/^Deployment\/diag-?\S*\/parent-app +Healthy$/m);
  expect(text).not.toContain("child-");
});

test("events are those of the instance's objects", async () => {
  const { items } = await document("operator_parent/instance_parent/eventlist.yaml");
  const names = asList(items).map((item) => asString(valueAt(item, "involvedObject", "name")));
  expect(names.filter((name) => !name?.startsWith("parent"))).toEqual([]);
});

test("logs are compressed", async () => {
  const pods = join(root, "operator_parent/instance_parent");
  const pod = (await readdir(pods)).find((name) => name.startsWith("pod_")) ?? "";
  const log = gunzipSync(await readFile(join(pods, pod, "app.log.gz"))).toString();
  expect(log).toContain("no logs");
});

test("what cannot be collected is a file with the reason, and told at the end", async () => {
  const namespace = await world.namespace("lost");
  const path = await writePackage(folder, "lost", smallPackage({ name: "lost" }));
  const at = ["--instance", "lost", "--wait"];
  expect((await lockstep(kubeconfig, namespace, ["install", path, ...at])).code).toBe(0);
  const version = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion", namespace, name: "lost-1.0.0" };
  await world.client.delete(version);
  const out = join(folder, "lost-diag");
  const run = await collect("--instance", "lost", "-n", namespace, "-O", out, "--log-since", "90s");
  expect(run.code).toBe(1);
  const item = "operator_lost/operatorversion_lost-1.0.0/lost-1.0.0.yaml";
  const reason = `OperatorVersion/${namespace}/lost-1.0.0 does not exist`;
  expect(run.err).toContain(`error: 1 item could not be collected\n  ${item}: ${reason}\n`);
  expect(await readFile(join(out, `${item}.err`), "utf8")).toBe(`${reason}\n`);
  expect(run.out).toContain(`lost-diag/${item}.err: ${reason}\n`);
  expect(await readdir(join(out, "operator_lost/instance_lost"))).toContain("configmaplist.yaml");
});

test.each([
  ["a folder that is there", ["--instance", "x", "-O", "TAKEN"], 2, "there is a taken already"],
  ["an instance that is not", ["--instance", "x", "-n", "default"], 1, "Instance/default/x does not exist"],
  [
    "no length of time",
    ["--instance", "x", "--log-since", "soon"],
    2,
    "expected a length of time, 30m or 2h",
  ],
  ["no instance at all", [], 2, "required option '--instance <name>'"],
])("refused: %s", async (_name, words, code, says) => {
  await writeFile(join(folder, "taken"), "");
  const run = await collect(...words.map((word) => (word === "TAKEN" ? join(folder, "taken") : word)));
  expect(run).toMatchObject({ code, out: "", err: expect.stringContaining(says) });
});

/** Makes one instance the child of another, as a KudoOperator task does. */
async function adopt(namespace: string, parent: string, child: string): Promise<void> {
  const ref = { apiVersion: "kudo.dev/v1beta1", kind: "Instance", namespace };
  const owner = await world.client.get({ ...ref, name: parent });
  const { uid = "" } = owner?.metadata ?? {};
  const ownerReferences = [{ apiVersion: ref.apiVersion, kind: ref.kind, name: parent, uid }];
  await world.client.patch({ ...ref, name: child }, "merge", { metadata: { ownerReferences } });
}
