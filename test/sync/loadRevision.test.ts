import { describe, expect, test } from "vitest";
import { loadRevision, newRevisionMemory, normalizePath } from "../../src/sync/loadRevision.ts";
import { APP } from "../package/smallPackage.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { demoPackage, type Files, instanceText } from "./fleet.ts";
import { NO_PACKAGES } from "./syncWorld.ts";

const { signal } = new AbortController();

function memory() {
  return newRevisionMemory("fleet", { reader: NO_PACKAGES, repositories: [] });
}

async function load(files: Files, path = "."): Promise<Record<string, unknown>> {
  const loaded = await loadRevision(
    { source: "fleet", revision: "r1", tree: memoryTree(files) },
    path,
    memory(),
    signal,
  );
  return {
    packages: [...loaded.packages.keys()],
    instances: loaded.instances.map(({ namespace, name }) => `${namespace}/${name}`),
    broken: [...loaded.broken],
    issues: loaded.issues.map(({ code, file }) => `${code} ${file}`),
    completeness: loaded.completeness,
    packagesComplete: loaded.packagesComplete,
  };
}

const a = instanceText("a", { namespace: "ns" });
const clean = { broken: [], issues: [], completeness: "complete", packagesComplete: true };

describe("a revision", () => {
  test("is its packages and instances", async () => {
    expect(await load({ ...demoPackage(), "instances/a.yaml": a })).toEqual({
      ...clean,
      packages: ["demo-0.1.0"],
      instances: ["ns/a"],
    });
  });

  test("below a path has the instances there and the packages of the whole repository", async () => {
    const files = {
      ...demoPackage(),
      "prod/a.yaml": a,
      "dev/b.yaml": instanceText("b", { namespace: "ns" }),
    };
    expect(await load(files, "./prod/")).toEqual({ ...clean, packages: ["demo-0.1.0"], instances: ["ns/a"] });
  });

  test("without files below the path is empty", async () => {
    expect(await load({ ...demoPackage(), "prod/a.yaml": a }, "produktion")).toMatchObject({
      completeness: "empty",
      packagesComplete: false,
      issues: ["sync.emptyRevision undefined"],
    });
  });

  test("with a broken instance whose name is known is complete, and the instance stays", async () => {
    const broken = a.replace("operatorVersion", "operatorVersions");
    expect(await load({ ...demoPackage(), "a.yaml": broken })).toMatchObject({
      instances: [],
      broken: ["ns/a"],
      completeness: "complete",
    });
  });

  test("with a file that does not parse is partial", async () => {
    expect(await load({ ...demoPackage(), "a.yaml": `${a}  - [\n` })).toMatchObject({
      instances: [],
      completeness: "partial",
    });
  });

  test("with a broken package names it, and its instances are read", async () => {
    const files = { ...demoPackage(), "operators/demo/params.yaml": "parameters: [", "a.yaml": a };
    expect(await load(files)).toMatchObject({
      packages: [],
      instances: ["ns/a"],
      completeness: "complete",
      packagesComplete: false,
    });
  });

  test("does not tell of broken packages elsewhere that nobody here uses", async () => {
    const other = { "elsewhere/operator.yaml": "name: [", "prod/a.yaml": a };
    expect(await load({ ...demoPackage(), ...other }, "prod")).toMatchObject({ issues: [] });
  });

  test("takes one of two equal packages, and none of two different ones", async () => {
    const copy = demoPackage("0.1.0", "copy/demo");
    expect(await load({ ...demoPackage(), ...copy })).toMatchObject({ packages: ["demo-0.1.0"], issues: [] });
    const different = { ...copy, "copy/demo/templates/app.yaml": APP.replace("replicas", "size") };
    expect(await load({ ...demoPackage(), ...different })).toMatchObject({
      packages: [],
      packagesComplete: false,
      issues: [
        "sync.duplicatePackage copy/demo/operator.yaml",
        "sync.duplicatePackage operators/demo/operator.yaml",
      ],
    });
    expect(await load({ ...demoPackage(), ...different }, "operators")).toMatchObject({
      packages: ["demo-0.1.0"],
      issues: [],
    });
  });
});

test.each([
  [".", ""],
  ["", ""],
  ["./a/b/", "a/b"],
  ["/a", "a"],
  ["a/../b", "b"],
])("path %j is read as %j", (path, expected) => {
  expect(normalizePath(path)).toBe(expected);
});
