import { expect, test } from "vitest";
import { registerPackage } from "../../../src/cli/commands/package.ts";
import { PG_FILES, packageDesk } from "./packageDesk.ts";

const { run, read, write } = packageDesk([registerPackage]);

/** What a call adds to the files of the package; comments and layout must stay. */
async function added(folder: string, words: readonly string[], answers?: readonly string[]) {
  await write(folder, PG_FILES);
  const [what = "", ...rest] = words;
  const dir = what === "maintainer" ? ["--dir", `@${folder}`] : [`@${folder}`];
  const made = await run(["package", "add", what, ...rest, ...dir], answers);
  const lines = async (file: keyof typeof PG_FILES): Promise<string> => {
    const before = PG_FILES[file].split("\n");
    const after = (await read(`${folder}/${file}`)).split("\n");
    const rest = [...before];
    const fresh = after.filter((line) => (rest[0] === line ? rest.shift() === undefined : true));
    return rest.length === 0 ? fresh.join("\n") : `CHANGED: ${rest[0]}`;
  };
  return { ...made, operator: await lines("operator.yaml"), params: await read(`${folder}/params.yaml`) };
}

test.each<[string, readonly string[], string]>([
  [
    "an integer",
    ["--name", "COUNT", "--type", "integer", "--default", "3", "--trigger", "deploy"],
    "  - name: COUNT\n    type: integer\n    default: 3\n    trigger: deploy\n",
  ],
  [
    "a text that looks like a number",
    ["--name", "V", "--default", "010", "--display-name", "Version", "--trigger", "deploy"],
    '  - name: V\n    displayName: Version\n    default: "010"\n    trigger: deploy\n',
  ],
  [
    "a list, in a new group",
    ["--name", "PORTS", "--type", "array", "--default", "[80]", "--group", "net", "--trigger", "deploy"],
    "  - name: PORTS\n    type: array\n    default:\n      - 80\n    trigger: deploy\n    group: net\ngroups:\n  - name: net\n",
  ],
  [
    "one of some, fixed",
    ["--name", "K", "--enum", "a, b", "--default", "a", "--immutable", "--trigger", "deploy"],
    "  - name: K\n    default: a\n    enum:\n      - a\n      - b\n    trigger: deploy\n    immutable: true\n",
  ],
  [
    "an optional one",
    ["--name", "O", "--type", "boolean", "--optional", "--advanced", "--trigger", "deploy"],
    "  - name: O\n    type: boolean\n    required: false\n    trigger: deploy\n    advanced: true\n",
  ],
])("a parameter: %s", async (name, words, text) => {
  const made = await added(`parameter-${name.replaceAll(/\W/g, "-")}`, ["parameter", ...words]);
  expect(made).toMatchObject({ code: 0, err: "", params: `# none\nparameters:\n${text}` });
});

test.each<[string, readonly string[], string, Readonly<Record<string, string>>]>([
  [
    "Apply, with a template that is there and one that is not",
    ["--kind", "Apply", "--resources", "cm.yaml, x/new.yaml"],
    "    - {name: t, kind: Apply, spec: {resources: [cm.yaml, x/new.yaml]}}",
    { "templates/x/new.yaml": "# Objects of the task t.\n" },
  ],
  [
    "KudoOperator",
    [
      "--kind",
      "KudoOperator",
      "--package",
      "kafka",
      "--operator-version",
      "1.2",
      "--parameter-file",
      "k.yaml",
    ],
    '    - {name: t, kind: KudoOperator, spec: {package: kafka, operatorVersion: "1.2", parameterFile: k.yaml}}',
    { "templates/k.yaml": "# Parameters of the child instance, NAME: value.\n" },
  ],
  ["Dummy", ["--kind", "Dummy", "--done"], "    - {name: t, kind: Dummy, spec: {done: true}}", {}],
  [
    "Pipe",
    ["--kind", "Pipe", "--pod", "p.yaml", "--pipe", "key=k,kind=ConfigMap,envFile=/out/a.env"],
    "    - {name: t, kind: Pipe, spec: {pod: p.yaml, pipe: [{envFile: /out/a.env, kind: ConfigMap, key: k}]}}",
    { "templates/p.yaml": expect.stringContaining("mountPath: /out\n") },
  ],
])("a task: %s", async (name, words, operator, templates) => {
  const folder = `task-${name.slice(0, 5)}`;
  const made = await added(folder, ["task", "--name", "t", ...words]);
  expect(made).toMatchObject({ code: 0, operator });
  for (const [file, text] of Object.entries(templates)) expect(await read(`${folder}/${file}`)).toEqual(text);
  expect((await run(["package", "verify", `@${folder}`])).code).toBe(0);
});

