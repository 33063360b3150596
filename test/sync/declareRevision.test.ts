import { describe, expect, test } from "vitest";
import { annotationsOf } from "../../src/object/kubeObject.ts";
import { refKey } from "../../src/object/objectRef.ts";
import { instanceRef } from "../../src/sync/crds.ts";
import { type DeclareContext, declareRevision } from "../../src/sync/declareRevision.ts";
import { loadRevision, newRevisionMemory } from "../../src/sync/loadRevision.ts";
import { unusedPackages } from "../../src/sync/prunePackages.ts";
import { type Published, PublishedObjects } from "../../src/sync/publishedObjects.ts";
import { RevertThrottle } from "../../src/sync/revertThrottle.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { demoPackage, everyField, type Files, instanceText } from "./fleet.ts";
import { NO_PACKAGES } from "./syncWorld.ts";

async function declare(files: Files, context: Partial<DeclareContext> = {}, revision = "r1") {
  const loaded = await loadRevision(
    { source: "fleet", revision, tree: memoryTree(files) },
    ".",
    newRevisionMemory("fleet", { reader: NO_PACKAGES, repositories: [] }),
    new AbortController().signal,
  );
  return declareRevision(loaded, {
    source: "fleet",
    previous: undefined,
    published: () => undefined,
    otherOwner: () => undefined,
    ...context,
  });
}

const key = (name: string, namespace = "ns"): string => refKey(instanceRef({ namespace, name }));
const two = { ...demoPackage(), ...demoPackage("0.10.0", "new/demo"), ...demoPackage("0.9.0", "newer/demo") };

describe("what a revision declares", () => {
  test("are packages in each namespace that uses them, and no others", async () => {
    const declared = await declare({
      ...two,
      "a.yaml": instanceText("a", { namespace: "one" }),
      "b.yaml": instanceText("b", { namespace: "two", version: "demo-0.10.0" }),
      "c.yaml": instanceText("c", { namespace: "two", version: "demo-0.9.0" }),
    });
    const places = [...declared.versions.values()].map(
      ({ object }) => `${object.metadata.namespace}/${object.metadata.name}`,
    );
    expect(places.sort()).toEqual(["one/demo-0.1.0", "two/demo-0.10.0", "two/demo-0.9.0"]);
    const operators = [...declared.operators.values()].map(({ object }) => object.metadata.namespace);
    expect(operators.sort()).toEqual(["one", "two"]);
  });

  test("is an instance with the digest of its package, or with the last one when the package is gone", async () => {
    const files = { ...demoPackage(), "a.yaml": instanceText("a", { namespace: "ns" }) };
    const digestIn = (declared: Awaited<ReturnType<typeof declare>>): string | undefined => {
      const object = declared.instances.get(key("a"))?.object;
      return object && annotationsOf(object)["lockstep.dev/package-digest"];
    };
    const fromGit = digestIn(await declare(files));
    expect(fromGit).toMatch(/^sha256:/);
    const live = (version: string): Published =>
      ({ packageDigest: "sha256:last", uses: { namespace: "ns", name: version } }) as Published;
    const alone = { "a.yaml": files["a.yaml"] };
    expect(digestIn(await declare(alone))).toBeUndefined();
    expect(digestIn(await declare(alone, { published: () => live("demo-0.1.0") }))).toBe("sha256:last");
    expect(digestIn(await declare(alone, { published: () => live("demo-0.0.9") }))).toBeUndefined();
  });

  test("tells wrong and unknown parameters with their file, and declares the instance all the same", async () => {
    const parameters = { SIZE: 3, LITS: ["a"] };
    const declared = await declare({
      ...everyField(),
      "a.yaml": instanceText("a", { namespace: "ns", version: "every-1.0.0-0.1.0", parameters }),
    });
    expect(declared.issues.map(({ severity, code, file, line }) => [severity, code, file, line])).toEqual([
      ["error", "instance.parameter", "a.yaml", 1],
      ["warning", "instance.parameterUnknown", "a.yaml", 1],
    ]);
    expect(declared.issues.at(-1)?.message).toContain('did you mean "LIST"?');
    expect([...declared.instances.keys()]).toEqual([key("a")]);
  });

  test("keeps the commit that last changed it", async () => {
    const files = { ...demoPackage(), "a.yaml": instanceText("a", { namespace: "ns" }) };
    const previous = await declare(files);
    const more = { ...files, "b.yaml": instanceText("b", { namespace: "ns" }) };
    const next = await declare(more, { previous }, "r2");
    expect([next.instances.get(key("a"))?.revision, next.instances.get(key("b"))?.revision]).toEqual([
      "r1",
      "r2",
    ]);
    const owned = previous.instances.get(key("a"))?.digest;
    const published = () => ({ owned, revision: "r0", uses: {} }) as Published;
    const restarted = await declare(files, { published }, "r3");
    expect(restarted.instances.get(key("a"))?.revision).toBe("r0");
  });

  test("leaves out what another source has", async () => {
    const files = { ...demoPackage(), "a.yaml": instanceText("a", { namespace: "ns" }) };
    const declared = await declare(files, { otherOwner: () => "west" });
    expect([declared.instances.size, declared.versions.size, declared.leftOut.has(key("a"))]).toEqual([
      0,
      0,
      true,
    ]);
    expect(declared.issues).toMatchObject([{ code: "sync.ownedByOtherSource", file: "a.yaml", line: 1 }]);
  });
});

