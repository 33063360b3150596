import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/object/json.ts";
import { type Files, until, untilComplete } from "../reconcile/reconcileWorld.ts";
import { type InstanceRow, serviceWorld } from "../reconcile/serviceWorld.ts";
import { configMapText, operatorFiles, type SmallOperator } from "../reconcile/smallOperator.ts";

const world = serviceWorld();

/** What is good until a parameter makes it bad, at run time. */
function operator(template: string, more: Partial<SmallOperator> = {}): SmallOperator {
  return {
    parameters: [{ name: "BAD", type: "integer", default: 0 }],
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]] },
    templates: { "app.yaml": template },
    ...more,
  };
}

interface BadRow {
  readonly title: string;
  readonly operator: SmallOperator;
  readonly parameters?: JsonObject;
  readonly status?: "FATAL_ERROR";
  readonly says: readonly string[];
}

const GOOD = configMapText("{{ .Name }}", "{{ .Params.BAD }}");

/** Bad input that the instance itself tells of, in `/status`. */
const ROWS: readonly BadRow[] = [
  {
    title: "a template that fails at run time",
    operator: operator(`${GOOD}# {{ index (list 1) (int .Params.BAD) }}\n`),
    parameters: { BAD: 7 },
    status: "FATAL_ERROR",
    says: ["templates/app.yaml:5:6", "index out of range: 7"],
  },
  {
    title: "rendered text that is no YAML",
    operator: operator(`${GOOD}{{ if .Params.BAD }}]: [{{ end }}\n`),
    parameters: { BAD: 1 },
    status: "FATAL_ERROR",
    says: ["templates/app.yaml", "line 5"],
  },
  {
    title: "a rendered object without a kind",
    operator: operator(`${GOOD}{{ if .Params.BAD }}---\napiVersion: v1\nmetadata: { name: x }\n{{ end }}`),
    parameters: { BAD: 1 },
    status: "FATAL_ERROR",
    says: ["templates/app.yaml", "kind"],
  },
  {
    title: "an object of a kind that the cluster does not know",
    operator: operator("apiVersion: example.com/v1\nkind: Unheard\nmetadata: { name: x }\n"),
    status: "FATAL_ERROR",
    says: ["templates/app.yaml", "the cluster does not serve kind Unheard of example.com/v1"],
  },
  {
    title: "an object with a name that is too long",
    operator: operator(configMapText(`{{ .Name }}-{{ repeat 260 "x" }}`)),
    status: "FATAL_ERROR",
    says: ["ConfigMap/", "no more than 253"],
  },
  {
    title: "an object that the server refuses",
    operator: operator(configMapText("Not_A_Name", "{{ .Params.BAD }}")),
    status: "FATAL_ERROR",
    says: ["templates/app.yaml", "ConfigMap/", "Not_A_Name", "lowercase RFC 1123 subdomain"],
  },
  {
    title: "a parameter of the wrong type",
    operator: operator(GOOD),
    parameters: { BAD: "many" },
    says: ["BAD", "integer", "many"],
  },
];

test.each(ROWS)("$title", async ({ operator, parameters, status, says }) => {
  const namespace = await world.namespace("bad");
  await world.push({
    ...packageAt(namespace, operator),
    [`${namespace}/bad.yaml`]: instanceText(namespace, "bad", parameters),
    ...healthy(namespace),
  });
  await untilComplete(world.client, namespace, "good", "deploy");
  const row = await until(
    "the instance tells",
    () => world.service.row(namespace, "bad"),
    (found) => textOf(found).includes(says[0] ?? "") && (!status || found?.plan?.status === status),
  );
  for (const part of says) expect(textOf(row)).toContain(part);
});

interface BadFiles {
  readonly title: string;
  readonly files: (namespace: string) => Files;
  readonly says: readonly string[];
  readonly line?: number;
  /** Default error. What fails only where it is used, as in KUDO, is a warning. */
  readonly severity?: "warning";
}

/** Bad input that the source tells of, with the file. */
const FILES: readonly BadFiles[] = [
  {
    title: "an operator.yaml that does not parse",
    files: (namespace) => ({
      ...packageAt(namespace, operator(GOOD)),
      [`${namespace}/operator/operator.yaml`]: "name: [\nx: y\n",
    }),
    says: ["operator.yaml"],
    line: 3,
  },
  {
    title: "an unknown task kind",
    files: (namespace) =>
      packageAt(
        namespace,
        operator(GOOD, { tasks: { app: { kind: "Aply", spec: { resources: ["app.yaml"] } } } }),
      ),
    says: ["Aply", '"Apply"'],
    line: 1,
  },
  {
    title: "a step with an undefined task",
    files: (namespace) => packageAt(namespace, operator(GOOD, { plans: { deploy: [["ap"]] } })),
    says: ['"ap"', 'did you mean "app"'],
    line: 1,
  },
  {
    title: "a template that is missing",
    files: (namespace) => packageAt(namespace, operator(GOOD, { tasks: { app: ["ap.yaml"] } })),
    says: ["ap.yaml"],
    line: 1,
  },
  {
    title: "a parameter that is undefined",
    files: (namespace) =>
      packageAt(namespace, operator(configMapText("x", "{{ .Params.BAD }}{{ .Params.BAAD }}"))),
    says: ['"BAAD"', 'did you mean "BAD"'],
    line: 4,
    severity: "warning",
  },
  {
    title: "a path that leaves the package",
    files: (namespace) => packageAt(namespace, operator(GOOD, { tasks: { app: ["../../secret.yaml"] } })),
    says: ["../../secret.yaml"],
    line: 1,
  },
  {
    title: "an instance with a name that is too long",
    files: (namespace) => ({ [`${namespace}/bad.yaml`]: instanceText(namespace, "b".repeat(64)) }),
    says: ["64 characters; 63 is the most"],
    line: 1,
  },
  {
    title: "two instances of one name",
    files: (namespace) => ({
      [`${namespace}/bad.yaml`]: instanceText(namespace, "bad"),
      [`${namespace}/more/bad.yaml`]: instanceText(namespace, "bad"),
    }),
    says: ["bad.yaml", "more/bad.yaml"],
    line: 1,
  },
  {
    title: "an instance file of ten megabytes",
    files: (namespace) => ({
      [`${namespace}/bad.yaml`]: instanceText(namespace, "bad", { BIG: "x".repeat(10_000_000) }),
    }),
    says: ["bad.yaml", "9.5 million characters; 1 is the most"],
  },
];

