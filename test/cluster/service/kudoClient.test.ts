import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kubeObject.ts";
import { loadPackage } from "../../../src/package/loadPackage.ts";
import { toOperator, toOperatorVersion } from "../../../src/package/operatorVersion.ts";
import { lockstep, writePackage } from "../../cli/commands/kudoWorld.ts";
import { configMapText, deploymentText, operatorFiles } from "../../reconcile/smallOperator.ts";
import { memoryTree } from "../../source/memoryTree.ts";
import { sharedService } from "./sharedService.ts";

const service = sharedService();
const { client, kubeconfig, kubectl, until } = service;

const filesOf = (version: string) =>
  operatorFiles({
    name: "shop",
    version,
    parameters: [
      { name: "REPLICAS", default: "1" },
      { name: "NOTE", default: "none", trigger: "note" },
    ],
    tasks: {
      app: ["app.yaml"],
      note: ["note.yaml"],
      gone: { kind: "Delete", spec: { resources: ["note.yaml"] } },
    },
    plans: {
      deploy: [["note"], ["app"]],
      note: [["note"]],
      upgrade: [["note"], ["app"]],
      cleanup: [["gone"]],
    },
    templates: {
      "app.yaml": deploymentText("{{ .Name }}", "{{ .Params.REPLICAS }}"),
      "note.yaml": configMapText("{{ .Name }}", `{{ .Params.NOTE }} of ${version}`),
    },
  });

test("with our own commands", async () => {
  const namespace = await service.namespace("own");
  const call = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await lockstep(kubeconfig, namespace, words);
    expect([code, err], `${words.join(" ")}\n${out}`).toEqual([0, ""]);
    return out;
  };
  const first = await writePackage(await service.folder(), "first", filesOf("1.0.0"));
  const second = await writePackage(await service.folder(), "second", filesOf("1.1.0"));
  await call("install", first, "--instance", "one", "-p", "REPLICAS=2", "--wait");
  expect(await replicas(namespace)).toBe(2);
  await call("update", "--instance", "one", "-p", "NOTE=hello", "--wait");
  expect(await note(namespace)).toBe("hello of 1.0.0");
  await call("plan", "trigger", "--instance", "one", "--name", "deploy", "--wait");
  await call("upgrade", second, "--instance", "one", "-p", "REPLICAS=1", "--wait");
  expect(await note(namespace)).toBe("hello of 1.1.0");
  expect(await replicas(namespace)).toBe(1);
  expect(await call("get", "all")).toContain("    ├── shop-1.0.0\n    └── shop-1.1.0\n        └── one\n");
  await call("uninstall", "--instance", "one", "--wait");
  expect(await note(namespace)).toBeUndefined();
  expect(await replicas(namespace)).toBeUndefined();
});

test("with the requests of kubectl kudo, sent by kubectl", async () => {
  const namespace = await service.namespace("theirs");
  const patch = (body: JsonObject): Promise<string> =>
    kubectl("-n", namespace, "patch", "instance.kudo.dev", "one", "--type=merge", "-p", JSON.stringify(body));
  // install: Operator, OperatorVersion and Instance, each created as client-go writes it
  for (const object of await clientObjects("1.0.0", namespace)) await create(object);
  await create(clientInstance(namespace));
  await finished(namespace, "deploy", undefined);
  expect(await replicas(namespace)).toBe(2);
  // update: a merge patch of the parameters
  await patch({ spec: { parameters: { NOTE: "hello" } } });
  await finished(namespace, "note", undefined);
  expect(await note(namespace)).toBe("hello of 1.0.0");
  // plan trigger: name and uid of a plan
  const before = await uidOf(namespace, "deploy");
  await patch({
    spec: {
      planExecution: { planName: "deploy", uid: "0b0e6f9c-9d2f-4c39-9c34-7f3a5f6f1c11", status: "NEVER_RUN" },
    },
  });
  await finished(namespace, "deploy", before);
  expect(await uidOf(namespace, "deploy")).toBe("0b0e6f9c-9d2f-4c39-9c34-7f3a5f6f1c11");
  // upgrade: the new OperatorVersion, then version and parameters in one patch
  for (const object of (await clientObjects("1.1.0", namespace)).slice(1)) await create(object);
  await patch({ spec: { operatorVersion: { name: "shop-1.1.0" }, parameters: { REPLICAS: "1" } } });
  await finished(namespace, "upgrade", undefined);
  expect([await note(namespace), await replicas(namespace)]).toEqual(["hello of 1.1.0", 1]);
  // uninstall: the Instance alone
  await kubectl(
    "-n",
    namespace,
    "delete",
    "instance.kudo.dev",
    "one",
    "--cascade=background",
    "--timeout=40s",
  );
  expect(await note(namespace)).toBeUndefined();
  expect(await replicas(namespace)).toBeUndefined();
});

