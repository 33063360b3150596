import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerRender } from "../../../src/cli/commands/render.ts";
import { operatorFiles } from "../../reconcile/smallOperator.ts";
import { runLockstep } from "../runLockstep.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-children-"));
  const none = { none: { kind: "Dummy", spec: { done: true } } };
  await write(
    "below",
    operatorFiles({ name: "below", version: "0.3.0", tasks: none, plans: { deploy: [["none"]] } }),
  );
  const child = (spec: Readonly<Record<string, unknown>>) => ({ kind: "KudoOperator", spec });
  await write(
    "top",
    operatorFiles({
      name: "top",
      parameters: [{ name: "SIZE", default: "3" }],
      tasks: {
        path: child({ package: "../below", parameterFile: "below.yaml" }),
        named: child({ package: "other", operatorVersion: "1.0.0", appVersion: "2.0", instanceName: "o" }),
        open: child({ package: "newest" }),
      },
      plans: { deploy: [["path"], ["named", "open"]] },
      templates: { "below.yaml": "NODES: {{ .Params.SIZE }}\n" },
    }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), text);
  }
}

test("render prints the instances that tasks make, as far as the folder tells their versions", async () => {
  const render = ["render", join(folder, "top"), "--instance", "web", "-n", "prod", "-o", "json"];
  const { code, out, err } = await runLockstep(render, [registerRender]);
  expect([code, err]).toEqual([
    0,
    "task open makes an instance of newest, whose version is not known here\n",
  ]);
  expect(JSON.parse(out)).toMatchObject([
    {
      kind: "Instance",
      metadata: { name: "web-below", namespace: "prod", labels: { "kudo.dev/operator": "below" } },
      spec: { operatorVersion: { name: "below-0.3.0" }, parameters: { NODES: "3" } },
    },
    { kind: "Instance", metadata: { name: "o" }, spec: { operatorVersion: { name: "other-2.0-1.0.0" } } },
  ]);
});

test("with --debug an instance comes from operator.yaml", async () => {
  const { out } = await runLockstep(
    ["render", join(folder, "top"), "--instance", "web", "--debug"],
    [registerRender],
  );
  expect(out).toContain("# operator.yaml  deploy/main/step-1/path: Instance/web-below");
});
