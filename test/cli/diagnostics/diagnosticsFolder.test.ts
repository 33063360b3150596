import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { CliIo } from "../../../src/cli/cliIo.ts";
import { diagnosticsFolder } from "../../../src/cli/diagnostics/diagnosticsFolder.ts";

test("a name in the cluster that climbs out of the folder is a name in the folder", async () => {
  const above = await mkdtemp(join(tmpdir(), "lockstep-diagnostics-"));
  onTestFinished(() => rm(above, { recursive: true }));
  await mkdir(join(above, "diag"));
  const io = { out: () => {}, err: () => {}, signal: new AbortController().signal } as unknown as CliIo;
  const folder = diagnosticsFolder(join(above, "diag"), io);
  const own = "operator_x/../../out";
  await folder.yaml(`${own}.yaml`, async () => ({ a: 1 }));
  await folder.yaml(`${own}-failed.yaml`, async () => {
    throw new Error("it does not exist");
  });
  await folder.gzip(`${own}.log.gz`, async function* () {
    yield Buffer.from("line\n");
  });
  expect(await readdir(above)).toEqual(["diag"]);
  expect((await readdir(join(above, "diag"))).sort()).toEqual([
    "out-failed.yaml.err",
    "out.log.gz",
    "out.yaml",
  ]);
});