test("a Toggle task by its parameter", async () => {
  await added("toggle", ["parameter", "--name", "METRICS", "--type", "boolean", "--default", "false"]);
  const words = [
    "task",
    "@toggle",
    "--name",
    "t",
    "--kind",
    "Toggle",
    "--parameter",
    "METRICS",
    "--resources",
    "cm.yaml",
  ];
  expect((await run(["package", "add", ...words])).code).toBe(0);
  const answers = ["u", "tog", "METRICS", "cm.yml", "cm.yaml", ""];
  expect((await run(["package", "add", "task", "@toggle"], answers)).code).toBe(0);
  for (const name of ["t", "u"])
    expect(await read("toggle/operator.yaml")).toContain(
      `{name: ${name}, kind: Toggle, spec: {parameter: METRICS, resources: [cm.yaml]}}`,
    );
});

test("a plan", async () => {
  const steps = ["--step", "save/dump=cfg", "--step", "save/ship=cfg", "--step", "after/tidy=cfg"];
  const made = await added("plan", ["plan", "--name", "backup", "--phase", "after=parallel", ...steps]);
  expect(made).toMatchObject({ code: 0, out: 'plan/operator.yaml: added the plan "backup"\n', err: "" });
  expect((await run(["package", "list", "plans", "@plan"])).out).toBe(`plans
├── backup (serial)
│   ├── [phase]  save (serial)
│   │   ├── [step]  dump
│   │   │   └── cfg
│   │   └── [step]  ship
│   │       └── cfg
│   └── [phase]  after (parallel)
│       └── [step]  tidy
│           └── cfg
└── deploy (serial)
    └── [phase]  main (serial)
        └── [step]  config
            └── cfg
`);
});

test("a maintainer", async () => {
  const made = await added("maintainer", ["maintainer", "Ann", "ann@example.com"]);
  expect(made).toMatchObject({
    code: 0,
    operator: "maintainers:\n  - name: Ann\n    email: ann@example.com",
  });
  const again = ["package", "add", "maintainer", "Ann", "ann@example.com", "--dir", "@maintainer"];
  expect((await run(again)).err).toContain('operator.yaml:18:5: there is the maintainer "Ann" already');
});

test.each<[string, readonly string[], readonly string[], string]>([
  [
    "a parameter",
    ["parameter"],
    ["REPLICAS", "int", "Replicas", "How many.", "", "3", "deploy", "", "size", "no"],
    '"REPLICAS"\nPARAMS:added the group "size"',
  ],
  ["a KudoOperator", ["task"], ["t", "k", "kafka", "kid", "", "", "", "deploy/main/config"], "to the step"],
  ["a Pipe", ["task"], ["t", "p", "pod.yaml", "out", "/o/a", "", "", "k", "no", ""], "from the root"],
  [
    "a plan",
    ["plan"],
    ["deploy", "backup", "", "main", "", "run", "cfgs", "cfg", "no", "no"],
    'no task "cfgs"',
  ],
  ["a maintainer", ["maintainer"], ["Ann", "ann@example.com"], 'the maintainer "Ann"'],
])("asks a person for %s", async (name, words, answers, says) => {
  const folder = `asks-${name.slice(-8).trim()}`;
  const made = await added(folder, words, answers);
  const [first = "", second = says] = says.split("\nPARAMS:");
  expect(made.out).toContain(first);
  expect(made.out).toContain(second);
  expect([made.code, (await run(["package", "verify", `@${folder}`])).code]).toEqual([0, 0]);
});

