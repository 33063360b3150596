import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patchInstance, reconcileWorld } from "../../reconcile/reconcileWorld.ts";
import { kubeconfigFor } from "../../wire/gate.ts";
import { lockstep, smallPackage, writePackage } from "./kudoWorld.ts";

/** No service runs here: what is refused is refused by the command. */
const world = reconcileWorld();
let folder = "";
let kubeconfig = "";
let namespace = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-refusals-"));
  kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, world.sandbox.kubeconfig);
  namespace = await world.namespace("refusals");
  const operator = JSON.parse(smallPackage()["operator.yaml"] ?? "");
  await writePackage(folder, "web", smallPackage());
  await writePackage(folder, "newer", smallPackage({ version: "1.1.0" }));
  await writePackage(folder, "other", smallPackage({ name: "other", version: "2.0.0" }));
  await writePackage(folder, "odd", smallPackage({ name: "odd", version: "next" }));
  await writePackage(folder, "future", {
    ...smallPackage({ name: "future" }),
    "operator.yaml": JSON.stringify({ ...operator, name: "future", kubernetesVersion: "9.1.0" }),
  });
  await writePackage(
    folder,
    "picky",
    smallPackage({
      name: "picky",
      parameters: [{ name: "PASSWORD" }, { name: "HOST" }, { name: "SIZE", type: "integer", default: "1" }],
    }),
  );
  await writePackage(folder, "broken", smallPackage({ name: "broken", tasks: { config: ["gone.yaml"] } }));
  await writePackage(
    folder,
    "owner",
    smallPackage({
      name: "owner",
      tasks: { config: { kind: "KudoOperator", spec: { package: "../broken" } } },
    }),
  );
  const installed = await lockstep(kubeconfig, namespace, [
    "install",
    join(folder, "web"),
    "--instance",
    "db",
  ]);
  expect(installed).toMatchObject({ code: 0, err: "" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Row {
  readonly name: string;
  /** A word in capitals stands for a package's folder. */
  readonly call: string;
  readonly code: number;
  readonly err: readonly string[];
  readonly namespace?: string;
}

const ROWS: readonly Row[] = [
  {
    name: "a folder that is not there",
    call: "install ./nowhere",
    code: 1,
    err: ["error: there is no nowhere"],
  },
  {
    name: "a package whose task needs a template that is not there",
    call: "install BROKEN",
    code: 1,
    err: ["/broken cannot be installed\nerror: operator.yaml:", "gone.yaml"],
  },
  {
    name: "a dependency that cannot be installed",
    call: "install OWNER",
    code: 1,
    err: ["broken cannot be installed"],
  },
  {
    name: "required parameters that are missing",
    call: "install PICKY",
    code: 2,
    err: ["missing required parameters: PASSWORD, HOST\nhint: give them with -p"],
  },
  {
    name: "a value of the wrong type",
    call: "install PICKY -p PASSWORD=x -p HOST=y -p SIZE=big",
    code: 1,
    err: ["parameter SIZE"],
  },
  {
    name: "a value that is not allowed",
    call: "install WEB --instance two -p SHAPE=oval",
    code: 1,
    err: ['parameter SHAPE: "oval" is not one of "round", "square"'],
  },
  {
    name: "a cluster that is too old",
    call: "install FUTURE",
    code: 1,
    err: ["future needs Kubernetes 9.1.0, and the cluster is v1."],
  },
  {
    name: "a name that is taken",
    call: "install WEB --instance db",
    code: 1,
    err: ["Instance/NS/db exists already", "`lockstep update`"],
  },
  {
    name: "a name that is none",
    call: "install WEB --instance My_DB",
    code: 2,
    err: ['"My_DB" is no name for an instance'],
  },
  {
    name: "a namespace that is not there",
    call: "install WEB",
    namespace: "nowhere",
    code: 1,
    err: ["there is no namespace nowhere\nhint: --create-namespace makes it"],
  },
  {
    name: "an operator that is not in the cluster",
    call: "install wep --in-cluster",
    code: 1,
    err: ['NS has no OperatorVersion of wep; did you mean "web"?'],
  },
  {
    name: "a version that is not in the cluster",
    call: "install web --in-cluster --operator-version 3.0.0",
    code: 1,
    err: ["NS has no web of that version; it has 1.0.0"],
  },
  {
    name: "--in-cluster with --repo",
    call: "install web --in-cluster --repo x",
    code: 2,
    err: ["--in-cluster and --repo exclude each other"],
  },
  {
    name: "--in-cluster with --skip-instance",
    call: "install web --in-cluster --skip-instance",
    code: 2,
    err: ["leave nothing to do"],
  },
  {
    name: "a time that is none",
    call: "install WEB --wait --wait-time soon",
    code: 2,
    err: ["--wait-time soon: expected seconds, or a duration like 90s or 10m"],
  },
  {
    name: "a request's time that is none",
    call: "get all --request-timeout never",
    code: 2,
    err: ["--request-timeout never: expected seconds"],
  },
  {
    name: "an update of nothing",
    call: "update --instance db",
    code: 2,
    err: ["there is nothing to update"],
  },
  {
    name: "an update without an instance",
    call: "update -p VALUE=b",
    code: 2,
    err: ["required option '--instance <name>' not specified"],
  },
  {
    name: "an instance that is not there",
    call: "update --instance dbb -p VALUE=b",
    code: 1,
    err: ['Instance/NS/dbb does not exist; did you mean "db"?'],
  },
  {
    name: "an immutable parameter",
    call: "update --instance db -p FIXED=other",
    code: 1,
    err: ["parameter FIXED: it is immutable"],
  },
  {
    name: "a parameter that the version does not have",
    call: "update --instance db -p VALEU=b",
    code: 1,
    err: ['parameter VALEU: web-1.0.0 does not have it; did you mean "VALUE"?'],
  },
  {
    name: "parameters that trigger two plans",
    call: "update --instance db -p SIZE=2 -p SHAPE=square",
    code: 1,
    err: ["these parameters trigger different plans, reshape and resize"],
  },
  {
    name: "an upgrade to the same version",
    call: "upgrade WEB --instance db",
    code: 1,
    err: ["Instance/NS/db has web 1.0.0; 1.0.0 is not newer than 1.0.0"],
  },
  {
    name: "an upgrade to another operator",
    call: "upgrade OTHER --instance db",
    code: 1,
    err: ["Instance/NS/db runs operator web, and the package is of other"],
  },
  {
    name: "an upgrade with a value that does not fit",
    call: "upgrade NEWER --instance db -p SIZE=big",
    code: 1,
    err: ["parameter SIZE"],
  },
  {
    name: "cleanup by hand",
    call: "plan trigger --instance db --name cleanup",
    code: 2,
    err: ["web-1.0.0 has no plan 'cleanup'"],
  },
  {
    name: "waiting while nobody works",
    call: "plan trigger --instance db --name resize --wait --wait-time 10ms",
    code: 1,
    err: ["no plan of NS/db began within 10ms\nhint: does `lockstep serve` run on this cluster?"],
  },
  {
    name: "an option that only the program itself has",
    call: "install WEB --instance second --version 1.0.0",
    code: 2,
    err: ["unknown option '--version'"],
  },
  {
    name: "a picture and a document at once",
    call: "plan status --instance db --wait -o json",
    code: 2,
    err: ["--wait draws a tree"],
  },
  {
    name: "something that is no kind",
    call: "get instance",
    code: 2,
    err: ['there is no "instance" to get; did you mean "instances"?'],
  },
  {
    name: "a form that is none",
    call: "get all -o wide",
    code: 2,
    err: ["-o wide: expected text, json or yaml"],
  },
];

test.each(ROWS)("refused: $name", async (row) => {
  const words = row.call
    .split(" ")
    .map((word) => (/^[A-Z]{3,}$/.test(word) ? join(folder, word.toLowerCase()) : word));
  const { code, out, err } = await lockstep(kubeconfig, row.namespace ?? namespace, words);
  expect([code, row.call.startsWith("plan trigger") ? "" : out]).toEqual([row.code, ""]);
  for (const part of row.err) expect(err.replaceAll(namespace, "NS")).toContain(part);
});

test("an unknown parameter of a new instance is warned of, as KUDO takes it", async () => {
  const { code, err } = await lockstep(kubeconfig, namespace, [
    "install",
    join(folder, "web"),
    "--instance",
    "loose",
    "-p",
    "VALEU=1",
  ]);
  expect([code, err]).toEqual([0, 'warning: web has no parameter VALEU; did you mean "VALUE"?\n']);
});

test("listings as documents: one array in JSON, a closed stream in YAML", async () => {
  const json = await lockstep(kubeconfig, namespace, ["get", "all", "-o", "json"]);
  const objects = JSON.parse(json.out) as readonly { readonly kind: string }[];
  expect([...new Set(objects.map(({ kind }) => kind))]).toEqual(["Operator", "OperatorVersion", "Instance"]);
  const yaml = await lockstep(kubeconfig, namespace, ["get", "operators", "-o", "yaml"]);
  expect(yaml.out.startsWith("---\n") && yaml.out.endsWith("\n...\n")).toBe(true);
  expect(yaml.out).toContain("kind: Operator\n");
  expect(yaml.out).not.toContain("managedFields");
});

test("an instance of a version that is not there is listed with what it misses", async () => {
  const own = await world.namespace("astray");
  await world.client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { name: "lost", namespace: own },
    spec: { operatorVersion: { name: "gone-1.0.0" } },
  });
  expect((await lockstep(kubeconfig, own, ["get", "all"])).out).toBe(
    `List of current installed operators including versions and instances in namespace "${own}":\n.\n└── gone-1.0.0 (no such OperatorVersion here)\n    └── lost\n`,
  );
  expect(
    (await lockstep(kubeconfig, own, ["upgrade", join(folder, "web"), "--instance", "lost"])).err,
  ).toContain(`OperatorVersion/${own}/gone-1.0.0, which the instance has now, is not there`);
});

