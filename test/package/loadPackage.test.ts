import { describe, expect, test } from "vitest";
import { loadPackages } from "../../src/package/loadPackages.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { APP, load, loadGood, OPERATOR, PARAMS, packageTree, short } from "./smallPackage.ts";

test("a package is read", async () => {
  const { pkg } = await loadGood({
    "templates/sub/b.yaml": "",
    "templates/x/templates/y.yaml": "",
    "templates/old.yaml.bak": "",
    "templates/no.yml": "",
    "templates-old/z.yaml": "",
    "docs/readme.yaml": "",
    "child/operator.yaml": "",
  });
  expect(pkg).toMatchObject({
    name: "demo",
    operatorVersion: "0.1.0",
    kubernetesVersion: "1.20.0",
    tasks: [{ name: "app", kind: "Apply", resources: ["app.yaml"] }],
    parameters: [{ name: "REPLICAS", required: true, default: "3", type: "integer", immutable: false }],
  });
  expect(pkg.plans.get("deploy")?.phases[0]?.steps).toEqual([{ name: "app", tasks: ["app"] }]);
  expect([...pkg.templates.keys()]).toEqual([
    "app.yaml",
    "old.yaml.bak",
    "sub/b.yaml",
    "templates-old/z.yaml",
    "y.yaml",
  ]);
  expect(pkg.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test.each([
  [
    "numbers and booleans become text where text is wanted",
    "name: 12\noperatorVersion: 0.10\nappVersion: yes\nurl: 1.5\n",
    { name: "12", operatorVersion: "0.1", appVersion: "true", url: "1.5" },
  ],
  [
    "field names are found regardless of case",
    "Name: a\nOperatorVersion: '1'\n",
    { name: "a", operatorVersion: "1" },
  ],
  ["only the first document counts", "name: a\noperatorVersion: '1'\n---\nname: b\n", { name: "a" }],
  ["anchors and merges work", "x: &x {name: a}\n<<: *x\n", { name: "a" }],
  ["null is nothing", "name: a\ntasks: ~\nplans: {deploy: ~}\n", { tasks: [] }],
])("%s", async (_name, text, expected) => {
  const { loaded } = await load({ "operator.yaml": text });
  expect(loaded?.pkg).toMatchObject(expected);
});

describe("mistakes of form", () => {
  test.each([
    ["operator.yaml that is no YAML", "operator.yaml", "name: [\n", ["error operator.yaml:2:1 yaml.syntax"]],
    ["operator.yaml that is empty", "operator.yaml", "# nothing\n", ["error operator.yaml package.empty"]],
    ["operator.yaml that is a list", "operator.yaml", "- a\n", ["error operator.yaml:1:1 package.type"]],
    [
      "an unknown apiVersion",
      "operator.yaml",
      OPERATOR.replace("v1beta1", "v2"),
      ["error operator.yaml:1:13 package.apiVersion"],
    ],
    [
      "tasks as a mapping",
      "operator.yaml",
      "name: a\ntasks:\n  x: {}\n",
      ["error operator.yaml:3:3 package.type"],
    ],
    [
      "resources as text",
      "operator.yaml",
      OPERATOR.replace("[app.yaml]", "app.yaml"),
      ["error operator.yaml:9:18 package.type"],
    ],
    [
      "an unknown field",
      "operator.yaml",
      OPERATOR.replace("resources", "resource"),
      ["warning operator.yaml:9:7 package.unknownField"],
    ],
    [
      "a version without quotes",
      "operator.yaml",
      OPERATOR.replace('"0.1.0"', "0.10"),
      ["warning operator.yaml:3:18 package.unquotedVersion"],
    ],
    [
      "a duplicate key",
      "operator.yaml",
      `${OPERATOR}name: other\n`,
      ["warning operator.yaml:19:1 yaml.duplicateKey"],
    ],
    [
      "a bare list of parameters",
      "params.yaml",
      "- name: REPLICAS\n",
      ["error params.yaml:1:1 package.paramsList"],
    ],
    [
      "the early mapping of parameters",
      "params.yaml",
      "REPLICAS:\n  default: 3\n",
      ["error params.yaml:1:1 package.paramsMapping"],
    ],
    [
      "required as text",
      "params.yaml",
      `${PARAMS}    required: "yes"\n`,
      ["error params.yaml:6:15 package.type"],
    ],
    [
      "a name that is a boolean",
      "params.yaml",
      `${PARAMS}  - name: N\n    trigger: deploy\n`,
      ["warning params.yaml:6:11 package.booleanName"],
    ],
    [
      "an unknown field of a parameter",
      "params.yaml",
      `${PARAMS}    defualt: 1\n`,
      ["warning params.yaml:6:5 package.unknownField"],
    ],
  ])("%s", async (_name, file, text, expected) => {
    const { issues } = await load({ [file]: text });
    expect(issues.map(short)).toEqual(expected);
  });

  test("all of them come at once", async () => {
    const { issues } = await load({
      "operator.yaml": "name: [a]\ntasks: 1\nplans: {deploy: {phases: {}}}\n",
      "params.yaml": "- x\n",
    });
    expect(issues.map(({ file, line }) => `${file?.slice(15)}:${line}`)).toEqual([
      "operator.yaml:1",
      "operator.yaml:2",
      "operator.yaml:3",
      "params.yaml:1",
    ]);
  });

  test("an issue says what to do and shows the line", async () => {
    const { issues } = await load({ "params.yaml": "REPLICAS:\n  default: 3\n" });
    expect(issues).toMatchObject([
      {
        hint: expect.stringContaining("in a list under the key parameters"),
        excerpt: "  1 | REPLICAS:\n    | ^",
      },
    ]);
  });

  test("files that are missing, and a symlink in place of one", async () => {
    const tree = memoryTree({ "a/operator.yaml": OPERATOR, "a/templates/app.yaml": APP }, ["a/params.yaml"]);
    const { issues } = await loadPackages(tree, "");
    expect(issues).toMatchObject([
      {
        code: "package.fileMissing",
        file: "a/params.yaml",
        message: "params.yaml is a symlink, which is not followed",
      },
    ]);
    expect((await load({}, [])).issues).toEqual([]);
  });

  test("two files with the same template name", async () => {
    const { issues } = await load({ "templates/a/templates/app.yaml": APP });
    expect(issues).toMatchObject([{ code: "package.templateCollision" }]);
  });
});

describe("params.yaml", () => {
  test.each([
    ["an empty file", "", []],
    ["no parameters", "apiVersion: kudo.dev/v1beta1\nparameters:\n", []],
    ["only groups", "groups: [{name: a}]\n", []],
  ])("%s has no parameters", async (_name, text, expected) => {
    const { loaded, issues } = await load({ "params.yaml": text, "templates/app.yaml": "" });
    expect({ parameters: loaded?.pkg.parameters, issues }).toEqual({ parameters: expected, issues: [] });
  });

  test.each([
    ["a whole number", "default: 3", "3"],
    ["a million", "default: 1000000", "1000000"],
    ["an octal", "default: 0777", "511"],
    ["a fraction", "default: 1.10", "1.1"],
    ["a small fraction", "default: 0.00001", "1e-05"],
    ["a large fraction", "default: 1234567.5", "1.2345675e+06"],
    ["a boolean", "default: yes", "true"],
    ["text", 'default: "0777"', "0777"],
    ["nothing", "default: ~", undefined],
    ["the empty text", 'default: ""', ""],
    ["a list as text", "default: [1, a]", "[1 a]"],
    ["a mapping as text", "default: {b: 1, a: ~}", "map[a:<nil> b:1]"],
    ["a list of type array", "type: array\n    default: [80, b]", "- 80\n- b\n"],
    ["a mapping of type map", "type: map\n    default: {b: 1, a: yes}", "a: true\nb: 1\n"],
    ["no default of type array", "type: array", "null\n"],
  ])("the default of %s", async (_name, definition, expected) => {
    const { loaded } = await load({ "params.yaml": `parameters:\n  - name: P\n    ${definition}\n` });
    expect(loaded?.pkg.parameters[0]?.default).toBe(expected);
  });
});

describe("loadPackages", () => {
  const files = (folder: string) => ({
    [`${folder}operator.yaml`]: OPERATOR,
    [`${folder}params.yaml`]: PARAMS,
    [`${folder}templates/app.yaml`]: APP,
  });

  test("finds packages at any depth, but not inside templates", async () => {
    const tree = memoryTree({
      ...files("a/"),
      ...files("b/c/d/"),
      ...files("a/child/"),
      ...files("a/templates/not/"),
    });
    const { packages, broken } = await loadPackages(tree, "");
    const folders = [
      ...packages.map(({ files: { folder } }) => folder),
      ...broken.map(({ folder }) => folder),
    ];
    expect(folders.sort()).toEqual(["a", "a/child", "b/c/d"]);
  });

  test("finds one at the root, and only those below the path asked for", async () => {
    const tree = memoryTree({ ...files(""), ...files("ops/a/"), ...files("opsy/b/") });
    expect((await loadPackages(tree, "")).packages).toHaveLength(3);
    expect((await loadPackages(tree, "ops")).packages.map((p) => p.files.folder)).toEqual(["ops/a"]);
  });

  test("a broken package stops no other and is named", async () => {
    const tree = memoryTree({
      ...files("a/"),
      ...files("b/"),
      "b/operator.yaml": OPERATOR.replace("deploy:", "depoly:"),
    });
    const { packages, broken, issues } = await loadPackages(tree, "");
    expect(packages.map((p) => p.files.folder)).toEqual(["a"]);
    expect(broken).toEqual([{ folder: "b", name: "demo" }]);
    expect(issues).toMatchObject([
      {
        file: "b/operator.yaml",
        code: "package.noDeployPlan",
        message: expect.stringContaining('did you mean "depoly"?'),
      },
    ]);
  });

  test("a template that cannot work is a warning: the package can be used", async () => {
    const { packages, issues } = await loadPackages(
      packageTree({ "templates/app.yaml": `${APP}x: {{ .Params.NOPE }}\n` }),
      "",
    );
    expect(packages).toHaveLength(1);
    expect(issues.map(short)).toEqual(["warning templates/app.yaml:7:14 package.parameterUndefined"]);
  });
});
