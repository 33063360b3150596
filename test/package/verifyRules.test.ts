import { expect, test } from "vitest";
import { verifyPackage } from "../../src/package/verifyPackage.ts";
import { APP, type Files, load, OPERATOR, PARAMS, short } from "./smallPackage.ts";

/** The rules of package-format 9.6, in its order: a package that breaks the rule, and what is said of it. */
interface Row {
  readonly rule: string;
  readonly files: Files;
  readonly says: readonly string[];
}

const operator = (from: string | RegExp, to: string): Files => ({
  "operator.yaml": OPERATOR.replace(from, to),
});
const params = (text: string): Files => ({ "params.yaml": PARAMS + text });
const used = (text: string): Files => ({
  ...params(`  - name: P\n    ${text.replaceAll("\n", "\n    ")}\n`),
  "templates/app.yaml": `${APP}  p: "{{ .Params.P }}"\n`,
});
const line = (text: string): Files => ({ "templates/app.yaml": `${APP}  # ${text}\n` });
const task = (text: string, plan = "tasks: [app]"): Files => ({
  "operator.yaml": OPERATOR.replace("plans:", `  - ${text}\nplans:`).replace("tasks: [app]", plan),
});
const manifest = (text: string): Files => ({
  "operator.yaml": `${OPERATOR}namespaceManifest: ns.yaml\n`,
  "templates/ns.yaml": text,
});
const NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n";

