import { describe, expect, test } from "vitest";
import { loadInstances } from "../../src/package/loadInstances.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { short } from "./smallPackage.ts";

const instance = (name: string, rest = ""): string => `apiVersion: kudo.dev/v1beta1
kind: Instance
metadata:
  name: ${name}
  namespace: prod
spec:
  operatorVersion:
    name: demo-0.1.0
${rest}`;

const loadOne = (text: string, others: Record<string, string> = {}, symlinks: readonly string[] = []) =>
  loadInstances(memoryTree({ "instances/a.yaml": text, ...others }, symlinks), "");

test("an instance is read with everything", async () => {
  const text = `# head
---
${instance("a", "  parameters:\n    X: 3\n    MILLION: 1000000\n    FLAG: yes\n    L: [1, b]\n    T: '08'\n")}sync:
  prune: false
  suspend: true
  createNamespace: true
`;
  const { instances, issues } = await loadOne(
    text.replace("namespace: prod", "namespace: prod\n  labels: {team: x}\n  annotations: {note: z}"),
  );
  expect(issues).toEqual([]);
  expect(instances).toEqual([
    {
      name: "a",
      namespace: "prod",
      operatorVersion: { name: "demo-0.1.0" },
      parameters: { X: "3", MILLION: "1000000", FLAG: "true", L: "- 1\n- b\n", T: "08" },
      labels: { team: "x" },
      annotations: { note: "z" },
      sync: { parameterFiles: [], prune: false, suspend: true, createNamespace: true },
      file: "instances/a.yaml",
      line: 3,
    },
  ]);
});

test("every YAML file below the path is looked at, except in packages", async () => {
  const tree = memoryTree({
    "apps/a.yaml": instance("a"),
    "apps/deep/er/b.yml": `${instance("b")}---\n${instance("c")}`,
    "apps/op/operator.yaml": "name: op\n",
    "apps/op/docs/d.yaml": instance("d"),
    "apps/readme.md": instance("e"),
    "apps/chart/templates/x.yaml": "kind: {{ .Values.kind }}\n{{ if }}\n",
    "apps/other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
    "apps/json.yaml":
      '{"kind": "Instance", "apiVersion": "kudo.dev/v1beta1", "metadata": {"name": "j"}, "spec": {"operatorVersion": {"name": "x"}}}',
    "elsewhere/f.yaml": instance("f"),
  });
  const { instances, issues } = await loadInstances(tree, "apps");
  expect(issues).toEqual([]);
  expect(instances.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    "prod/a",
    "prod/b",
    "prod/c",
    "default/j",
  ]);
});

test("the files of a package at the root do not hide the instances beside it", async () => {
  const tree = memoryTree({
    "operator.yaml": "",
    "templates/t.yaml": instance("t"),
    "instances/a.yaml": instance("a"),
  });
  expect((await loadInstances(tree, "")).instances.map(({ name }) => name)).toEqual(["a"]);
});

