import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerTemplate } from "../../../src/cli/commands/template.ts";
import { loadPackage } from "../../../src/package/loadPackage.ts";
import { listDirectory, readDirectory } from "../../../src/source/directoryTree.ts";
import { runLockstep } from "../runLockstep.ts";
import { type Desk, makeDesk, PG } from "./templateFixture.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await makeDesk();
});

afterAll(() => desk.remove());

/** Runs one file of tests beside the package. */
async function runTests(yaml: string, ...args: readonly string[]) {
  await desk.write({ ...PG, "pg/tests/a.yaml": yaml });
  return desk.run(["template", "test", "DIR/pg", ...args]);
}

const PASSING: readonly (readonly [string, string])[] = [
  ["contains, one text", "renders: [{template: cm.yaml, contains: 'nodes: \"2\"'}]"],
  ["contains, a list", "renders: [{template: cm.yaml, contains: [nodes, ConfigMap]}]"],
  ["lacks", "renders: [{template: cm.yaml, lacks: [port, Secret]}]"],
  ["matches at a line", "renders: [{template: cm.yaml, matches: '^kind: Config[A-Z]ap$'}]"],
  [
    "equals",
    'renders: [{template: metrics.yaml, equals: "apiVersion: v1\\nkind: Service\\nmetadata: {name: \\"pg-metrics\\"}\\n"}]',
  ],
  ["a text that is not absent", "renders: [{template: cm.yaml, absent: false}]"],
  [
    "has, deep, with items by name and among others",
    "objects: [{kind: Service, name: pg-1, has: {spec: {ports: [{name: other, port: 5434}]}}}]",
  ],
  ["has with null for nothing", "objects: [{kind: Service, name: pg-1, has: {spec: {selector: null}}}]"],
  [
    "at, exactly",
    "objects: [{kind: Service, name: pg-0, at: {/spec/ports/0: {name: sql, port: 5432}, /spec/type: null}}]",
  ],
  ["an object by apiVersion", "objects: [{apiVersion: v1, kind: Service, name: pg-0}]"],
  ["an absent object", "objects: [{kind: Service, name: pg-metrics, absent: true}]"],
  ["count of all and of kinds", "count: 4"],
  ["count of kinds", "count: {Service: 2, Job: 0}"],
  ["what a Toggle deletes", "deletes: Service/pg-metrics"],
  ["a Toggle that is on", "parameters: {METRICS: true}\n    objects: [{kind: Service, name: pg-metrics}]"],
  ["a step alone", "step: extras\n    count: 0"],
  [
    "instance and namespace",
    "instance: x\n    namespace: prod\n    objects: [{kind: ConfigMap, name: x, at: {/metadata/namespace: prod}}]",
  ],
  ["parameters that are refused", "parameters: {NODE_COUNT: x}\n    fails: NODE_COUNT"],
  ["a template that fails", 'parameters: {PASSWORD: "1"}\n    fails: expected string; got int64'],
  [
    "a text beside a template that fails",
    'parameters: {PASSWORD: "1"}\n    renders: [{template: metrics.yaml, contains: kind}]',
  ],
];