const ROWS: readonly Row[] = [
  {
    rule: "1: names of parameters are equal ignoring case",
    files: params("  - name: Replicas\n    trigger: deploy\n"),
    says: ["error params.yaml:6:11 package.parameterName"],
  },
  {
    rule: "2: ; in the name of a parameter",
    files: params('  - name: "a;b"\n    trigger: deploy\n'),
    says: ["error params.yaml:6:11 package.parameterName"],
  },
  {
    rule: "2: , in the name of a parameter",
    files: params('  - name: "a,b"\n    trigger: deploy\n'),
    says: ["error params.yaml:6:11 package.parameterName"],
  },
  {
    rule: "3: operatorVersion is blank",
    files: operator('"0.1.0"', '" "'),
    says: ["error operator.yaml:3:18 package.name", "error operator.yaml:3:18 package.version"],
  },
  {
    rule: "3: operatorVersion is no version",
    files: operator('"0.1.0"', "newest"),
    says: ["error operator.yaml:3:18 package.version"],
  },
  {
    rule: "3: kubernetesVersion is blank",
    files: operator('"1.20.0"', '""'),
    says: ["error operator.yaml:4:20 package.version"],
  },
  {
    rule: "3: kubernetesVersion is no version",
    files: operator('"1.20.0"', "x"),
    says: ["error operator.yaml:4:20 package.version"],
  },
  {
    rule: "3: appVersion is no version",
    files: operator("tasks:", "appVersion: latest\ntasks:"),
    says: ["error operator.yaml:5:13 package.version"],
  },
  {
    rule: "3: kudoVersion is no version",
    files: operator("tasks:", "kudoVersion: any\ntasks:"),
    says: ["error operator.yaml:5:14 package.version"],
  },
  {
    rule: "4: Apply without resources",
    files: task("{name: x, kind: Apply}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:5 package.taskInvalid"],
  },
  {
    rule: "4: Delete without resources",
    files: task("{name: x, kind: Delete, spec: {resources: []}}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:47 package.taskInvalid"],
  },
  {
    rule: "4: Toggle without a parameter",
    files: task("{name: x, kind: Toggle, spec: {resources: [app.yaml]}}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:35 package.taskInvalid"],
  },
  {
    rule: "4: Toggle without resources",
    files: task("{name: x, kind: Toggle, spec: {parameter: REPLICAS}}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:35 package.taskInvalid"],
  },
  {
    rule: "4: KudoOperator without a package",
    files: task("{name: x, kind: KudoOperator, spec: {}}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:41 package.taskInvalid"],
  },
  {
    rule: "4: a kind that does not exist",
    files: task("{name: x, kind: apply}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:21 package.taskKind"],
  },
  {
    rule: "5: a plan uses an undefined task",
    files: operator("tasks: [app]", "tasks: [app, apps]"),
    says: ["error operator.yaml:18:26 package.taskUndefined"],
  },
  {
    rule: "6: no plan uses a task",
    files: task("{name: x, kind: Dummy}"),
    says: ["warning operator.yaml:10:12 package.taskUnused"],
  },
  {
    rule: "7: a trigger names a missing plan",
    files: used("default: a\ntrigger: update"),
    says: ["error params.yaml:8:14 package.triggerUndefined"],
  },
  {
    rule: "8: no plan deploy",
    files: operator("deploy:", "deplyo:"),
    says: ["error operator.yaml:11:3 package.noDeployPlan"],
  },
  {
    rule: "9: a template uses an undefined parameter",
    files: line("{{ $.Params.REPLICA }}"),
    says: ["error templates/app.yaml:7:9 package.parameterUndefined"],
  },
  {
    rule: "10: a Toggle's parameter is undefined",
    files: task("{name: x, kind: Toggle, spec: {parameter: NO, resources: [app.yaml]}}", "tasks: [app, x]"),
    says: ["error operator.yaml:10:47 package.parameterUndefined"],
  },
  {
    rule: "11: a parameter that nobody uses",
    files: params("  - name: P\n    default: a\n"),
    says: ["warning params.yaml:6:11 package.parameterUnused"],
  },
  {
    rule: "12: immutable, not required, no default",
    files: used("immutable: true\nrequired: false"),
    says: ["error params.yaml:7:16 package.immutable"],
  },
  {
    rule: "13: an empty enum",
    files: used("required: false\nenum: []"),
    says: ["error params.yaml:8:11 package.enum"],
  },
  {
    rule: "13: an entry of an enum of the wrong type",
    files: used('type: boolean\ndefault: "true"\nenum: ["true", maybe]'),
    says: ["error params.yaml:9:20 package.enum"],
  },
  {
    rule: "14: a default of the wrong type",
    files: used("type: map\ndefault: [a]"),
    says: ["error params.yaml:8:14 package.default"],
  },
  {
    rule: "14: a default that is not in the enum",
    files: used("default: c\nenum: [a, b]"),
    says: ["error params.yaml:7:14 package.default"],
  },
  {
    rule: "15: a parameter's group with a slash",
    files: {
      ...used("default: a\ngroup: a/b"),
      "params.yaml": `${PARAMS}  - name: P\n    default: a\n    group: a/b\ngroups: [{name: a/b}]\n`,
    },
    says: ["error params.yaml:8:12 package.group", "error params.yaml:9:17 package.group"],
  },
  {
    rule: "15: advanced, required, no default",
    files: used("advanced: true"),
    says: ["error params.yaml:7:15 package.advanced"],
  },
  {
    rule: "16: the name of a group has a slash",
    files: params("groups: [{name: a/b}]\n"),
    says: ["error params.yaml:6:17 package.group"],
  },
  {
    rule: "16: a group is declared twice",
    files: params("groups: [{name: a}, {name: a}]\n"),
    says: ["error params.yaml:6:28 package.group"],
  },
  {
    rule: "16: a parameter's group is not declared",
    files: used("default: a\ngroup: net"),
    says: ["error params.yaml:8:12 package.group"],
  },
  {
    rule: "17: a template does not parse",
    files: line("{{ if }}"),
    says: ["error templates/app.yaml:7:11 package.templateSyntax"],
  },
  {
    rule: "18: an unknown variable",
    files: line("{{ .OperatorNames }}"),
    says: ["error templates/app.yaml:7:8 package.variableUndefined"],
  },
  {
    rule: "18: an unknown variable, through $",
    files: line("{{ with .Name }}{{ $.Plan }}{{ end }}"),
    says: ["error templates/app.yaml:7:25 package.variableUndefined"],
  },
  {
    rule: "19: a task refers to a missing template",
    files: operator("[app.yaml]", "[app.yaml, svc.yaml]"),
    says: ["error operator.yaml:9:29 package.templateMissing"],
  },
  {
    rule: "19: a parameter file is missing",
    files: task(
      "{name: x, kind: KudoOperator, spec: {package: p, parameterFile: p.yaml}}",
      "tasks: [app, x]",
    ),
    says: ["error operator.yaml:10:69 package.templateMissing"],
  },
  {
    rule: "20: no task refers to a template",
    files: { "templates/b.yaml": "" },
    says: ["warning templates/b.yaml package.templateUnused"],
  },
  { rule: "20: the namespace manifest is exempt", files: manifest(NAMESPACE), says: [] },
  {
    rule: "21: parameters that cannot be computed",
    files: used('type: array\ndefault: "[ 80 ]"'),
    says: ["error params.yaml:8:14 package.default"],
  },
  {
    rule: "22: a template fails with the defaults",
    files: line("{{ index (until 2) (int .Params.REPLICAS) }}"),
    says: ["error templates/app.yaml:7:8 package.render"],
  },
  {
    rule: "23: what is rendered is no YAML of Kubernetes",
    files: { "templates/app.yaml": APP.replace("kind: ConfigMap\n", "") },
    says: ["error templates/app.yaml:1 package.rendered"],
  },
  {
    rule: "23: parameter files are exempt",
    files: {
      ...task("{name: x, kind: KudoOperator, spec: {package: p, parameterFile: p.yaml}}", "tasks: [app, x]"),
      "templates/p.yaml": 'NODES: "{{ .Params.REPLICAS }}"\n',
    },
    says: [],
  },
  {
    rule: "24: a Namespace outside the manifest",
    files: { "templates/app.yaml": `${APP}---\n${NAMESPACE}` },
    says: ["error templates/app.yaml:9:1 package.namespace"],
  },
  {
    rule: "25: the manifest is missing",
    files: { "operator.yaml": `${OPERATOR}namespaceManifest: ns.yaml\n` },
    says: ["error operator.yaml:19:20 package.templateMissing"],
  },
  {
    rule: "25: the manifest is two objects",
    files: manifest(`${NAMESPACE}---\n${NAMESPACE}`),
    says: ["error templates/ns.yaml package.namespace"],
  },
  {
    rule: "25: the manifest is no Namespace",
    files: manifest("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"),
    says: ["error templates/ns.yaml package.namespace"],
  },
];