describe("packages that nothing names", () => {
  const object = (kind: string, name: string, spec: Record<string, unknown>, extra: object = {}) => ({
    apiVersion: "kudo.dev/v1beta1",
    kind,
    metadata: {
      name,
      namespace: "ns",
      uid: `${kind}-${name}`,
      annotations: { "lockstep.dev/source": "fleet" },
      ...extra,
    },
    spec: spec as never,
  });
  const version = object("OperatorVersion", "demo-1", { operator: { name: "demo" } });
  const operator = object("Operator", "demo", {});
  const user = object("Instance", "a", { operatorVersion: { name: "demo-1" } });
  const going = object(
    "Instance",
    "a",
    { operatorVersion: { name: "demo-1" } },
    { deletionTimestamp: "now" },
  );
  const foreign = object("OperatorVersion", "demo-2", { operator: { name: "demo" } }, { annotations: {} });
  const needs = (name: string, operatorVersion: string) => ({
    tasks: [{ name: "t", kind: "KudoOperator", spec: { package: name, operatorVersion } }],
  });
  const parent = object("OperatorVersion", "top-1", { operator: { name: "top" }, ...needs("mid", "1") });
  const middle = object("OperatorVersion", "mid-1", { operator: { name: "mid" }, ...needs("demo", "1") });
  const parentsUser = object("Instance", "b", { operatorVersion: { name: "top-1" } });
  const versionKey = refKey({ ...version, name: "demo-1", namespace: "ns" });

  test.each([
    ["go", [version, operator], [], "demo-1 demo"],
    ["stay while an instance names them", [version, operator, user], [], ""],
    ["stay while an instance on its way out names them", [version, operator, going], [], ""],
    ["stay while a source declares them", [version, operator], [versionKey], ""],
    [
      "stay while one that stays needs them, however far",
      [version, operator, parent, middle, parentsUser],
      [],
      "",
    ],
    ["go with the one that needs them", [version, operator, parent, middle], [], "demo-1 top-1 mid-1 demo"],
    ["stay while a child names them", [version, parent, middle, user], [], "top-1 mid-1"],
    ["leave the operator while another version of it lives", [version, operator, foreign], [], "demo-1"],
  ])("%s", (_name, objects, declared, expected) => {
    const published = new PublishedObjects();
    for (const item of objects) published.observe("ADDED", item);
    const unused = unusedPackages(published, "fleet", new Set(declared));
    expect(unused.map(({ ref }) => ref.name).join(" ")).toBe(expected);
  });
});

test("an object that is fought over is written back five times a minute", () => {
  const throttle = new RevertThrottle();
  const admitted = (now: number): number =>
    Array.from({ length: 8 }, () => throttle.admit("x", now)).filter(Boolean).length;
  expect([admitted(0), admitted(59_000), throttle.admit("y", 59_000), admitted(60_001)]).toEqual([
    5,
    0,
    true,
    5,
  ]);
});