test("an instance that nobody takes down is told to hang, with what holds it", async () => {
  const own = await world.namespace("hangs");
  await lockstep(kubeconfig, own, ["install", join(folder, "web"), "--instance", "x"]);
  await patchInstance(world.client, own, "x", { metadata: { finalizers: ["lockstep.dev/prune"] } });
  const deleting = await lockstep(kubeconfig, own, ["uninstall", "--instance", "x"]);
  expect(deleting.out).toBe(`instance ${own}/x is being deleted\n`);
  const hanging = await lockstep(kubeconfig, own, [
    "uninstall",
    "--instance",
    "x",
    "--wait",
    "--wait-time",
    "10ms",
  ]);
  expect(hanging.err).toContain(
    "was not gone within 10ms: held by lockstep.dev/prune\nhint: does `lockstep serve`",
  );
  expect((await lockstep(kubeconfig, own, ["update", "--instance", "x", "-p", "VALUE=b"])).err).toContain(
    `Instance/${own}/x is being deleted`,
  );
});

test("who may only look is told what the API server refuses, and nothing is half done", async () => {
  const viewer = join(folder, "viewer");
  await writeFile(viewer, kubeconfigFor(world.sandbox.url, world.sandbox.tokens.viewer));
  const own = await world.namespace("viewer");
  const { code, out, err } = await lockstep(viewer, own, ["install", join(folder, "web")]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain('User "viewer" cannot create resource "operators"');
});