describe("mistakes", () => {
  test.each([
    [
      "no YAML",
      instance("a").replace("kind: Instance", "kind: Instance: x"),
      "error instances/a.yaml:2:15 yaml.syntax",
      "",
    ],
    [
      "no name",
      instance('""'),
      "error instances/a.yaml:4:9 instance.invalid",
      "the instance has no metadata.name",
    ],
    [
      "a number as name",
      instance("12"),
      "error instances/a.yaml:4:9 instance.invalid",
      "metadata.name must be text, not a number",
    ],
    [
      "a name that is too long",
      instance("x".repeat(64)),
      "error instances/a.yaml:4:9 instance.invalid",
      "has 64 characters; 63 is the most",
    ],
    [
      "a name with capitals",
      instance("Galera"),
      "error instances/a.yaml:4:9 instance.invalid",
      "cannot be the name of an object",
    ],
    [
      "a bad namespace",
      instance("a").replace("prod", "Prod_1"),
      "error instances/a.yaml:5:14 instance.invalid",
      "cannot be the name of a namespace",
    ],
    [
      "no operator version",
      instance("a").replace("name: demo-0.1.0", "{}"),
      "error instances/a.yaml:8:5 instance.invalid",
      "names no operator version",
    ],
    [
      "parameters as a list",
      instance("a", "  parameters: [N]\n"),
      "error instances/a.yaml:9:15 instance.invalid",
      "spec.parameters must be a mapping, not a list",
    ],
    [
      "a parameter without a value",
      instance("a", "  parameters:\n    X:\n"),
      "error instances/a.yaml:10:5 instance.parameterNull",
      "parameter X has no value",
    ],
    [
      "a mistyped field",
      instance("a", "  paramaters: {X: 1}\n"),
      "error instances/a.yaml:9:3 instance.invalid",
      'did you mean "parameters"?',
    ],
    [
      "a plan by hand",
      instance("a", "  planExecution: {planName: x}\n"),
      "error instances/a.yaml:9:3 instance.invalid",
      "cannot come from Git",
    ],
    [
      "a label that is a number",
      instance("a").replace("namespace: prod", "namespace: prod\n  labels: {x: 1}"),
      "error instances/a.yaml:6:15 instance.invalid",
      "must be text, not a number",
    ],
    [
      "another version of the API",
      instance("a").replace("v1beta1", "v1"),
      "error instances/a.yaml:1:13 instance.invalid",
      "apiVersion kudo.dev/v1 is not supported",
    ],
    [
      "a mistyped kind",
      instance("a").replace("kind: Instance", "kind: Instances"),
      "error instances/a.yaml:2:7 instance.invalid",
      'did you mean "Instance"?',
    ],
    [
      "sync as a list",
      instance("a", "sync: [prune]\n"),
      "error instances/a.yaml:9:7 instance.invalid",
      "sync must be a mapping",
    ],
    [
      "a flag that is text",
      instance("a", 'sync: {prune: "no"}\n'),
      "error instances/a.yaml:9:15 instance.invalid",
      "sync.prune must be true or false, not text",
    ],
    [
      "an unknown key of sync",
      instance("a", "sync:\n  purne: false\n"),
      "error instances/a.yaml:10:3 instance.invalid",
      'sync has no key "purne"; did you mean "prune"?',
    ],
    [
      "dependsOn",
      instance("a", "sync:\n  dependsOn: []\n"),
      "error instances/a.yaml:10:3 instance.invalid",
      "sync.dependsOn is not supported yet",
    ],
    [
      "a schedule",
      instance("a", "sync: {schedules: []}\n"),
      "error instances/a.yaml:9:8 instance.invalid",
      "sync.schedules is not supported yet",
    ],
    [
      "a parameter file that is missing",
      instance("a", "sync: {parameterFiles: [../comon.yaml]}\n"),
      "error instances/a.yaml:9:25 instance.parameterFile",
      'there is no parameter file comon.yaml; did you mean "common.yaml"?',
    ],
    [
      "a parameter file outside",
      instance("a", "sync: {parameterFiles: [../../x.yaml]}\n"),
      "error instances/a.yaml:9:25 instance.parameterFile",
      "lies outside the repository",
    ],
    [
      "an absolute parameter file",
      instance("a", "sync: {parameterFiles: [/etc/passwd]}\n"),
      "error instances/a.yaml:9:25 instance.parameterFile",
      "lies outside the repository",
    ],
    [
      "a parameter file that is a symlink",
      instance("a", "sync: {parameterFiles: [link.yaml]}\n"),
      "error instances/a.yaml:9:25 instance.parameterFile",
      "is a symlink, which is not followed",
    ],
    [
      "a parameter file that is a list",
      instance("a", "sync: {parameterFiles: [list.yaml]}\n"),
      "error instances/list.yaml:1:1 instance.parameterFile",
      "a mapping from names to values, not a list",
    ],
    [
      "a parameter file that is no YAML",
      instance("a", "sync: {parameterFiles: [bad.yaml]}\n"),
      "error instances/bad.yaml:2:1 yaml.syntax",
      "",
    ],
  ])("%s", async (_name, text, place, message) => {
    const others = {
      "common.yaml": "N: 1\n",
      "instances/list.yaml": "- a\n",
      "instances/bad.yaml": "a: [\n",
      "instances/good.yaml": instance("good"),
    };
    const { instances, broken, issues } = await loadOne(text, others, ["instances/link.yaml"]);
    expect(issues.map(short)).toEqual([place]);
    expect(issues[0]?.message).toContain(message);
    expect(instances.map(({ name }) => name)).toEqual(["good"]);
    expect(broken).toMatchObject([{ file: "instances/a.yaml" }]);
  });

  test("several in one document come at once", async () => {
    const { issues } = await loadOne(instance("A", "  x: 1\nsync: {q: 1}\nz: 1\n"));
    expect(issues.map(({ line }) => line)).toEqual([11, 4, 9, 10]);
  });

  test("a broken document of a file hides no other, and its name is known", async () => {
    const { instances, broken } = await loadOne(`${instance("a", "  x: 1\n")}---\n${instance("b")}`);
    expect(instances.map(({ name }) => name)).toEqual(["b"]);
    expect(broken).toEqual([{ file: "instances/a.yaml", name: "a", namespace: "prod" }]);
  });

  test("two instances of one name: both places are named, and neither is taken", async () => {
    const { instances, broken, issues } = await loadOne(instance("a"), {
      "x/b.yaml": `---\n${instance("a")}`,
      "x/c.yaml": instance("c"),
    });
    expect(instances.map(({ name }) => name)).toEqual(["c"]);
    expect(issues.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      "instances/a.yaml:4 there are several instances prod/a: here and at x/b.yaml:2",
      "x/b.yaml:5 there are several instances prod/a: here and at instances/a.yaml:1",
    ]);
    expect(broken).toHaveLength(2);
  });
});

