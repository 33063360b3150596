import { afterAll, beforeAll, expect, test } from "vitest";
import { type Desk, makeDesk, PG } from "./templateFixture.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await makeDesk();
  await desk.write({ ...PG, "values.yaml": "LIST: [a, b]\nNUMBER: 3\n" });
});

afterAll(() => desk.remove());

test.each([
  [
    "data of an example without a package",
    ["{{ .Name }} {{ .Namespace }} {{ .PlanName }}"],
    "example default deploy",
  ],
  ["parameters as text", ["{{ kindOf .Params.A }}{{ .Params.A }}", "-p", "A=1"], "string1"],
  [
    "lists of a file as they are",
    ["{{ join `,` .Params.LIST }} {{ kindOf .Params.NUMBER }}", "-P", "DIR/values.yaml"],
    "a,b string",
  ],
  [
    "the defaults of a package",
    [
      "{{ .Params.NODE_COUNT }} {{ .OperatorName }} {{ .AppVersion }} {{ .Params.LABELS }}",
      "--package",
      "DIR/pg",
    ],
    "2 pg 12.4 map[]",
  ],
  [
    "parameters over them",
    [
      "{{ .Params.NODE_COUNT }} {{ .Name }}/{{ .Namespace }}",
      "--package",
      "DIR/pg",
      "-p",
      "NODE_COUNT=5",
      "--instance",
      "x",
      "-n",
      "prod",
    ],
    "5 x/prod",
  ],
  [
    "the place in the plans",
    ["{{ .PlanName }}.{{ .PhaseName }}.{{ .StepName }}", "--package", "DIR/pg", "--step", "extras"],
    "deploy.main.extras",
  ],
  ["output as it is", ["a\n\n"], "a\n\n"],
] as const)("eval sees %s", async (_name, args, out) => {
  expect(await desk.run(["template", "eval", ...args])).toEqual({ code: 0, out, err: "" });
});

test("eval reads standard input, and draws the same with a seed", async () => {
  const draw = () => desk.run(["template", "eval", "-", "--seed", "s"], "{{ now | date `2006` }}");
  expect(await draw()).toEqual(await draw());
});

test.each([
  [
    "a parameter",
    ["{{ .Params.NODE_CUONT }}", "--package", "DIR/pg"],
    `error: text:1:11: map has no entry for key "NODE_CUONT"; did you mean "NODE_COUNT"?
  1 | {{ .Params.NODE_CUONT }}
    |           ^^^^^^^^^^^
`,
  ],
  [
    "a parameter without .Params",
    ["{{ .NODE_COUNT }}", "--package", "DIR/pg"],
    `error: text:1:4: map has no entry for key "NODE_COUNT"; did you mean ".Params.NODE_COUNT"?
  1 | {{ .NODE_COUNT }}
    |    ^^^^^^^^^^^
`,
  ],
  [
    "a function, on its line",
    ["a\n  {{ .Name | nidnent 2 }}"],
    `error: text:2:14: function "nidnent" not defined; did you mean "nindent"?
  2 |   {{ .Name | nidnent 2 }}
    |              ^^^^^^^
`,
  ],
  [
    "a template, and those that led there",
    ["{{define `header`}}{{template `foter`}}{{end}}{{define `footer`}}{{end}}\n{{template `header`}}"],
    `error: text:1:31: template "foter" not defined; did you mean "footer"?
  1 | {{define \`header\`}}{{template \`foter\`}}{{end}}{{define \`footer\`}}{{end}}
    |                               ^^^^^^^
  in template "header", called at text:2:12
  2 | {{template \`header\`}}
    |            ^^^^^^^^
`,
  ],
  [
    "what is behind a terminal's dash",
    ["-"],
    `error: stdin:1:4: undefined variable "$x"
  1 | {{ $x }}
    |    ^^
  hint: a variable is declared by := and known until the {{end}} of its block; a template knows none of its caller
`,
  ],
] as const)("eval names %s", async (_name, args, err) => {
  expect(await desk.run(["template", "eval", ...args], "{{ $x }}")).toEqual({ code: 1, out: "", err });
});

test("index of an unknown key is no error, as in Go", async () => {
  const { code, out } = await desk.run([
    "template",
    "eval",
    '{{ index .Params "NODE_CUONT" }}',
    "--package",
    "DIR/pg",
  ]);
  expect({ code, out }).toEqual({ code: 0, out: "<no value>" });
});

