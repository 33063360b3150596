import { expect, test } from "vitest";
import { loadInstances } from "../../src/package/loadInstances.ts";
import { loadPackages } from "../../src/package/loadPackages.ts";
import { memoryTree } from "../source/memoryTree.ts";

const TASK = { name: "app", kind: "Apply", spec: { resources: ["app.yaml"] } };

function operator(name: string, tasks: readonly unknown[] = [TASK]): string {
  const plan = { phases: [{ name: "main", steps: [{ name: "first", tasks: ["app"] }] }] };
  const plans = { deploy: plan };
  return JSON.stringify({
    apiVersion: "kudo.dev/v1beta1",
    name,
    operatorVersion: "1.0.0",
    kubernetesVersion: "1.20.0",
    tasks,
    plans,
  });
}

const GOOD = {
  "good/operator.yaml": operator("good"),
  "good/params.yaml": "",
  "good/templates/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\n",
};
const CALLS = Array.from(
  { length: 60 },
  (_, i) => `{{define "a${i}"}}{{template "a${i + 1}"}}{{template "a${i + 1}"}}{{end}}`,
).join("");

test.each([
  ["an operator.yaml beyond measure", { "operator.yaml": `# ${"x".repeat(1_100_000)}` }, "package.tooLarge"],
  ["a params.yaml beyond measure", { "params.yaml": `# ${"x".repeat(1_100_000)}` }, "package.tooLarge"],
  [
    "thousands of tasks",
    {
      "operator.yaml": operator(
        "bad",
        Array.from({ length: 2001 }, () => TASK),
      ),
    },
    "package.tooLarge",
  ],
] as const)("%s is an issue, and other packages are read", async (_name, files, code) => {
  const bad = { "operator.yaml": operator("bad"), "params.yaml": "", ...files };
  const own = Object.fromEntries(Object.entries(bad).map(([file, text]) => [`bad/${file}`, text]));
  const { packages, broken, issues } = await loadPackages(memoryTree({ ...GOOD, ...own }), "");
  expect(packages.map(({ pkg }) => pkg.name)).toEqual(["good"]);
  expect(broken.map(({ folder }) => folder)).toEqual(["bad"]);
  expect(issues).toContainEqual(expect.objectContaining({ code, severity: "error" }));
});

test.each([
  ["renders without end", `${CALLS}{{define "a60"}}{{end}}{{template "a0"}}`],
  ["is large", `${"{{.Nope}}".repeat(70_000)}`],
])("a template that %s is not verified to its end at sync", async (_name, template) => {
  const bad = {
    "bad/operator.yaml": operator("bad"),
    "bad/params.yaml": "",
    "bad/templates/app.yaml": template,
  };
  const { packages, issues } = await loadPackages(memoryTree({ ...GOOD, ...bad }), "");
  expect(packages.map(({ pkg }) => pkg.name)).toEqual(["bad", "good"]);
  expect(issues).toEqual([]);
});

test("a file of instances beyond measure is an issue, and its instances stay as they are", async () => {
  const text = `apiVersion: kudo.dev/v1beta1\nkind: Instance\n# ${"x".repeat(1_100_000)}`;
  const { broken, issues } = await loadInstances(memoryTree({ "one.yaml": text }), "");
  expect(broken).toEqual([{ file: "one.yaml" }]);
  expect(issues).toMatchObject([{ code: "yaml.tooLarge", file: "one.yaml" }]);
});