test.each(FILES)("$title", async ({ files, says, line, severity = "error" }) => {
  const namespace = await world.namespace("bad");
  await world.push({ ...files(namespace), ...healthy(namespace) });
  await untilComplete(world.client, namespace, "good", "deploy");
  const issues = await issuesOf(namespace);
  expect(issues.length, JSON.stringify(issues)).toBeGreaterThan(0);
  const text = issues.map(({ file, message, hint = "" }) => `${file}: ${message} ${hint}`).join("\n");
  expect(
    issues.map((issue) => issue.severity),
    text,
  ).toContain(severity);
  for (const part of says) expect(text).toContain(part);
  if (line !== undefined) expect(issues.map((issue) => issue.line)).toContain(line);
  await world.remove(namespace);
});

test("a package without operator.yaml: its instance waits, says so, and starts when it appears", async () => {
  const namespace = await world.namespace("bad");
  const { [`${namespace}/operator/operator.yaml`]: operatorYaml = "", ...rest } = packageAt(
    namespace,
    operator(GOOD),
  );
  await world.push({
    ...rest,
    [`${namespace}/bad.yaml`]: instanceText(namespace, "bad"),
    ...healthy(namespace),
  });
  await untilComplete(world.client, namespace, "good", "deploy");
  const row = await until(
    "the instance says what it waits for",
    () => world.service.row(namespace, "bad"),
    (found) => textOf(found).includes("does not exist"),
  );
  expect(textOf(row)).toContain(`OperatorVersion '${namespace}-1.0.0'`);
  await world.push({ [`${namespace}/operator/operator.yaml`]: operatorYaml });
  await untilComplete(world.client, namespace, "bad", "deploy");
});

test("a symlink in a package is named, and not followed", async () => {
  const namespace = await world.namespace("bad");
  const { work } = world.repository;
  await world.push({ ...packageAt(namespace, operator(GOOD)), ...healthy(namespace) });
  await world.remove(`${namespace}/operator/templates/app.yaml`);
  await symlink("/etc/passwd", join(work, namespace, "operator/templates/app.yaml"));
  await world.push({});
  const issues = await issuesOf(namespace);
  expect(issues.map(({ hint }) => hint).join("\n")).toContain("is a symlink, which is not followed");
  expect(JSON.stringify(issues)).not.toContain("root:");
});

test("a package that breaks leaves its instances with the last good one", async () => {
  const namespace = await world.namespace("bad");
  const good = operator(GOOD);
  await world.push({
    ...packageAt(namespace, good),
    [`${namespace}/bad.yaml`]: instanceText(namespace, "bad"),
    ...healthy(namespace),
  });
  await untilComplete(world.client, namespace, "bad", "deploy");
  await world.push({ [`${namespace}/operator/operator.yaml`]: "name: [\n" });
  expect((await issuesOf(namespace)).length).toBeGreaterThan(0);
  expect((await world.service.row(namespace, "bad"))?.plan?.status).toBe("COMPLETE");
  await world.push(
    packageAt(namespace, {
      ...good,
      templates: { "app.yaml": configMapText("{{ .Name }}", "new {{ .Params.BAD }}") },
    }),
  );
  expect(await issuesOf(namespace)).toEqual([]);
  const config = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "bad" };
  await until(
    "the mended package is deployed",
    () => world.client.get(config),
    (found) => (found?.data as { value?: string } | undefined)?.value === "new 0",
  );
});

function packageAt(namespace: string, made: SmallOperator): Files {
  const files = Object.entries(operatorFiles({ ...made, name: namespace }));
  return Object.fromEntries(files.map(([file, text]) => [`${namespace}/operator/${file}`, text]));
}

/** An operator and an instance of it that nothing is wrong with. */
function healthy(namespace: string): Files {
  const files = Object.entries(operatorFiles({ ...operator(GOOD), name: `good-${namespace}` }));
  return {
    ...Object.fromEntries(files.map(([file, text]) => [`${namespace}/healthy/${file}`, text])),
    [`${namespace}/good.yaml`]: instanceText(namespace, "good", undefined, `good-${namespace}-1.0.0`),
  };
}

function instanceText(
  namespace: string,
  name: string,
  parameters?: JsonObject,
  version = `${namespace}-1.0.0`,
): string {
  return JSON.stringify({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { namespace, name },
    spec: { operatorVersion: { name: version }, ...(parameters && { parameters }) },
  });
}

function textOf(row: InstanceRow | undefined): string {
  return `${row?.message ?? ""} ${row?.plan?.message ?? ""}`;
}

async function issuesOf(namespace: string) {
  const { sources } = await world.service.status();
  return sources.flatMap(({ issues }) => issues.filter(({ file }) => file?.startsWith(`${namespace}/`)));
}
