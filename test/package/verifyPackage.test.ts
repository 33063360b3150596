import { describe, expect, test } from "vitest";
import { verifyPackage } from "../../src/package/verifyPackage.ts";
import { APP, type Files, load, OPERATOR, PARAMS, short } from "./smallPackage.ts";

const TASK = `  - name: app
    kind: Apply
    spec:
      resources: [app.yaml]
`;
const withTask = (text: string): Files => ({ "operator.yaml": OPERATOR.replace(TASK, `${TASK}${text}`) });
const withParameter = (text: string): Files => ({
  "params.yaml": `${PARAMS}  - name: P\n    ${text.replaceAll("\n", "\n    ")}\n`,
  "templates/app.yaml": `${APP}  p: "{{ .Params.P }}"\n`,
});
const withLine = (line: string): Files => ({ "templates/app.yaml": `${APP}  # ${line}\n` });
/** One Pipe task with the key `aa`, before the other task of the step. */
const withPipe = (spec: string, pod = "apiVersion: v1\nkind: Pod", more = ""): Files => ({
  "operator.yaml": OPERATOR.replace(
    TASK,
    `${TASK}  - name: x\n    kind: Pipe\n    spec: {pod: pod.yaml, pipe: [{file: /out/a, kind: Secret, key: aa}${more}]}\n`,
  ).replace("tasks: [app]", "tasks: [x, app]"),
  "templates/pod.yaml": `${pod}\n${spec}\n`,
});
const GOOD_POD =
  "spec: {volumes: [{name: v, emptyDir: {}}], initContainers: [{name: b, image: b, volumeMounts: [{name: v, mountPath: /out}]}]}";

async function verify(files: Files) {
  const { loaded } = await load(files);
  return loaded ? verifyPackage(loaded) : [];
}

test("a good package has no issues", async () => {
  expect(await verify({})).toEqual([]);
});

describe("besides the numbered rules, of which verifyRules.test.ts has a row each", () => {
  test.each<[string, Files, readonly string[]]>([
    [
      "a pipe with a bad key and kind",
      withTask(
        "  - name: x\n    kind: Pipe\n    spec: {pod: app.yaml, pipe: [{file: /a, envFile: /b, kind: secret, key: 'a b'}]}\n",
      ),
      [
        "error operator.yaml:12:41 package.taskInvalid",
        "error operator.yaml:12:64 package.taskInvalid",
        "error operator.yaml:12:77 package.taskInvalid",
        "warning operator.yaml:10:11 package.taskUnused",
      ],
    ],
    [
      "a plan without phases",
      { "operator.yaml": `${OPERATOR}  backup:\n    strategy: serial\n` },
      ["error operator.yaml:20:5 package.planEmpty"],
    ],
    [
      "a number for text",
      withParameter("type: string\ndefault: 3"),
      ["error params.yaml:8:14 package.default"],
    ],
    [
      "a function that does not exist",
      withLine("{{ env }}"),
      ["error templates/app.yaml:7:8 package.templateSyntax"],
    ],
    ["a template that fails", withLine('{{ fail "no" }}'), ["error templates/app.yaml:7:8 package.render"]],
    [
      "a result that is no YAML",
      { "templates/app.yaml": `${APP}  x: {{ .Name }}: y\n` },
      ["error templates/app.yaml:7 package.rendered"],
    ],
    [
      "an unknown strategy",
      { "operator.yaml": OPERATOR.replace("strategy: serial\n    phases", "strategy: Serial\n    phases") },
      ["warning operator.yaml:12:15 package.strategy"],
    ],
    [
      "an unknown type",
      withParameter("type: int\ndefault: 1"),
      ["warning params.yaml:7:11 package.parameterType"],
    ],
    [
      "two steps of one name",
      { "operator.yaml": `${OPERATOR}          - name: app\n            tasks: [app]\n` },
      ["warning operator.yaml:19:19 package.duplicateName"],
    ],
    [
      "a name that Kubernetes does not allow",
      { "operator.yaml": OPERATOR.replace("name: demo", "name: Demo_1") },
      ["error operator.yaml:2:7 package.name"],
    ],
    [
      "a pod that cannot make a pipe's files",
      withPipe("spec: {containers: [{name: a, image: a}], initContainers: [{name: b, image: b}]}"),
      ["error templates/pod.yaml package.pipePod", "error templates/pod.yaml package.pipePod"],
    ],
    [
      "a pipe without a pod by the defaults",
      withPipe("", '{{ if eq .Params.REPLICAS "4" }}\n{{ end }}'),
      ["warning templates/pod.yaml package.pipePod"],
    ],
    [
      "pipe keys whose names come out the same",
      withPipe(GOOD_POD, undefined, ", {file: /out/b, kind: Secret, key: A_A}"),
      ["error operator.yaml:15:5 package.pipeDuplicate"],
    ],
    [
      "a pipe that no task makes",
      withLine("{{ .Pipes.cert }}"),
      ["error templates/app.yaml:7:14 package.pipeUndefined"],
    ],
  ])("%s", async (_name, files, expected) => {
    expect((await verify(files)).map(short)).toEqual(expected);
  });
});

