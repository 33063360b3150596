import { expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import { fromOperatorVersion, toOperator, toOperatorVersion } from "../../src/package/operatorVersion.ts";
import { loadGood } from "./smallPackage.ts";

const OPERATOR = `name: full
operatorVersion: "1.2.3"
appVersion: "8.0"
kubernetesVersion: "1.20"
maintainers: [{name: M, email: m@example.com}]
tasks:
  - {name: apply, kind: Apply, spec: {resources: [app.yaml]}}
  - {name: gone, kind: Delete, spec: {resources: [app.yaml]}}
  - {name: maybe, kind: Toggle, spec: {parameter: FLAG, resources: [app.yaml]}}
  - {name: certs, kind: Pipe, spec: {pod: app.yaml, pipe: [{file: /t/x, kind: Secret, key: x}, {envFile: /t/y, kind: ConfigMap, key: y}]}}
  - {name: child, kind: KudoOperator, spec: {package: zookeeper, instanceName: zk, operatorVersion: "0.3", appVersion: "3.4", parameterFile: app.yaml}}
  - {name: nothing, kind: Dummy, spec: {done: true, wantErr: true, fatal: true}}
plans:
  deploy: {strategy: serial, phases: [{name: p, strategy: parallel, steps: [{name: s, tasks: [apply, maybe]}, {name: e}]}]}
  cleanup: {phases: [{name: p, steps: [{name: s, tasks: [gone]}]}]}
`;
const PARAMS = `parameters:
  - {name: FLAG, displayName: On, description: Whether, default: "", type: boolean, enum: [true, false], trigger: deploy, group: g, hint: h, advanced: true}
  - {name: L, type: array, immutable: true, required: false}
  - {name: X}
`;

async function fullPackage() {
  const { pkg } = await loadGood({
    "operator.yaml": OPERATOR,
    "params.yaml": PARAMS,
    "templates/b.yaml": "x: 1\n",
  });
  return pkg;
}

test("an OperatorVersion is read back to the same package", async () => {
  const pkg = await fullPackage();
  const back = fromOperatorVersion(toOperatorVersion(pkg, "ns"));
  const parameters = pkg.parameters.map(({ group: _g, hint: _h, advanced: _a, ...kept }) => kept);
  const { kubernetesVersion: _k, ...kept } = pkg;
  expect(back).toEqual({ pkg: { ...kept, maintainers: [], parameters } });
});

test("it has KUDO's shape", async () => {
  const pkg = await fullPackage();
  const object = toOperatorVersion(pkg, "ns");
  expect(object).toMatchObject({
    apiVersion: "kudo.dev/v1beta1",
    kind: "OperatorVersion",
    metadata: { name: "full-8.0-1.2.3", namespace: "ns" },
    spec: {
      operator: { name: "full", kind: "Operator" },
      version: "1.2.3",
      appVersion: "8.0",
      parameters: [
        {
          name: "FLAG",
          required: true,
          default: "",
          "value-type": "boolean",
          enum: ["true", "false"],
          trigger: "deploy",
        },
        { name: "L", required: false, default: "null\n", "value-type": "array", immutable: true },
        { name: "X", required: true },
      ],
    },
  });
  expect(toOperator(pkg, "ns")).toEqual({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Operator",
    metadata: { name: "full", namespace: "ns" },
    spec: { kubernetesVersion: "1.20", maintainers: [{ name: "M", email: "m@example.com" }] },
  });
});

test("the digest does not depend on how a cluster writes nothing", async () => {
  const pkg = await fullPackage();
  const object = toOperatorVersion(pkg, "ns");
  const spec = JSON.parse(JSON.stringify(object.spec)) as Record<string, unknown>;
  const [task, ...tasks] = spec.tasks as { spec: object }[];
  const [parameter, ...parameters] = spec.parameters as object[];
  const noisy = {
    ...object,
    metadata: { ...object.metadata, uid: "u", resourceVersion: "7" },
    spec: {
      connectionString: "",
      upgradableFrom: null,
      ...spec,
      tasks: [
        { ...task, spec: { ...task?.spec, pod: "", pipe: null, parameter: "", done: false } },
        ...tasks,
      ],
      parameters: [{ ...parameter, immutable: false }, ...parameters],
    },
  } as unknown as KubeObject;
  const back = fromOperatorVersion(noisy);
  expect("pkg" in back && back.pkg.digest).toBe(pkg.digest);
});

test("another template, task or parameter gives another digest", async () => {
  const digest = async (files: Record<string, string>): Promise<string> => {
    const { pkg } = await loadGood({ "operator.yaml": OPERATOR, "params.yaml": PARAMS, ...files });
    return pkg.digest;
  };
  const digests = await Promise.all([
    digest({}),
    digest({ "templates/b.yaml": "" }),
    digest({ "params.yaml": PARAMS.replace("trigger: deploy", "trigger: cleanup") }),
    digest({ "operator.yaml": OPERATOR.replace("serial", "parallel") }),
    digest({ "operator.yaml": OPERATOR.replace("m@example.com", "n@example.com") }),
  ]);
  expect(new Set(digests).size).toBe(4); // maintainers are no part of an OperatorVersion
});

test("an unknown kind of task survives", async () => {
  const pkg = { ...(await fullPackage()), tasks: [{ name: "x", kind: "Unknown", given: "Magic" } as const] };
  const back = fromOperatorVersion(toOperatorVersion(pkg, ""));
  expect("pkg" in back && back.pkg.tasks).toEqual(pkg.tasks);
});

test.each([
  ["no operator", { version: "1" }, "names no operator"],
  ["a wrong type", { operator: { name: "a" }, tasks: "x" }, "tasks must be a list, not text"],
])("%s is a problem", (_name, spec, problem) => {
  const object = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion", metadata: { name: "a-1" }, spec };
  const read = fromOperatorVersion(object as KubeObject);
  expect("problem" in read && read.problem).toContain(problem);
});
