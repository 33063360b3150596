import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerRender } from "../../../src/cli/commands/render.ts";
import { packageWith } from "../../reconcile/pipeStory.ts";
import { runLockstep } from "../runLockstep.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-pipes-"));
  const twice = "[{ file: /out/a, kind: Secret, key: a }, { file: /out/b, kind: Secret, key: a }]";
  for (const [name, files] of Object.entries({ good: packageWith(), twice: packageWith({ pipe: twice }) })) {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name, path)), { recursive: true });
      await writeFile(join(folder, name, path), text);
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));

const render = (name: string) =>
  runLockstep(["render", join(folder, name), "--instance", "web", "-o", "json"], [registerRender]);

test("render prints the pod of a pipe, and templates have the names of what it makes", async () => {
  const { code, out } = await render("good");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([
    { kind: "Pod", metadata: { name: "web.deploy.main.make.makeit.pipepod" } },
    { kind: "ConfigMap", data: { cert: "web.deploy.main.make.makeit.cert" } },
  ]);
});

test("a pipe key that occurs twice is an error", async () => {
  const { code, err } = await render("twice");
  expect([code, err]).toEqual([1, expect.stringContaining("the pipe key 'a' occurs twice")]);
});