describe("no false alarm", () => {
  test.each<[string, Files]>([
    ["a pod without a name that makes a pipe's files", withPipe(GOOD_POD)],
    [
      "a field of a loop's element",
      {
        "params.yaml": `${PARAMS}  - name: L\n    type: array\n    default: [{region: a}]\n`,
        ...withLine("{{ range .Params.L }}{{ .region }}{{ end }}"),
      },
    ],
    [
      "a field inside with",
      {
        "params.yaml": `${PARAMS}  - name: M\n    type: map\n    default: {a: {b: 1}}\n`,
        ...withLine("{{ with .Params.M }}{{ .a.b }}{{ $.Name }}{{ end }}"),
      },
    ],
    ["parameters inside with", withLine("{{ with .Params }}{{ .REPLICAS }}{{ end }}")],
    ["parameters through a variable", withLine("{{ $p := .Params }}{{ $p.REPLICAS }}")],
    ["an index by name", withLine('{{ index .Params "REPLICAS" }}')],
    [
      "all parameters at once",
      {
        "params.yaml": `${PARAMS}  - name: P\n    default: a\n`,
        ...withLine("{{ range $k, $v := .Params }}{{ $k }}{{ end }}"),
      },
    ],
    [
      "a parameter used in else, behind a variable and in parentheses",
      {
        "params.yaml": `${PARAMS}  - name: P\n    default: a\n`,
        ...withLine("{{ $x := 1 }}{{ if eq $x 2 }}{{ else }}{{ (print .Params.P) }}{{ end }}"),
      },
    ],
    [
      "a parameter used in a defined template",
      {
        "params.yaml": `${PARAMS}  - name: P\n    default: a\n`,
        ...withLine('{{ define "x" }}{{ .Params.P }}{{ end }}{{ template "x" . }}'),
      },
    ],
    ["an unquoted integer default", withParameter("type: integer\ndefault: 3\nenum: [1, 2, 3]")],
    ["a number as default without a type", withParameter("default: 3")],
    ["the word Namespace in a comment and in a longer kind", withLine("kind: NamespaceX")],
    ["a required parameter without a default", withParameter("type: integer")],
    ["a version with a v", { "operator.yaml": OPERATOR.replace('"0.1.0"', '"v1.2"') }],
    [
      "an array without a default",
      {
        "params.yaml": `${PARAMS}  - name: L\n    type: array\n`,
        ...withLine("{{ range .Params.L }}{{ . }}{{ end }}"),
      },
    ],
  ])("for %s", async (_name, files) => {
    expect((await verify(files)).map(short)).toEqual([]);
  });
});

test("an undefined parameter is named with a near one, and shown with a caret", async () => {
  const [issue] = await verify(withLine("{{ .Params.REPLICA }}"));
  expect(issue).toMatchObject({
    message: 'the template uses the parameter "REPLICA", which is not defined; did you mean "REPLICAS"?',
    excerpt: "  7 |   # {{ .Params.REPLICA }}\n    |               ^",
  });
});

test.each([
  ["a path that leaves the package", "../../secret.yaml", [], "the package's own templates folder"],
  ["a symlink", "link.yaml", ["operators/demo/templates/link.yaml"], "is a symlink, which is not followed"],
  ["another ending", "app.yml", [], "only files with .yaml in their name"],
])("a missing template: %s", async (_name, key, symlinks, hint) => {
  const { loaded } = await load(
    { "operator.yaml": OPERATOR.replace("[app.yaml]", `[app.yaml, ${key}]`) },
    symlinks,
  );
  expect(loaded && verifyPackage(loaded)).toMatchObject([
    { code: "package.templateMissing", hint: expect.stringContaining(hint) },
  ]);
});
