import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { OperatorPackage, PipeEntry, Plan, Task } from "../../src/package/operatorPackage.ts";
import { pipeArtifactName, pipePodName, pipesOf } from "../../src/package/pipeNames.ts";
import { pipePod, pipePodProblems } from "../../src/package/pipePod.ts";

const MOUNT = { name: "out", mountPath: "/out" };
const SPEC: JsonObject = {
  volumes: [{ name: "out", emptyDir: {} }],
  initContainers: [{ name: "maker", image: "maker", volumeMounts: [MOUNT] }],
};
const podWith = (spec: JsonObject, rest: JsonObject = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "given" },
  spec: { ...SPEC, ...spec },
  ...rest,
});
const fileAt = (file: string): readonly PipeEntry[] => [{ file, kind: "Secret", key: "k" }];
const envAt = (envFile: string): readonly PipeEntry[] => [{ envFile, kind: "Secret", key: "k" }];
const init = (...containers: readonly JsonObject[]): JsonObject => ({ initContainers: containers });

describe("a pod that makes files", () => {
  test.each<[string, JsonObject, readonly PipeEntry[]]>([
    ["as small as can be", {}, fileAt("/out/a")],
    ["deep beneath the mount", {}, fileAt("/out/a/b/c.txt")],
    ["with restartPolicy OnFailure", { restartPolicy: "OnFailure" }, fileAt("/out/a")],
    [
      "with volumes of other types",
      { volumes: [...(SPEC.volumes as []), { name: "c", configMap: { name: "c" } }] },
      fileAt("/out/a"),
    ],
    ["with an empty list of containers", { containers: [] }, fileAt("/out/a")],
    [
      "a mount with a slash at its end",
      init({ volumeMounts: [{ name: "out", mountPath: "/out/" }] }),
      fileAt("/out/a"),
    ],
    ["a path that goes up and down", {}, fileAt("/out/x/../a")],
    ["a dot within a name", {}, fileAt("/out/a.b")],
    ["an env file of any name", {}, envAt("/out/ä")],
  ])("%s", (_name, spec, pipe) => {
    expect(pipePodProblems(podWith(spec), pipe)).toEqual([]);
  });

  test.each<[string, JsonObject, readonly PipeEntry[], string]>([
    ["containers", { containers: [{ name: "a" }] }, fileAt("/out/a"), "has containers"],
    ["no init container", init(), fileAt("/out/a"), "has 0 init containers"],
    ["two init containers", init({ name: "a" }, { name: "b" }), fileAt("/out/a"), "has 2 init containers"],
    ["another restartPolicy", { restartPolicy: "Never" }, fileAt("/out/a"), "restartPolicy is Never"],
    [
      "no emptyDir",
      { volumes: [{ name: "out", configMap: {} }] },
      fileAt("/out/a"),
      "has 0 emptyDir volumes",
    ],
    [
      "an emptyDir that is null",
      { volumes: [{ name: "out", emptyDir: null }] },
      fileAt("/out/a"),
      "has 0 emptyDir",
    ],
    [
      "two emptyDirs",
      {
        volumes: [
          { name: "a", emptyDir: {} },
          { name: "b", emptyDir: {} },
        ],
      },
      fileAt("/out/a"),
      "has 2 emptyDir",
    ],
    [
      "an emptyDir that is not mounted",
      init({ volumeMounts: [{ name: "b", mountPath: "/out" }] }),
      fileAt("/out/a"),
      "does not mount the emptyDir volume out",
    ],
    ["a file elsewhere", {}, fileAt("/tmp/a"), "/tmp/a is not beneath /out"],
    ["a neighbour of the mount", {}, fileAt("/outer/a"), "is not beneath"],
    ["the mount itself", {}, fileAt("/out"), "is not beneath"],
    ["a file that climbs out", {}, fileAt("/out/../etc/passwd"), "is not beneath"],
    ["a relative path", {}, fileAt("out/a"), "is not beneath"],
    ["⚠ a dot-file at the mount", {}, fileAt("/out/.a"), "is not beneath"],
    ["a name that can be no key", {}, fileAt("/out/a b"), "the file name a b cannot be a key"],
    ["an env file elsewhere", {}, envAt("/tmp/a"), "is not beneath"],
  ])("not with %s", (_name, spec, pipe, problem) => {
    expect(pipePodProblems(podWith(spec), pipe).join("\n")).toContain(problem);
  });

  test("all problems come at once", () => {
    expect(
      pipePodProblems(podWith({ containers: [{}], restartPolicy: "Always" }), fileAt("/x")),
    ).toHaveLength(3);
  });

  test("gets a name, a mark and the waiter, and keeps the rest", () => {
    const given = podWith(
      { nodeSelector: { a: "b" } },
      { metadata: { generateName: "x-", labels: { a: "b" } } },
    );
    expect(pipePod(given, "made")).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "made", labels: { a: "b" }, annotations: { "kudo.dev/pipepod": "true" } },
      spec: {
        ...SPEC,
        nodeSelector: { a: "b" },
        restartPolicy: "OnFailure",
        containers: [
          {
            name: "waiter",
            image: "busybox",
            command: ["/bin/sh", "-c"],
            args: ["sleep infinity"],
            volumeMounts: [MOUNT],
          },
        ],
      },
    });
  });
});