test.each(ROWS)("$rule", async ({ files, says }) => {
  const { loaded, issues } = await load(files);
  const found = [...issues, ...(loaded ? verifyPackage(loaded) : [])].map(short);
  expect(found).toEqual(says);
});

test("every rule has a row; 26 to 31 are those of verifyTexts", () => {
  const rules = new Set(ROWS.map(({ rule }) => Number.parseInt(rule, 10)));
  expect([...rules]).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
});

test("the same pipe key twice in one plan, the second half of rule 21", async () => {
  const pipe = (name: string): string =>
    `  - {name: ${name}, kind: Pipe, spec: {pod: pod.yaml, pipe: [{file: /out/a, kind: Secret, key: k}]}}\n`;
  const { loaded } = await load({
    "operator.yaml": OPERATOR.replace("plans:", `${pipe("x")}${pipe("y")}plans:`).replace(
      "tasks: [app]",
      "tasks: [app, x, y]",
    ),
    "templates/pod.yaml": `apiVersion: v1
kind: Pod
spec:
  volumes: [{name: v, emptyDir: {}}]
  initContainers: [{name: b, image: b, volumeMounts: [{name: v, mountPath: /out}]}]
`,
  });
  const found = loaded ? verifyPackage(loaded).map(short) : [];
  expect(found).toEqual(["error operator.yaml:11:90 package.pipeDuplicate"]);
});