describe("parameter files", () => {
  const files = { "common.yaml": "A: 1\nB: 1\nC: 1\n", "instances/prod.yaml": "B: 2\nC: 2\n" };
  const withFiles = instance(
    "a",
    "  parameters: {C: 3}\nsync:\n  parameterFiles: [../common.yaml, prod.yaml]\n",
  );

  test("are merged in order, the instance last", async () => {
    const { instances, issues } = await loadOne(withFiles, files);
    expect(issues).toEqual([]);
    expect(instances[0]?.parameters).toEqual({ A: "1", B: "2", C: "3" });
  });

  test("a mistake in one is reported once, however many instances use it", async () => {
    const { issues, broken } = await loadOne(withFiles, {
      ...files,
      "common.yaml": "A:\n",
      "instances/b.yaml": withFiles.replace("name: a", "name: b"),
    });
    expect(issues.map(short)).toEqual(["error common.yaml:1:1 instance.parameterNull"]);
    expect(broken).toHaveLength(2);
  });
});

describe("the annotation lockstep.dev/sync", () => {
  const annotated = (value: string, rest = ""): string =>
    instance("a", rest).replace(
      "namespace: prod",
      `namespace: prod\n  annotations:\n    lockstep.dev/sync: ${value}`,
    );

  test("means the same as sync, and is not kept twice", async () => {
    const { instances, issues } = await loadOne(
      annotated(`'{"prune": false, "parameterFiles": ["p.yaml"]}'`),
      { "instances/p.yaml": "A: 1\n" },
    );
    expect(issues).toEqual([]);
    expect(instances).toMatchObject([{ annotations: {}, parameters: { A: "1" }, sync: { prune: false } }]);
  });

  test.each([
    ["with sync beside it", annotated("'{}'", "sync: {}\n"), "keep one of them", 11],
    ["that is no YAML", annotated("'{'"), "is not YAML", 7],
    ["with an unknown key", annotated("'{purne: true}'"), 'did you mean "prune"?', 7],
  ])("%s is an error", async (_name, text, message, line) => {
    const { issues } = await loadOne(text);
    expect(issues).toMatchObject([{ severity: "error", line, message: expect.stringContaining(message) }]);
  });
});
