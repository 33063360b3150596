import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { valueAt } from "../../../src/object/json.ts";
import { serviceWorld } from "../../reconcile/serviceWorld.ts";
import { runLockstep } from "../runLockstep.ts";
import { lockstep } from "./kudoWorld.ts";

const world = serviceWorld();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-life-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs one package command that must succeed without a word on standard error. */
async function make(...words: readonly string[]): Promise<void> {
  const run = await runLockstep(["package", ...words], [registerPackage]);
  expect({ ...run, err: run.err.replace(/^next: .*\n/, "") }).toMatchObject({ code: 0, err: "" });
}

test("from nothing to a running instance: new, add, create, install the archive, run the plan that was added", async () => {
  const namespace = await world.namespace("life");
  const kubeconfig = join(world.folder, "kubeconfig");
  const dir = join(folder, "web");
  const archive = join(folder, "web-0.1.0.tgz");
  await make("new", "web", dir);
  const parameter = ["--name", "STAMP", "--default", "none", "--trigger", "stamp"];
  const plan = ["--name", "stamp", "--step", "main/app=app"];
  await make("add", "plan", dir, ...plan);
  await make("add", "parameter", dir, ...parameter);
  await make("create", dir, "-d", folder);
  const call = (...words: readonly string[]) => lockstep(kubeconfig, namespace, words);

  const installed = await call("install", archive, "--instance", "db", "-p", "REPLICAS=3", "--wait");
  expect(installed).toMatchObject({ code: 0, err: "" });
  expect(installed.out).toContain("Plan deploy (serial strategy) [COMPLETE]");
  const at = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "db" };
  expect(valueAt(await world.client.get(at), "status", "readyReplicas")).toBe(3);
  const service = await world.client.get({ apiVersion: "v1", kind: "Service", namespace, name: "db" });
  expect(valueAt(service, "spec", "selector")).toEqual({ app: "db" });

  const stamped = await call("update", "--instance", "db", "-p", "STAMP=now", "--wait");
  expect(stamped).toMatchObject({ code: 0, err: "" });
  expect(stamped.out).toContain("Plan stamp (serial strategy) [COMPLETE]");
});
