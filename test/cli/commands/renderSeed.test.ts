import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerRender } from "../../../src/cli/commands/render.ts";
import { configMapText, operatorFiles } from "../../reconcile/smallOperator.ts";
import { runLockstep } from "../runLockstep.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-seed-"));
  const files = operatorFiles({
    parameters: [{ name: "BREAK", type: "boolean", default: false }],
    tasks: { one: ["one.yaml"], two: ["one.yaml", "two.yaml"] },
    plans: { deploy: [["one"], ["two"]] },
    templates: {
      "one.yaml": configMapText("one", "{{ randAlphaNum 12 }} {{ now | unixEpoch }} {{ uuidv4 }}"),
      "two.yaml": `{{ $word := randAlphaNum 12 }}{{ if eq .Params.BREAK "true" }}{{ fail $word }}{{ end }}${configMapText("two", "{{ $word }}")}`,
    },
  });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const render = (...args: string[]) =>
  runLockstep(["render", folder, "--instance", "web", ...args], [registerRender]);

const valuesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}value: (.*)$/gm)].map(([, value = ""]) => value);

test("a seed gives the same text each time, another seed another one", async () => {
  const first = await render("--seed", "a");
  expect(first.code).toBe(0);
  expect(await render("--seed", "a")).toEqual(first);
  expect(valuesOf(first.out)[0]).toMatch(/^[A-Za-z0-9]{12} 946684800 [0-9a-f-]{36}$/);
  expect((await render("--seed", "b")).out).not.toBe(first.out);
});

test("without a seed the values are new each time, and the same wherever a template is rendered", async () => {
  const [first, again] = [valuesOf((await render()).out), valuesOf((await render()).out)];
  expect(first).toHaveLength(3);
  expect(first[0]).toBe(first[1]);
  expect(again[0]).not.toBe(first[0]);
});

test("an error does not tell what was drawn", async () => {
  const { code, err } = await render("--seed", "a", "-p", "BREAK=true");
  expect(code).toBe(1);
  expect(err).toContain("•••");
  expect(err).not.toContain(valuesOf((await render("--seed", "a")).out)[2]);
});
