import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { runLockstep } from "../runLockstep.ts";

const FILES: Readonly<Record<string, string>> = {
  "pg/operator.yaml": `name: pg
operatorVersion: "0.2.0"
appVersion: "12.4"
kubernetesVersion: "1.20"
tasks:
  - {name: cfg, kind: Apply, spec: {resources: [cm.yaml]}}
  - {name: metrics, kind: Toggle, spec: {parameter: METRICS_ON, resources: [exporter.yaml]}}
  - {name: certs, kind: Pipe, spec: {pod: cert-pod.yaml, pipe: [{file: /tmp/crt, kind: Secret, key: crt}]}}
  - {name: wait, kind: Dummy, spec: {done: true}}
plans:
  deploy:
    strategy: serial
    phases:
      - name: main
        strategy: parallel
        steps:
          - {name: config, tasks: [cfg]}
          - {name: extras, tasks: [metrics, certs, wait]}
`,
  "pg/params.yaml": `parameters:
  - {name: replicas, default: "3", description: "How many servers there are in all, the one that is written to among them."}
  - {name: METRICS_ON, type: boolean, default: false, required: false, immutable: true}
  - {name: PASSWORD}
`,
  "pg/templates/cm.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Name }}"}
data: {replicas: "{{ .Params.replicas }}", password: "{{ .Params.PASSWORD }}"}
`,
  "pg/templates/exporter.yaml": "",
  "pg/templates/cert-pod.yaml": `apiVersion: v1
kind: Pod
spec:
  volumes: [{name: tmp, emptyDir: {}}]
  initContainers: [{name: make, image: make, volumeMounts: [{name: tmp, mountPath: /tmp}]}]
`,
  "broken/operator.yaml": `name: broken
operatorVersion: "1"
kubernetesVersion: "1.20"
tasks:
  - {name: a, kind: Aply, spec: {resources: [a.yaml]}}
plans:
  deploy: {phases: [{name: p, steps: [{name: s, tasks: [b]}]}]}
`,
  "broken/params.yaml": "parameters: [{name: X}]\n",
  "unreadable/operator.yaml": "name: [\n",
  "pg.tgz": "",
};

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "lockstep-package-"));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await symlink("/etc/hosts", join(root, "broken/params.link"));
});

afterAll(() => rm(root, { recursive: true }));

/** Runs the program; the folder is taken out of what it says. */
async function run(...args: readonly string[]) {
  const { code, out, err } = await runLockstep(args, [registerPackage]);
  const clean = (text: string): string => text.replaceAll(`${root}/`, "");
  return { code, out: clean(out), err: clean(err) };
}

test("list plans shows a tree", async () => {
  const { out, code } = await run("package", "list", "plans", join(root, "pg"));
  expect(code).toBe(0);
  expect(out).toBe(`plans
└── deploy (serial)
    └── [phase]  main (parallel)
        ├── [step]  config
        │   └── cfg
        └── [step]  extras
            ├── metrics
            ├── certs
            └── wait
`);
});

test("list plans -t shows tasks and their templates", async () => {
  const { out } = await run("package", "list", "plans", join(root, "pg"), "-t");
  expect(out).toBe(`plans
└── deploy (serial)
    └── [phase]  main (parallel)
        ├── [step]  config
        │   └── [apply]  cfg
        │       └── cm.yaml
        └── [step]  extras
            ├── [toggle]  metrics
            │   ├── [parameter]  METRICS_ON
            │   └── exporter.yaml
            ├── [pipe]  certs
            │   └── cert-pod.yaml
            └── [dummy]  wait
