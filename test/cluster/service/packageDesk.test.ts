import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { registerDiagnostics } from "../../../src/cli/commands/diagnostics.ts";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { lockstep } from "../../cli/commands/kudoWorld.ts";
import { runLockstep } from "../../cli/runLockstep.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { kubeconfig, kubectl } = service;

test("a new package, packed, runs; its diagnostics are complete, and kubectl reads their lists", async () => {
  const namespace = await service.namespace("desk");
  const folder = await service.folder();
  const dir = join(folder, "operator");
  for (const call of [
    ["package", "new", "web", dir],
    ["package", "create", dir, "-d", folder],
  ])
    expect((await runLockstep(call, [registerPackage])).code).toBe(0);
  const archive = join(folder, "web-0.1.0.tgz");
  const installed = await lockstep(kubeconfig, namespace, ["install", archive, "--instance", "db", "--wait"]);
  expect(installed).toMatchObject({ code: 0, err: "" });

  const root = join(folder, "diag");
  const call = ["diagnostics", "collect", "--instance", "db", "-n", namespace, "-O", root];
  const run = await runLockstep([...call, "--kubeconfig", kubeconfig], [registerDiagnostics]);
  const home = join(root, "operator_web/instance_db");
  const failed = run.err.split("\n").filter((line) => line.startsWith("  ") && !line.includes(".log.gz: "));
  expect([failed, run.out]).toEqual([[], expect.stringContaining("deploymentlist.yaml")]);
  const files = (await readdir(home)).filter((name) => !name.startsWith("pod_"));
  for (const file of ["deploymentlist.yaml", "replicasetlist.yaml", "servicelist.yaml", "eventlist.yaml"]) {
    expect(files).toContain(file);
    expect(await kubectl("get", "-f", join(home, file), "-o", "name")).not.toBe("");
  }
  const status = await readFile(join(home, "status.txt"), "utf8");
  expect(status).toMatch(new RegExp(`^Deployment/${namespace}/db +Healthy$`, "m"));
  expect(status).toContain("Plan deploy (serial strategy) [COMPLETE]");
});
