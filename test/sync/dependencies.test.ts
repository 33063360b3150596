import { afterAll, expect, test } from "vitest";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import type { Transport } from "../../src/cluster/transport.ts";
import { loadPackage } from "../../src/package/loadPackage.ts";
import { PackageError } from "../../src/repository/packageError.ts";
import { entryOf, indexOf, printIndex } from "../../src/repository/repositoryIndex.ts";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";
import { writeArchive } from "../../src/source/archiveTree.ts";
import { transportTo } from "../reconcile/reconcileWorld.ts";
import { operatorFiles } from "../reconcile/smallOperator.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { type Files, instanceText } from "./fleet.ts";
import { syncWorld, until, untilSynced } from "./syncWorld.ts";

const sandbox = startSandbox({}, new AbortController().signal);
let transport: Transport | undefined;
const world = syncWorld(async () => {
  transport = transportTo(await sandbox);
  return createClusterClient(transport);
});
afterAll(async () => {
  await transport?.close();
  await (await sandbox).stop();
});

function operator(name: string, ...children: readonly string[]): Files {
  const none = { none: { kind: "Dummy", spec: { done: true } } };
  const tasks = children.map((child) => [child, { kind: "KudoOperator", spec: { package: child } }] as const);
  const plans = { deploy: [children.length > 0 ? children : ["none"]] };
  return operatorFiles({ name, tasks: children.length > 0 ? Object.fromEntries(tasks) : none, plans });
}

function under(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

test("OperatorVersions are written after those that they need, Instances last", async () => {
  const source = world.source("fleet");
  source.push("r1", {
    ...under("a", operator("a", "c", "b")),
    ...under("b", operator("b", "c")),
    ...under("c", operator("c")),
    "i.yaml": instanceText("i", { namespace: world.namespace, version: "a-1.0.0" }),
  });
  const running = world.start([source]);
  await untilSynced(running, "r1");
  expect(running.writes.filter((write) => /OperatorVersion|Instance/.test(write))).toEqual([
    "apply OperatorVersion/c-1.0.0",
    "apply OperatorVersion/b-1.0.0",
    "apply OperatorVersion/a-1.0.0",
    "apply Instance/i",
  ]);
  // A second look at the same revision writes nothing.
  running.writes.length = 0;
  running.engine.poke(source.name);
  await until(
    () => running.events.filter(({ kind }) => kind === "synced").length,
    (count) => count === 2,
  );
  expect(running.writes).toEqual([]);
});

test("what a repository could not give is asked for again, without a new revision", async () => {
  const files = operator("below");
  const { loaded } = await loadPackage(memoryTree(files), "");
  const archive = await writeArchive(
    new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
  );
  const index = printIndex(indexOf(loaded ? [entryOf(loaded.pkg, archive, "below.tgz")] : [], ""));
  let isDown = true;
  const download = async (url: string): Promise<Uint8Array> => {
    if (isDown) throw new PackageError(`${url} cannot be reached: refused`, { retryable: true });
    return url.endsWith("index.yaml") ? Buffer.from(index) : archive;
  };
  const source = world.source("fleet");
  source.push("r1", {
    ...under("top", operator("top", "below")),
    ...under("other", operator("other")),
    "i.yaml": instanceText("i", { namespace: world.namespace, version: "top-1.0.0" }),
    "j.yaml": instanceText("j", { namespace: world.namespace, version: "other-1.0.0" }),
  });
  const repositories = [{ name: "community", url: "https://repo.example/v1" }];
  const running = world.start([source], { packages: { download }, repositories });
  await untilSynced(running, "r1");
  expect(running.engine.status(source.name)?.issues).toMatchObject([
    { code: "package.dependency", file: "top/operator.yaml", severity: "error" },
    { code: "sync.operatorVersionMissing", file: "i.yaml" },
  ]);
  expect(await world.names("OperatorVersion")).toEqual(["other-1.0.0"]);
  isDown = false;
  await until(
    () => world.names("OperatorVersion"),
    (names) => names.join() === "below-1.0.0,other-1.0.0,top-1.0.0",
  );
  await until(
    () => running.engine.status(source.name)?.issues,
    (issues) => issues?.length === 0,
  );
});