`);
});

test("list tasks is a table with tabs", async () => {
  const { out } = await run("package", "list", "tasks", join(root, "pg"));
  expect(out).toBe(
    "Name   \tKind  \tResources\ncfg    \tApply \t[cm.yaml]\nmetrics\tToggle\t[exporter.yaml]\ncerts  \tPipe  \tcert-pod.yaml\nwait   \tDummy\n",
  );
});

test.each([
  [
    "sorted by name",
    [],
    "Name      \tDefault\tRequired\tImmutable\nMETRICS_ON\tfalse  \tfalse   \ttrue\nPASSWORD  \t       \ttrue    \tfalse\nreplicas  \t3      \ttrue    \tfalse\n",
  ],
  ["only names", ["--names"], "Name\nMETRICS_ON\nPASSWORD\nreplicas\n"],
  [
    "only what needs a value",
    ["-r"],
    "Name    \tDefault\tRequired\tImmutable\nPASSWORD\t       \ttrue    \tfalse\n",
  ],
])("list parameters: %s", async (_name, flags, expected) => {
  expect((await run("package", "list", "parameters", join(root, "pg"), ...flags)).out).toBe(expected);
});

test("a long description is wrapped", async () => {
  const { out } = await run("package", "list", "parameters", join(root, "pg"), "-d");
  expect(out.split("\n").slice(3)).toEqual([
    "replicas  \t3      \ttrue    \tfalse    \tHow many servers there are in all,",
    "          \t       \t        \t         \tthe one that is written to among",
    "          \t       \t        \t         \tthem.",
    "",
  ]);
});

test("listings come as JSON and YAML too", async () => {
  const json = await run("package", "list", "parameters", join(root, "pg"), "-o", "json");
  expect(JSON.parse(json.out)).toMatchObject([
    { name: "METRICS_ON" },
    { name: "PASSWORD" },
    { name: "replicas" },
  ]);
  const yaml = await run("package", "list", "tasks", join(root, "pg"), "-o", "yaml");
  expect(yaml.out).toContain("- name: cfg\n  kind: Apply\n  resources:\n  - cm.yaml\n");
});

describe("verify", () => {
  test("a good package", async () => {
    const { code, out, err } = await run("package", "verify", join(root, "pg"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/package is valid\n$/);
  });

  test("all mistakes at once, each with its place", async () => {
    const { code, out, err } = await run("package", "verify", join(root, "broken"));
    expect(code).toBe(1);
    expect(out).toBe(`Warnings
broken/operator.yaml:5:12: no plan uses the task "a"
  5 |   - {name: a, kind: Aply, spec: {resources: [a.yaml]}}
    |            ^
broken/params.yaml:1:21: parameter "X" is used by no template and no Toggle, and triggers no plan
  1 | parameters: [{name: X}]
    |                     ^

Errors
broken/operator.yaml:5:21: task "a" has the unknown kind "Aply"; did you mean "Apply"?
  5 |   - {name: a, kind: Aply, spec: {resources: [a.yaml]}}
    |                     ^
  hint: the kinds are Apply, Delete, Toggle, Pipe, KudoOperator, Dummy
broken/operator.yaml:7:57: step deploy.p.s uses the task "b", which is not defined
  7 |   deploy: {phases: [{name: p, steps: [{name: s, tasks: [b]}]}]}
    |                                                         ^

`);
    expect(err).toBe("error: broken: found 2 package verification errors\n");
  });

  test("also the texts of parameters, and what a Kubernetes lacks, where it is asked for", async () => {
    const words = ["--param-checks", "type, hint", "--kube-version", "1.36", "-o", "yaml"];
    const { code, out } = await run("package", "verify", join(root, "pg"), ...words);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^errors: \[\]\nwarnings:\n- code: package.parameterText\n {2}message: parameter "replicas" has no hint\n/,
    );
    expect(out.match(/has no (hint|type)/g)).toHaveLength(5);
    expect(out).toMatch(/^valid: true$/m);
  });

  test("as a document", async () => {
    const { code, out } = await run("package", "verify", join(root, "broken"), "-o", "json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      valid: false,
      errors: [{ code: "package.taskKind", file: "broken/operator.yaml", line: 5 }, { line: 7 }],
      warnings: [{}, {}],
    });
  });

  test.each([
    ["a folder that is not there", ["package", "verify", "/nowhere/at/all"], 1, "no such file"],
    ["no archive", ["package", "verify", "pg.tgz"], 1, "pg.tgz is no .tgz archive"],
    ["a folder without a package", ["package", "list", "plans", "."], 1, "the package has no operator.yaml"],
    ["a package that cannot be read", ["package", "list", "plans", "unreadable"], 1, "operator.yaml:2:1"],
    ["an unknown flag", ["package", "verify", "pg", "--outptu", "json"], 2, "Did you mean --output?"],
    ["an unknown command", ["package", "verfy"], 2, "Did you mean verify?"],
    ["an unknown check", ["package", "verify", "pg", "--param-checks", "hints"], 2, 'did you mean "hint"?'],
    ["no version", ["package", "verify", "pg", "--kube-version", "new"], 2, "--kube-version"],
    ["an unknown format", ["package", "verify", "pg", "-o", "xml"], 2, "expected text, json or yaml"],
    [
      "flags that exclude each other",
      ["package", "list", "parameters", "pg", "-r", "--names"],
      2,
      "exclude each other",
    ],
  ])("%s", async (_name, args, code, message) => {
    const paths = args.map((arg, index) =>
      ["pg", "pg.tgz", ".", "unreadable"].includes(arg) && index > 1 ? join(root, arg) : arg,
    );
    const result = await run(...paths);
    expect(result.code).toBe(code);
    expect(result.err).toContain(message);
  });
});