test("what holds passes", async () => {
  const yaml = `tests:\n${PASSING.map(([name, body]) => `  - name: ${name}\n    ${body}\n`).join("")}`;
  const { code, out, err } = await runTests(yaml);
  expect(out).toBe(
    `DIR/pg/tests/a.yaml\n${PASSING.map(([name]) => `  ✓ ${name}\n`).join("")}${PASSING.length} passed, 0 failed\n`,
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

test.each([
  [
    "a missing text, with what came",
    "renders: [{template: metrics.yaml, contains: Deployment}]",
    `3:40: metrics.yaml does not contain the text
      3 |     renders: [{template: metrics.yaml, contains: Deployment}]
        |                                        ^
      wanted "Deployment"
      got
        apiVersion: v1
        kind: Service
        metadata: {name: "pg-metrics"}`,
  ],
  [
    "a text that must not be there, with its line",
    "renders: [{template: metrics.yaml, lacks: Serv}]",
    `metrics.yaml contains the text
      3 |     renders: [{template: metrics.yaml, lacks: Serv}]
        |                                        ^
      got    "kind: Service"`,
  ],
  [
    "the first line that differs",
    'renders: [{template: metrics.yaml, equals: "apiVersion: v1\\nkind: Job\\n"}]',
    `is another text, from line 2 on
      3 |     renders: [{template: metrics.yaml, equals: "apiVersion: v1\\nkind: Job\\n"}]
        |                                        ^
      wanted "kind: Job"
      got    "kind: Service"`,
  ],
  [
    "a pattern without match",
    "renders: [{template: metrics.yaml, matches: '^x'}]",
    "metrics.yaml does not match\n",
  ],
  [
    "a text that should be absent",
    "renders: [{template: metrics.yaml, absent: true}]",
    "metrics.yaml gives a text\n",
  ],
  [
    "a field with pointer, wanted and got",
    "objects: [{kind: Service, name: pg-1, has: {spec: {ports: [{name: other, port: 1}]}}}]",
    `3:84: Service/pg-1 /spec/ports/1/port
      3 |     objects: [{kind: Service, name: pg-1, has: {spec: {ports: [{name: other, port: 1}]}}}]
        |                                                                                    ^
      wanted 1
      got    5434`,
  ],
  [
    "an item that no list has",
    "objects: [{kind: Service, name: pg-1, has: {spec: {ports: [{name: x}]}}}]",
    "Service/pg-1 /spec/ports has no such item",
  ],
  [
    "text in the place of a number",
    'objects: [{kind: Service, name: pg-1, at: {/spec/ports/0/port: "5432"}}]',
    'wanted "5432"\n      got    5432',
  ],
  [
    "a field that should not be there",
    "objects: [{kind: Service, name: pg-1, at: {/spec/ports/0/port: null}}]",
    "wanted nothing\n      got    5432",
  ],
  [
    "a field that is missing",
    "objects: [{kind: Service, name: pg-1, at: {/spec/type: X}}]",
    'wanted "X"\n      got    nothing',
  ],
  [
    "an unknown object",
    "objects: [{kind: Service, name: gp-1}]",
    'there is no Service/gp-1; did you mean "Service/pg-1"?',
  ],
  [
    "an object that should be absent",
    "objects: [{kind: Service, name: pg-1, absent: true}]",
    "Service/pg-1 is there",
  ],
  ["a count", "count: {Service: 3}", "2 of kind Service: Service/pg-0, Service/pg-1"],
  ["what is not deleted", "deletes: Service/pg", "Service/pg is not deleted"],
  ["what does not fail", "fails: x", "it does not fail"],
  ["what fails otherwise", "parameters: {NODE_COUNT: x}\n    fails: PASSWORD", "it fails otherwise"],
  [
    "a template that fails, with its place",
    'parameters: {PASSWORD: "1"}\n    count: 4',
    `2:5: it fails
      2 |   - name: it
        |     ^
      got
        DIR/pg/templates/cm.yaml:4:45: wrong type for value; expected string; got int64
          4 |   port: "{{ atoi .Params.PASSWORD | int64 | trunc 3 }}"
            |                                             ^^^^^
`,
  ],
] as const)("%s is told where it is expected", async (_name, body, message) => {
  const { code, out } = await runTests(`tests:\n  - name: it\n    ${body}\n`);
  expect(out).toContain(message);
  expect(out).toMatch(/^DIR\/pg\/tests\/a\.yaml\n {2}✗ it\n {4}DIR\/pg\/tests\/a\.yaml:\d+:\d+: /);
  expect(out).toMatch(/\n0 passed, 1 failed\n$/);
  expect(code).toBe(1);
});

test.each([
  [
    "a mistyped expectation",
    "renders: [{template: cm.yaml, contians: x}]",
    '3:35: an expectation of a text has no field "contians"; did you mean "contains"?',
  ],
  [
    "an unknown template",
    "renders: [{template: mc.yaml, contains: x}]",
    '3:26: the package has no template mc.yaml; did you mean "cm.yaml"?',
  ],
  [
    "an unknown parameter",
    "parameters: {NODE_CUONT: 1}\n    count: 1",
    '3:18: the package has no parameter NODE_CUONT; did you mean "NODE_COUNT"?',
  ],
  ["an unknown plan", "plan: deplyo\n    count: 1", "there is no plan 'deplyo'; did you mean \"deploy\"?"],
  ["an unknown step", "step: extra\n    count: 1", 'did you mean "extras"?'],
  ["a test without expectation", "parameters: {}", "2:5: the test expects nothing"],
  ["an expectation without check", "renders: [{template: cm.yaml}]", "nothing is expected of the text"],
  ["a pointer that is none", "objects: [{kind: A, name: b, at: {spec: 1}}]", '"spec" is no pointer'],
  ["a pattern that is none", "renders: [{template: cm.yaml, matches: '('}]", "this is no regular expression"],
  ["a count that is none", "count: [1]", "count must be a number, or a mapping"],
  [
    "fields of what is absent",
    "objects: [{kind: A, name: b, absent: true, has: {a: 1}}]",
    "what is absent has no fields",
  ],
  ["a missing kind", "objects: [{name: b}]", "kind is missing"],
  ["a deletion that names nothing", "deletes: Job", "write Kind/name"],
  ["a key that stands twice", "count: 1\n    count: 2", "count"],
] as const)("%s is a mistake with its place, and nothing runs", async (_name, body, message) => {
  const { code, out, err } = await runTests(`tests:\n  - name: it\n    ${body}\n`);
  expect(err).toContain(message);
  expect(err).toMatch(/error: DIR\/pg\/tests\/a\.yaml:\d+:\d+: [^\n]*\n {2}\d+ \| .*\n +\| +\^/);
  expect({ code, out }).toEqual({ code: 1, out: "" });
});

test("the result comes as JSON too", async () => {
  const { code, out } = await runTests(
    "tests:\n  - {name: a, count: 4}\n  - {name: b, count: 5}\n",
    "-o",
    "json",
  );
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    passed: 1,
    failed: 1,
    tests: [
      { file: "DIR/pg/tests/a.yaml", line: 2, name: "a", passed: true, failures: [] },
      {
        file: "DIR/pg/tests/a.yaml",
        line: 3,
        name: "b",
        passed: false,
        failures: [
          {
            file: "DIR/pg/tests/a.yaml",
            line: 3,
            column: 22,
            message: expect.stringContaining("4 objects: "),
            wanted: 5,
            got: 4,
          },
        ],
      },
    ],
  });
});

test("a folder without tests says where they lie", async () => {
  await desk.write({ "empty/readme.txt": "" });
  const { code, err } = await desk.run(["template", "test", "DIR/empty"]);
  expect(code).toBe(1);
  expect(err).toContain(
    "has no package with tests\nhint: tests lie in the folder tests beside operator.yaml",
  );
});

test("tests are no part of the package: neither its digest nor its verification knows them", async () => {
  const verified: string[] = [];
  const digests: (string | undefined)[] = [];
  for (const yaml of ["tests: [{name: a, count: 4}]\n", "no: [tests\n"]) {
    await runTests(yaml);
    verified.push((await desk.run(["package", "verify", "DIR/pg"])).out);
    digests.push(await digestOf(join(desk.root, "pg")));
  }
  expect(verified[0]).toBe("package is valid\n");
  expect(verified[1]).toBe(verified[0]);
  expect(digests[0]).toMatch(/^sha256:/);
  expect(digests[1]).toBe(digests[0]);
});

async function digestOf(folder: string): Promise<string | undefined> {
  const { signal } = new AbortController();
  const { tree } = await readDirectory(folder, await listDirectory(folder, signal), 1_000_000, signal);
  return (await loadPackage(tree, "")).loaded?.pkg.digest;
}

const examples = join(import.meta.dirname, "../../../examples/operators");

test("the tests of the examples pass, for one, three and five nodes too", async () => {
  const { code, out } = await runLockstep(["template", "test", examples], [registerTemplate]);
  expect(out).not.toContain("✗");
  expect(out).toMatch(/\n20 passed, 0 failed\n$/);
  for (const count of ["one node knows", "three nodes, the default, know", "five nodes know"])
    expect(out).toContain(`✓ ${count}`);
  expect(code).toBe(0);
});
