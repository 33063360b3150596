import { afterAll, expect, test } from "vitest";
import type { OperatorPackage } from "../../src/package/operatorPackage.ts";
import { compilePackage } from "../../src/render/compiledPackage.ts";
import { seededRandomRecord } from "../../src/render/newRandomRecord.ts";
import { RenderError } from "../../src/render/renderError.ts";
import { Renderer, renderAtOnce } from "../../src/render/renderer.ts";
import type { RenderContext, Rendering } from "../../src/render/renderTask.ts";

const context: RenderContext = {
  name: "one",
  namespace: "default",
  operatorName: "app",
  operatorVersion: "1.0.0",
  appVersion: "",
  plan: "deploy",
  phase: "main",
  step: "first",
  params: {},
  pipes: {},
  now: 0n,
  random: seededRandomRecord("renderer"),
};
const never = new AbortController().signal;
const renderer = new Renderer({ idleMs: 60_000 });
afterAll(() => renderer.stop());

function packageOf(template: string): OperatorPackage {
  return {
    name: "app",
    operatorVersion: "1.0.0",
    digest: "digest",
    parameters: [],
    tasks: [],
    plans: new Map(),
    templates: new Map([["app.yaml", template]]),
  } as unknown as OperatorPackage;
}

function render(template: string, by = renderer, signal = never): Promise<Rendering> {
  return by.render(compilePackage(packageOf(template)), ["app.yaml"], context, signal);
}

function configMap(value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\ndata: { value: "${value}" }\n`;
}

/** More than is done at once, less than all. */
const LONG = '{{range 5000}}{{$_ := snakecase "someWords"}}{{end}}';
const ENDLESS = Array.from(
  { length: 60 },
  (_, i) => `{{define "a${i}"}}{{template "a${i + 1}"}}{{template "a${i + 1}"}}{{end}}`,
).join("");

test("what is quick needs no thread", async () => {
  const own = new Renderer();
  expect((await render(configMap("{{.Name}}"), own)).objects[0]?.object.data).toEqual({ value: "one" });
  await expect(render(configMap("{{.Nmae}}"), own)).rejects.toThrow("app/templates/app.yaml:4:19");
  expect(own.threads).toBe(0);
  await own.stop();
});

test("what takes long gives the same in a thread, random values too", async () => {
  const template = configMap(`{{randAlphaNum 8}}${LONG}{{randAlphaNum 8}}`);
  const apart = await render(template);
  expect(renderer.threads).toBe(1);
  const here = await renderAtOnce(compilePackage(packageOf(template)), ["app.yaml"], context, never);
  expect(apart).toEqual(here);
  expect(Object.keys(apart.random.added)).toHaveLength(2);
});

test.each([
  ["fails", configMap(`${LONG}{{fail "no"}}`), /app\.yaml:4:\d+: .*no/],
  ["is no YAML", `${LONG}a: [`, /app\.yaml:1: .*\(line 1/],
  ["is large and does not parse", `${"#".repeat(100_000)}\n{{if}}`, /app\.yaml:2:\d+: missing value for if/],
  [
    "works without end",
    `${ENDLESS}{{define "a60"}}{{end}}{{template "a0"}}`,
    /app\.yaml:1:\d+: .*more than 134217728 units/,
  ],
  [
    "expands its aliases",
    `a: &a ${"x".repeat(100_000)}\nb: [${"*a,".repeat(100)}*a]`,
    /aliases of this document expand/,
  ],
] as const)(
  "a template that %s in the thread is the same located error",
  async (_name, template, message) => {
    const error: unknown = await render(template).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RenderError);
    expect((error as RenderError).message).toMatch(message);
    expect((error as RenderError).location.file).toBe("templates/app.yaml");
  },
);

test("the process goes on while a thread renders", async () => {
  let isOver = false;
  let turns = 0;
  const rendering = render(configMap(LONG)).finally(() => {
    isOver = true;
  });
  for (; !isOver; turns++) await new Promise((resolve) => setImmediate(resolve));
  await rendering;
  expect(turns).toBeGreaterThan(1);
});

const endless = { limits: { work: Number.MAX_SAFE_INTEGER } };
const ENDLESS_CALLS = `${ENDLESS}{{define "a60"}}{{$_ := snakecase "x"}}{{end}}\n{{template "a0"}}`;

test("a rendering that is still not over at the deadline is cut off, and the next one has a thread", async () => {
  const own = new Renderer({ ...endless, threads: 1, clock: { sleep: async () => {} } });
  await expect(render(ENDLESS_CALLS, own)).rejects.toThrow(
    /app\.yaml:1:\d+: rendering takes longer than 20 s/,
  );
  expect(own.threads).toBe(0);
  await own.stop();
});

test("memory is bounded", async () => {
  const hoard = configMap("{{$l := list}}{{range 1000}}{{$l = append $l (until 100000)}}{{end}}");
  const own = new Renderer({ ...endless, heapMb: 32 });
  await expect(render(hoard, own)).rejects.toThrow(
    /app\.yaml:\d+:\d+: rendering takes more than 32 MB of memory/,
  );
  await own.stop();
});

test("a wait for a thread, and a rendering in one, end with their signal", async () => {
  const own = new Renderer({ ...endless, threads: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  const running = render(ENDLESS_CALLS, own, first.signal);
  const waiting = render(ENDLESS_CALLS, own, second.signal);
  second.abort();
  await expect(waiting).rejects.toThrow("aborted");
  first.abort();
  await expect(running).rejects.toThrow("aborted");
  await own.stop();
});

test("stopping ends what runs and what waits", async () => {
  const own = new Renderer({ ...endless, threads: 1 });
  const renderings = [render(ENDLESS_CALLS, own), render(ENDLESS_CALLS, own)];
  await own.stop();
  for (const rendering of renderings) await expect(rendering).rejects.toThrow("aborted");
  expect(own.threads).toBe(0);
});