test.each([
  [
    "an unknown parameter",
    ["x", "--package", "DIR/pg", "-p", "NODE_CUONT=1"],
    2,
    'no parameter NODE_CUONT; did you mean "NODE_COUNT"?',
  ],
  ["a value that does not fit", ["x", "--package", "DIR/pg", "-p", "NODE_COUNT=x"], 1, "NODE_COUNT"],
  [
    "an unknown step",
    ["x", "--package", "DIR/pg", "--step", "extra"],
    2,
    "there is no step 'extra'; did you mean \"extras\"?",
  ],
  ["a folder without package", ["x", "--package", "DIR"], 1, "no usable package"],
] as const)("eval refuses %s", async (_name, args, code, message) => {
  const run = await desk.run(["template", "eval", ...args]);
  expect(run.code).toBe(code);
  expect(run.err).toContain(message);
});

test("an error does not quote what a parameter was given", async () => {
  const text = "{{ range .Params.PASSWORD }}{{ end }}";
  const { err } = await desk.run(["template", "eval", text, "--package", "DIR/pg", "-p", "PASSWORD=hunter2"]);
  expect(err).toContain("range can't iterate over <value of PASSWORD>");
  expect(err).not.toContain("hunter2");
});

test.each([
  ["by path", ["DIR/pg/templates/metrics.yaml"]],
  ["by name", ["metrics.yaml", "--package", "DIR/pg"]],
  ["by its place in the package", ["templates/metrics.yaml", "--package", "DIR/pg"]],
] as const)("render finds a template %s", async (_name, args) => {
  const run = await desk.run(["template", "render", ...args, "--instance", "x"]);
  expect(run).toEqual({
    code: 0,
    out: 'apiVersion: v1\nkind: Service\nmetadata: {name: "x-metrics"}\n',
    err: "",
  });
});

test("render shows the file, the line and the chain of an error", async () => {
  const { code, err } = await desk.run([
    "template",
    "render",
    "DIR/pg/templates/cm.yaml",
    "-p",
    "PASSWORD=12",
  ]);
  expect(code).toBe(1);
  expect(err).toBe(`error: DIR/pg/templates/cm.yaml:4:45: wrong type for value; expected string; got int64
  4 |   port: "{{ atoi .Params.PASSWORD | int64 | trunc 3 }}"
    |                                             ^^^^^
  in template "body", called at DIR/pg/templates/cm.yaml:15:16
  15 |   {{- template "body" . }}
     |                ^^^^^^
  hint: this is no text yet: (toString VALUE)
`);
});

test.each([
  [
    "a mistyped name",
    ["metrisc.yaml", "--package", "DIR/pg"],
    'has no template metrisc.yaml; did you mean "metrics.yaml"?',
  ],
  ["a file in no package", ["DIR/values.yaml"], "lies in no package"],
] as const)("render refuses %s", async (_name, args, message) => {
  const { code, err } = await desk.run(["template", "render", ...args]);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("render --debug says where each object begins", async () => {
  const { out } = await desk.run(["render", "DIR/pg", "--instance", "x", "--debug"]);
  expect(out.split("\n").filter((line) => line.startsWith("#"))).toEqual([
    "# templates/cm.yaml:8  deploy/main/config/config: ConfigMap/x",
    "# templates/many.yaml:9  deploy/main/config/config: Secret/printed",
    "# templates/many.yaml:3  deploy/main/config/config: Service/x-0",
    "# templates/many.yaml:3  deploy/main/config/config: Service/x-1",
  ]);
});

test("render --debug as JSON has it beside each manifest, and the manifests are the same", async () => {
  const args = ["render", "DIR/pg", "--instance", "x", "-o", "json"];
  const plain = JSON.parse((await desk.run(args)).out) as readonly unknown[];
  const debug = JSON.parse((await desk.run([...args, "--debug"])).out) as readonly Record<string, unknown>[];
  expect(debug.map(({ manifest }) => manifest)).toEqual(plain);
  expect(debug[0]).toMatchObject({
    template: "templates/cm.yaml:8",
    plan: "deploy",
    phase: "main",
    step: "config",
    task: "config",
  });
});