test("kubectl apply of all three at once, and again with other parameters", async () => {
  const namespace = await service.namespace("applied");
  const objects = [...(await clientObjects("1.0.0", namespace)), clientInstance(namespace)];
  const apply = async (): Promise<void> => {
    const file = join(await service.folder(), "applied.json");
    await writeList(file, objects);
    await kubectl("apply", "-f", file);
  };
  await apply();
  await finished(namespace, "deploy", undefined);
  objects.push({
    ...clientInstance(namespace),
    spec: { operatorVersion: { name: "shop-1.0.0" }, parameters: { REPLICAS: "2", NOTE: "applied" } },
  });
  objects.splice(2, 1);
  await apply();
  await finished(namespace, "note", undefined);
  expect(await note(namespace)).toBe("applied of 1.0.0");
  await kubectl("delete", "-f", join(await service.folder(), "applied.json"), "--timeout=40s");
  expect([await note(namespace), await replicas(namespace)]).toEqual([undefined, undefined]);
});

test("--orphan frees an instance while no service runs; neither the collector nor a later service takes anything", async () => {
  const namespace = await service.namespace("alone");
  const folderOf = await writePackage(await service.folder(), "alone", filesOf("1.0.0"));
  const installed = await lockstep(kubeconfig, namespace, [
    "install",
    folderOf,
    "--instance",
    "one",
    "--wait",
  ]);
  expect(installed).toMatchObject({ code: 0 });
  const freed = await service.whilePaused(async () => {
    await lockstep(kubeconfig, namespace, ["uninstall", "--instance", "one"]);
    return await lockstep(kubeconfig, namespace, ["uninstall", "--instance", "one", "--orphan"]);
  });
  expect(freed.out).toBe(`instance ${namespace}/one deleted; its objects stay as they are (2 released)\n`);
  await until("the instance is gone", async () =>
    (await client.get({ apiVersion: "kudo.dev/v1beta1", kind: "Instance", namespace, name: "one" }))
      ? undefined
      : true,
  );
  await delay(1_500); // the garbage collector would have come by now
  expect([await note(namespace), await replicas(namespace)]).toEqual(["none of 1.0.0", 1]);
  const { items } = await client.list({ apiVersion: "v1", kind: "Secret" }, { namespace });
  expect(items.map(({ metadata }) => metadata.name)).toEqual([]);
});

/** Operator and OperatorVersion of a package as client-go marshals Go structs: zero values and all. */
async function clientObjects(version: string, namespace: string): Promise<KubeObject[]> {
  const { loaded } = await loadPackage(memoryTree(filesOf(version)), "");
  if (!loaded) throw new Error("the package of the test loads");
  return [toOperator(loaded.pkg, namespace), toOperatorVersion(loaded.pkg, namespace)].map(asClientGo);
}

function clientInstance(namespace: string): KubeObject {
  return asClientGo({
    apiVersion: "kudo.dev/v1beta1",
    kind: "Instance",
    metadata: { name: "one", namespace, labels: { "kudo.dev/operator": "shop" } },
    spec: { operatorVersion: { name: "shop-1.0.0" }, parameters: { REPLICAS: "2" }, planExecution: {} },
  });
}

function asClientGo(object: KubeObject): KubeObject {
  const { metadata, ...rest } = object;
  return {
    ...rest,
    metadata: { ...metadata, creationTimestamp: null as unknown as string },
    status: {},
  } as KubeObject;
}

async function writeList(file: string, items: readonly KubeObject[]): Promise<void> {
  const list: JsonValue = { apiVersion: "v1", kind: "List", items: [...items] };
  await writeFile(file, JSON.stringify(list));
}

async function create(object: KubeObject): Promise<void> {
  const file = join(await service.folder(), `${object.kind}-${object.metadata.namespace}.json`);
  await writeList(file, [object]);
  await kubectl("create", "--validate=false", "-f", file);
}

async function note(namespace: string): Promise<unknown> {
  const found = await client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "one" });
  return (found?.data as { value?: unknown } | undefined)?.value;
}

async function replicas(namespace: string): Promise<unknown> {
  const found = await client.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "one" });
  return (found?.spec as { replicas?: unknown } | undefined)?.replicas;
}

async function planOf(
  namespace: string,
  plan: string,
): Promise<{ readonly uid?: string; readonly status?: string }> {
  const ref = { apiVersion: "kudo.dev/v1beta1", kind: "Instance", namespace, name: "one" };
  const { status } = (await client.get(ref)) as unknown as {
    readonly status?: { readonly planStatus?: Readonly<Record<string, { uid?: string; status?: string }>> };
  };
  return status?.planStatus?.[plan] ?? {};
}

async function uidOf(namespace: string, plan: string): Promise<string | undefined> {
  return (await planOf(namespace, plan)).uid;
}

async function finished(namespace: string, plan: string, before: string | undefined): Promise<void> {
  await service.untilPlan(namespace, "one", plan, { before });
}
