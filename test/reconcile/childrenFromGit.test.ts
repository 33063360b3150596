import { expect, test } from "vitest";
import { asObject, valueAt } from "../../src/object/json.ts";
import { annotationsOf } from "../../src/object/kubeObject.ts";
import { ANNOTATION_PACKAGE_DIGEST } from "../../src/object/ownership.ts";
import { fromOperatorVersion } from "../../src/package/operatorVersion.ts";
import { writeArchive } from "../../src/source/archiveTree.ts";
import { instanceText } from "../sync/fleet.ts";
import { type Files, instanceRef, publish, readInstance, until, untilComplete } from "./reconcileWorld.ts";
import { serviceWorld } from "./serviceWorld.ts";
import { configMapText, operatorFiles } from "./smallOperator.ts";

const world = serviceWorld();

/** Operator `NAME-base`, in a folder or packed, and `NAME-top`, which needs it. */
function base(name: string, version: string): Files {
  return operatorFiles({
    name: `${name}-base`,
    version,
    tasks: { app: ["app.yaml"] },
    plans: { deploy: [["app"]], upgrade: [["app"]] },
    templates: { "app.yaml": configMapText("{{ .Name }}", "{{ .OperatorVersion }}") },
  });
}

function top(name: string, reference: string, version = "1.0.0"): Files {
  return operatorFiles({
    name: `${name}-top`,
    version,
    tasks: { base: { kind: "KudoOperator", spec: { package: reference } } },
    plans: { deploy: [["base"]], upgrade: [["base"]] },
  });
}

