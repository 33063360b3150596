import { join } from "node:path";
import { expect, test } from "vitest";
import { loadInstances } from "../../src/package/loadInstances.ts";
import { loadPackages } from "../../src/package/loadPackages.ts";
import { operatorVersionName } from "../../src/package/operatorPackage.ts";
import { resolveParameters, validateParameters } from "../../src/package/parameterValues.ts";
import { listDirectory, readDirectory } from "../../src/source/directoryTree.ts";

const root = join(import.meta.dirname, "../../examples");
const { signal } = new AbortController();
const { tree } = await readDirectory(root, await listDirectory(root, signal), 1_000_000, signal);
const { packages, issues } = await loadPackages(tree, "");
const found = await loadInstances(tree, "");

test("the example packages have no mistake and no warning", () => {
  expect(issues).toEqual([]);
  expect(packages.map(({ pkg }) => pkg.name)).toEqual(["galera", "web"]);
});

test("the example instances have none either, and their parameters are valid", () => {
  expect(found.issues).toEqual([]);
  const byVersion = new Map(packages.map(({ pkg }) => [operatorVersionName(pkg), pkg]));
  const problems = found.instances.map(({ operatorVersion, parameters }) => {
    const pkg = byVersion.get(operatorVersion.name)!;
    const unknown = Object.keys(parameters).filter((name) => !pkg.parameters.some((p) => p.name === name));
    return {
      unknown,
      values: validateParameters(pkg, parameters),
      resolved: "values" in resolveParameters(pkg, parameters),
    };
  });
  expect(problems).toEqual(Array(4).fill({ unknown: [], values: [], resolved: true }));
});