describe("names", () => {
  const place = { instance: "my-app", plan: "deploy", phase: "boot", step: "gen_cert", task: "tls" };
  test.each([
    ["of the specification's example", place, "My-Key", "myapp.deploy.boot.gencert.tls.mykey"],
    ["of letters that are none of ASCII", { ...place, step: "Größe 2" }, "k", "myapp.deploy.boot.gre2.tls.k"],
    ["of a part that vanishes", { ...place, phase: "--" }, "k", "myapp.deploy..gencert.tls.k"],
  ])("%s", (_name, at, key, name) => {
    expect(pipeArtifactName(at, key)).toBe(name);
  });

  test("the pod's is made the same way", () => {
    expect(pipePodName(place)).toBe("myapp.deploy.boot.gencert.tls.pipepod");
  });
});

describe(".Pipes", () => {
  const task = (name: string, ...keys: readonly string[]): Task => ({
    name,
    kind: "Pipe",
    pod: "pod.yaml",
    pipe: keys.map((key) => ({ file: "/out/a", kind: "Secret", key })),
  });
  const plan = (name: string, ...steps: readonly (readonly string[])[]): Plan => ({
    name,
    strategy: "serial",
    phases: [
      {
        name: "main",
        strategy: "serial",
        steps: steps.map((tasks, index) => ({ name: `s${index}`, tasks })),
      },
    ],
  });
  const pipes = (tasks: readonly Task[], of: Plan) =>
    pipesOf({ tasks } as unknown as OperatorPackage, of, "web");

  test("has the keys of the plan's own tasks", () => {
    const tasks = [task("a", "one", "two"), task("b", "three"), task("c", "four")];
    expect(pipes(tasks, plan("backup", ["a"], ["b"]))).toEqual({
      kind: "names",
      names: {
        one: "web.backup.main.s0.a.one",
        two: "web.backup.main.s0.a.two",
        three: "web.backup.main.s1.b.three",
      },
    });
  });

  test.each<[string, readonly Task[], Plan, string]>([
    [
      "one key in two tasks",
      [task("a", "k"), task("b", "k")],
      plan("p", ["a", "b"]),
      "the pipe key 'k' occurs twice",
    ],
    ["one key twice in a task", [task("a", "k", "k")], plan("p", ["a"]), "the pipe key 'k' occurs twice"],
    ["one task in two steps", [task("a", "k")], plan("p", ["a"], ["a"]), "the pipe key 'k' occurs twice"],
    [
      "keys that differ by case",
      [task("a", "k", "K")],
      plan("p", ["a"]),
      "both make Secret web.p.main.s0.a.k",
    ],
    [
      "tasks that differ by a dash",
      [task("a-b", "k"), task("ab", "l")],
      plan("p", ["a-b", "ab"]),
      "both make the pod",
    ],
  ])("clashes: %s", (_name, tasks, of, problem) => {
    expect(pipes(tasks, of)).toMatchObject({ kind: "clash", problem: expect.stringContaining(problem) });
  });

  test("a key that clashes in another plan does no harm", () => {
    expect(pipes([task("a", "k"), task("b", "k")], plan("p", ["a"]))).toMatchObject({ kind: "names" });
  });
});