function under(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

async function value(namespace: string, name: string): Promise<unknown> {
  const object = await world.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  return asObject(object?.data).value;
}

async function versions(namespace: string): Promise<readonly string[]> {
  const type = { apiVersion: "kudo.dev/v1beta1", kind: "OperatorVersion" };
  const { items } = await world.client.list(type, { namespace });
  return items.map(({ metadata }) => metadata.name ?? "").sort();
}

test("a push brings a parent with the operator that it needs; the next one upgrades both, and the old versions go", async () => {
  const namespace = await world.namespace("git");
  const instance = (version: string): Files => ({
    "one/i.yaml": instanceText("one", { namespace, version: `one-top-${version}` }),
  });
  await world.push({
    ...under("one/top", top("one", "../base")),
    ...under("one/base", base("one", "1.0.0")),
    ...instance("1.0.0"),
  });
  const first = await untilComplete(world.client, namespace, "one", "deploy");
  expect(await value(namespace, "one-one-base")).toBe("1.0.0");
  expect(await versions(namespace)).toEqual(["one-base-1.0.0", "one-top-1.0.0"]);
  const stored = await world.client.get({
    ...instanceRef(namespace, "one-top-1.0.0"),
    kind: "OperatorVersion",
  });
  expect(valueAt(stored, "spec", "tasks")).toEqual([
    { name: "base", kind: "KudoOperator", spec: { package: "one-base", operatorVersion: "1.0.0" } },
  ]);
  const read = stored && fromOperatorVersion(stored);
  expect(read && "pkg" in read && read.pkg.digest).toBe(
    stored && annotationsOf(stored)[ANNOTATION_PACKAGE_DIGEST],
  );

  // Only the child's version changes: the parent's package is another one by that.
  await world.push(under("one/base", base("one", "1.1.0")));
  await untilComplete(
    world.client,
    namespace,
    "one",
    "upgrade",
    (uid) => uid !== first.planStatus.deploy?.uid,
  );
  expect(await value(namespace, "one-one-base")).toBe("1.1.0");
  expect((await readInstance(world.client, namespace, "one-one-base"))?.planStatus.upgrade?.status).toBe(
    "COMPLETE",
  );
  await until(
    "the old version goes once the child has left it",
    () => versions(namespace),
    (found) => found.join() === "one-base-1.1.0,one-top-1.0.0",
  );

  await world.push({ ...under("one/top", top("one", "../base", "2.0.0")), ...instance("2.0.0") });
  await until(
    "the parent's old version goes",
    () => versions(namespace),
    (found) => found.join() === "one-base-1.1.0,one-top-2.0.0",
  );

  await world.remove("one/i.yaml");
  await until(
    "parent and child go",
    () => readInstance(world.client, namespace, "one"),
    (found) => !found,
  );
  expect(await readInstance(world.client, namespace, "one-one-base")).toBeUndefined();
  await until(
    "so do the versions",
    () => versions(namespace),
    (found) => found.length === 0,
  );
});

test("a package that is an archive serves an instance, and a parent in a folder", async () => {
  const namespace = await world.namespace("git");
  const packed = async (version: string): Promise<Buffer> => {
    const files = Object.entries(base("two", version)).map(
      ([path, text]) => [path, Buffer.from(text)] as const,
    );
    return Buffer.from(await writeArchive(new Map(files)));
  };
  await world.push({
    "two/packed/base.tgz": await packed("1.0.0"),
    ...under("two/top", top("two", "two-base")),
    "two/i.yaml": instanceText("two", { namespace, version: "two-top-1.0.0" }),
    "two/j.yaml": instanceText("alone", { namespace, version: "two-base-1.0.0" }),
  });
  await untilComplete(world.client, namespace, "two", "deploy");
  await untilComplete(world.client, namespace, "alone", "deploy");
  expect(await value(namespace, "two-two-base")).toBe("1.0.0");
  expect(await value(namespace, "alone")).toBe("1.0.0");
});

test("a dependency that cannot be found is told with its place, and the instance runs once it is there", async () => {
  const namespace = await world.namespace("git");
  await world.push({
    ...under("three/top", top("three", "three-bsae")),
    ...under("three/base", base("three", "1.0.0")),
    "three/i.yaml": instanceText("three", { namespace, version: "three-top-1.0.0" }),
  });
  const source = (await world.service.status()).sources[0];
  expect(source?.issues).toContainEqual(
    expect.objectContaining({
      code: "package.dependency",
      file: "three/top/operator.yaml",
      message: 'task base of three/top: the source has no package three-bsae; did you mean "three-base"?',
    }),
  );
  await world.push(under("three/top", top("three", "three-base")));
  await untilComplete(world.client, namespace, "three", "deploy");
});

test("OperatorVersions of another namespace serve parent and child", async () => {
  const elsewhere = await world.namespace("versions");
  await publish(world.client, elsewhere, base("four", "1.0.0"));
  const resolved = operatorFiles({
    name: "four-top",
    tasks: { base: { kind: "KudoOperator", spec: { package: "four-base", operatorVersion: "1.0.0" } } },
    plans: { deploy: [["base"]] },
  });
  const version = await publish(world.client, elsewhere, resolved);
  const namespace = await world.namespace("git");
  await world.client.create({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { namespace, name: "four" },
    spec: { operatorVersion: { name: version, namespace: elsewhere } },
  });
  await untilComplete(world.client, namespace, "four", "deploy");
  const made = await world.client.get(instanceRef(namespace, "four-four-base"));
  expect(valueAt(made, "spec", "operatorVersion")).toEqual({ name: "four-base-1.0.0", namespace: elsewhere });
});

test("an instance that Git declares is nobody's child", async () => {
  const namespace = await world.namespace("git");
  await world.push({
    ...under("five/top", top("five", "five-base")),
    ...under("five/base", base("five", "1.0.0")),
    "five/i.yaml": instanceText("five", { namespace, version: "five-top-1.0.0" }),
    "five/j.yaml": instanceText("five-five-base", { namespace, version: "five-base-1.0.0" }),
  });
  const row = await until(
    "the plan fails",
    () => world.service.row(namespace, "five"),
    (found) => found?.plan?.status === "FATAL_ERROR",
  );
  expect(row?.plan?.message).toContain(
    "source 'fleet' declares it in Git; give the task another instanceName",
  );
});
