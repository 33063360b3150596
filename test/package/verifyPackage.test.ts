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

describe("every rule has its place in a file", () => {
  test.each<[string, Files, readonly string[]]>([
    [
      "1: two names equal regardless of case",
      withParameter("default: a\n")["params.yaml"]
        ? { "params.yaml": `${PARAMS}  - name: replicas\n    default: 1\n    trigger: deploy\n` }
        : {},
      ["error params.yaml:6:11 package.parameterName"],
    ],
    [
      "2: a comma in a name",
      { "params.yaml": `${PARAMS}  - name: "a,b"\n    trigger: deploy\n` },
      ["error params.yaml:6:11 package.parameterName"],
    ],
    [
      "3: no kubernetesVersion",
      { "operator.yaml": OPERATOR.replace('kubernetesVersion: "1.20.0"\n', "") },
      ["error operator.yaml:1:1 package.version"],
    ],
    [
      "3: a version that is none",
      { "operator.yaml": `${OPERATOR}appVersion: latest\n` },
      ["error operator.yaml:19:13 package.version"],
    ],
    [
      "4: an unknown kind",
      withTask("  - name: x\n    kind: apply\n"),
      ["error operator.yaml:11:11 package.taskKind", "warning operator.yaml:10:11 package.taskUnused"],
    ],
    [
      "4: no resources",
      withTask("  - name: x\n    kind: Delete\n    spec: {resources: []}\n"),
      ["error operator.yaml:12:23 package.taskInvalid", "warning operator.yaml:10:11 package.taskUnused"],
    ],
    [
      "4: a Toggle without a parameter",
      withTask("  - name: x\n    kind: Toggle\n    spec: {resources: [app.yaml]}\n"),
      ["error operator.yaml:12:11 package.taskInvalid", "warning operator.yaml:10:11 package.taskUnused"],
    ],
    [
      "4: a pipe with a bad key and kind",
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
      "5: an undefined task",
      { "operator.yaml": OPERATOR.replace("tasks: [app]", "tasks: [app, apps]") },
      ["error operator.yaml:18:26 package.taskUndefined"],
    ],
    [
      "7: a trigger without a plan",
      withParameter("default: a\ntrigger: update"),
      ["error params.yaml:8:14 package.triggerUndefined"],
    ],
    [
      "8: no deploy plan",
      { "operator.yaml": OPERATOR.replace("deploy:", "other:") },
      ["error operator.yaml:11:3 package.noDeployPlan"],
    ],
    [
      "a plan without phases",
      { "operator.yaml": `${OPERATOR}  backup:\n    strategy: serial\n` },
      ["error operator.yaml:20:5 package.planEmpty"],
    ],
    [
      "9: an undefined parameter",
      withLine("{{ .Params.REPLICA }}"),
      ["error templates/app.yaml:7:15 package.parameterUndefined"],
    ],
    [
      "10: a Toggle by an undefined parameter",
      withTask("  - name: x\n    kind: Toggle\n    spec: {resources: [app.yaml], parameter: NOPE}\n"),
      [
        "warning operator.yaml:10:11 package.taskUnused",
        "error operator.yaml:12:46 package.parameterUndefined",
      ],
    ],
    [
      "11: an unused parameter",
      { "params.yaml": `${PARAMS}  - name: P\n    default: a\n` },
      ["warning params.yaml:6:11 package.parameterUnused"],
    ],
    [
      "12: immutable without a value",
      withParameter("immutable: true\nrequired: false"),
      ["error params.yaml:7:16 package.immutable"],
    ],
    [
      "13: an empty enum",
      withParameter("required: false\nenum: []"),
      ["error params.yaml:8:11 package.enum"],
    ],
    [
      "13: an enum of the wrong type",
      withParameter("type: integer\ndefault: 1\nenum: [1, two]"),
      ["error params.yaml:9:15 package.enum"],
    ],
    [
      "14: a default of the wrong type",
      withParameter("type: integer\ndefault: two"),
      ["error params.yaml:8:14 package.default"],
    ],
    [
      "14: a default that is not in the enum",
      withParameter("default: c\nenum: [a, b]"),
      ["error params.yaml:7:14 package.default"],
    ],
    [
      "14: a number for text",
      withParameter("type: string\ndefault: 3"),
      ["error params.yaml:8:14 package.default"],
    ],
    [
      "15: advanced, required, no default",
      withParameter("advanced: true"),
      ["error params.yaml:7:15 package.advanced"],
    ],
    [
      "16: an undeclared group",
      withParameter("default: a\ngroup: net"),
      ["error params.yaml:8:12 package.group"],
    ],
    [
      "16: a group declared twice",
      { "params.yaml": `${PARAMS}groups: [{name: a}, {name: a}]\n` },
      ["error params.yaml:6:28 package.group"],
    ],
    [
      "17: a template that does not parse",
      withLine("{{ if }}"),
      ["error templates/app.yaml:7:11 package.templateSyntax"],
    ],
    [
      "17: a function that does not exist",
      withLine("{{ env }}"),
      ["error templates/app.yaml:7:8 package.templateSyntax"],
    ],
    [
      "18: an unknown variable",
      withLine("{{ .NameSpace }}"),
      ["error templates/app.yaml:7:8 package.variableUndefined"],
    ],
    [
      "19: a template that is missing",
      { "operator.yaml": OPERATOR.replace("[app.yaml]", "[app.yaml, svc.yaml]") },
      ["error operator.yaml:9:29 package.templateMissing"],
    ],
    [
      "20: a template that nobody uses",
      { "templates/b.yaml": "" },
      ["warning templates/b.yaml package.templateUnused"],
    ],
    [
      "21: text for an array",
      withParameter('type: array\ndefault: "[ 80 ]"'),
      ["error params.yaml:8:14 package.default"],
    ],
    [
      "22: a template that fails",
      withLine('{{ fail "no" }}'),
      ["error templates/app.yaml:7:8 package.render"],
    ],
    [
      "22: an index out of range",
      withLine("{{ index (until 2) 5 }}"),
      ["error templates/app.yaml:7:8 package.render"],
    ],
    [
      "23: a result that is no YAML",
      { "templates/app.yaml": `${APP}  x: {{ .Name }}: y\n` },
      ["error templates/app.yaml:7 package.rendered"],
    ],
    [
      "23: a result without a kind",
      { "templates/app.yaml": APP.replace("kind: ConfigMap\n", "") },
      ["error templates/app.yaml:1 package.rendered"],
    ],
    [
      "24: a Namespace among the objects",
      { "templates/app.yaml": `${APP}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n` },
      ["error templates/app.yaml:9:1 package.namespace"],
    ],
    [
      "25: a manifest that is no Namespace",
      {
        "operator.yaml": `${OPERATOR}namespaceManifest: ns.yaml\n`,
        "templates/ns.yaml": APP.replace("\ndata:", "\nother:").replace(/ {2}replicas.*\n/, ""),
      },
      ["error templates/ns.yaml package.namespace"],
    ],
    [
      "25: a manifest that is missing",
      { "operator.yaml": `${OPERATOR}namespaceManifest: ns.yaml\n` },
      ["error operator.yaml:19:20 package.templateMissing"],
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