test.each<[string, readonly string[], number, string]>([
  ["no name and no terminal", ["parameter"], 2, "--name is missing, and there is no terminal"],
  [
    "a default of the wrong type",
    ["parameter", "--name", "N", "--type", "integer", "--default", "x"],
    1,
    "params.yaml:5:14",
  ],
  ["an unknown type", ["parameter", "--name", "N", "--type", "integr"], 2, 'did you mean "integer"?'],
  [
    "a default that is no YAML",
    ["parameter", "--name", "N", "--type", "map", "--default", "{a"],
    2,
    "is not YAML",
  ],
  ["a trigger that is no plan", ["parameter", "--name", "N", "--trigger", "nope"], 1, "params.yaml:4:14"],
  [
    "a task that is there",
    ["task", "--name", "cfg", "--kind", "Dummy"],
    1,
    'operator.yaml:7:8: there is a task "cfg" already',
  ],
  ["an unknown kind", ["task", "--name", "x", "--kind", "Aply"], 2, 'did you mean "Apply"?'],
  [
    "a field of another kind",
    ["task", "--name", "x", "--kind", "Dummy", "--pod", "p.yaml"],
    2,
    "--pod is nothing for a task of kind Dummy",
  ],
  [
    "a field that is missing",
    ["task", "--name", "x", "--kind", "Toggle", "--resources", "a.yaml"],
    2,
    "needs --parameter",
  ],
  [
    "a template that can be none",
    ["task", "--name", "x", "--kind", "Apply", "--resources", "a.yml"],
    1,
    "only files with .yaml",
  ],
  [
    "a template outside",
    ["task", "--name", "x", "--kind", "Apply", "--resources", "../a.yaml"],
    1,
    "the package's own templates folder",
  ],
  [
    "a bad pipe",
    ["task", "--name", "x", "--kind", "Pipe", "--pod", "p.yaml", "--pipe", "k=v"],
    2,
    '"k=v" says nothing',
  ],
  [
    "a step that is not there",
    ["task", "--name", "x", "--kind", "Dummy", "--step", "deploy/main/cfg"],
    2,
    "there is no such step",
  ],
  [
    "a plan that is there",
    ["plan", "--name", "deploy", "--step", "a/b=cfg"],
    1,
    'there is a plan "deploy" already',
  ],
  [
    "a plan of an unknown task",
    ["plan", "--name", "x", "--step", "a/b=cgf"],
    1,
    'uses the task "cgf", which is not defined',
  ],
  ["a plan without a step", ["plan", "--name", "x"], 2, "a plan needs a step"],
  ["a step that is half", ["plan", "--name", "x", "--step", "a=cfg"], 2, "write --step PHASE/STEP=TASK,TASK"],
  [
    "an unknown strategy",
    ["plan", "--name", "x", "--strategy", "Serial", "--step", "a/b=cfg"],
    2,
    '"Serial" is no strategy',
  ],
  ["half a maintainer", ["maintainer", "Ann"], 2, "a maintainer needs a name and an email"],
])("writes nothing: %s", async (_name, words, code, says) => {
  const made = await added("nothing", words);
  expect(made).toMatchObject({ code, out: "", operator: "", params: PG_FILES["params.yaml"] });
  expect(made.err).toContain(says);
});

test("a task comes into steps, wherever these are", async () => {
  await write("steps", PG_FILES);
  const words = ["--name", "t", "--kind", "Dummy", "--done", "--step", "deploy/main/config"];
  const made = await run(["package", "add", "task", "@steps", ...words]);
  expect(made).toEqual({
    code: 0,
    out: 'steps/operator.yaml: added the task "t"\nsteps/operator.yaml: added the task "t" to the step deploy/main/config\n',
    err: "",
  });
  expect(await read("steps/operator.yaml")).toContain("\n        tasks: [cfg, t]\n");
});

test("what is written as an alias is left to a person", async () => {
  const operator = `x: &m [{name: A, email: a@example.com}]\nmaintainers: *m\n${PG_FILES["operator.yaml"]}`;
  await write("alias", { ...PG_FILES, "operator.yaml": operator });
  const made = await run(["package", "add", "maintainer", "B", "b@example.com", "--dir", "@alias"]);
  expect(made).toMatchObject({ code: 1, out: "" });
  expect(made.err).toContain("alias/operator.yaml: nothing can be added to maintainers as it is written");
});
