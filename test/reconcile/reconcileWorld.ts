import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import type { AppliedIndex } from "../../src/apply/appliedIndex.ts";
import { IndexStore } from "../../src/apply/indexStore.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { ClusterClient } from "../../src/cluster/clusterClient.ts";
import { createClusterClient } from "../../src/cluster/createClusterClient.ts";
import { createTransport, type Transport } from "../../src/cluster/transport.ts";
import type { JsonValue } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kubeObject.ts";
import type { ObjectRef } from "../../src/object/objectRef.ts";
import { loadPackage } from "../../src/package/loadPackage.ts";
import { toOperatorVersion } from "../../src/package/operatorVersion.ts";
import { createReconciler, type ReconcileSide } from "../../src/reconcile/createReconciler.ts";
import { type InstanceView, viewInstance } from "../../src/reconcile/instanceView.ts";
import type { ReconcileEvent } from "../../src/reconcile/reconcileEvent.ts";
import { type Render, renderAtOnce } from "../../src/render/renderer.ts";
import type { PodExec } from "../../src/sandbox/podExec.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { KUDO_API_VERSION } from "../../src/sync/crds.ts";
import { installCrds } from "../../src/sync/installCrds.ts";
import { memoryTree } from "../source/memoryTree.ts";
import { type Death, type MortalClient, mortalClient } from "./mortalClient.ts";

export type Files = Readonly<Record<string, string>>;

/** One embedded cluster for a file of tests, and a client that may do everything. */
export interface ReconcileWorld {
  readonly client: ClusterClient;
  readonly sandbox: Sandbox;
  /** Makes a namespace of its own. */
  namespace(prefix: string): Promise<string>;
}

/**
 * Starts the cluster before the tests of a file, with the definitions of KUDO, and ends it afterwards.
 *
 * @param podExec  plays its containers; left out, they are empty
 */
export function reconcileWorld(podExec?: PodExec): ReconcileWorld {
  const stop = new AbortController();
  let sandbox: Sandbox | undefined;
  let transport: Transport | undefined;
  let client: ClusterClient | undefined;
  beforeAll(async () => {
    const speed = { reactionMs: 1, podStartMs: 20, podRunMs: 20, podStopMs: 10 };
    sandbox = await startSandbox({ speed, ...(podExec && { podExec }) }, stop.signal);
    transport = transportTo(sandbox);
    client = createClusterClient(transport);
    await installCrds(client, stop.signal);
  });
  afterAll(async () => {
    stop.abort();
    await transport?.close();
    await sandbox?.stop();
  });
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the cluster is there once the tests run");
    return value;
  };
  return {
    get client() {
      return known(client);
    },
    get sandbox() {
      return known(sandbox);
    },
    async namespace(prefix) {
      const name = `${prefix}-${randomUUID().slice(0, 8)}`;
      await known(client).create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
      return name;
    },
  };
}

export function transportTo({ url, tokens }: Sandbox, token = tokens.admin): Transport {
  return createTransport({
    access: {
      server: url,
      origin: "the embedded cluster",
      namespace: "default",
      insecureSkipTlsVerify: false,
      authentication: { kind: "token", token },
      impersonation: {},
    },
  });
}

/** The reconciling side as one process has it. */
export interface Life extends MortalClient {
  readonly side: ReconcileSide;
  readonly events: ReconcileEvent[];
  /** Ends the process; one that has died stops without another word. */
  stop(): Promise<void>;
}

/** How a life is made hard. */
export interface Hardship {
  readonly death?: Death;
  /** What stands between the process and the cluster. */
  readonly client?: ClusterClient;
  readonly render?: Render;
  readonly workers?: number;
}

/** Starts the reconciling side over one namespace. It may die while it starts. */
export async function live(
  world: ReconcileWorld,
  namespace: string,
  { death, client = world.client, render = renderAtOnce, workers }: Hardship = {},
): Promise<Life> {
  const mortal = mortalClient(client, namespace, death);
  const events: ReconcileEvent[] = [];
  const side = createReconciler({
    render,
    client: mortal.client,
    clock: systemClock,
    random: () => 0,
    log: silentLogger,
    emit: (event) => events.push(event),
    namespace,
    leaseMs: () => 60_000,
    requestTimeoutMs: 30_000,
    ...(workers !== undefined && { workers }),
  });
  for (let attempts = 1; ; attempts++) {
    try {
      await side.reconciler.start();
      break;
    } catch (error) {
      if (attempts > 10) throw error;
    }
  }
  return { ...mortal, side, events, stop: () => side.reconciler.stop() };
}

/** Publishes a package as `kubectl kudo install` does: OperatorVersions alone matter to the reconciler. */
export async function publish(client: ClusterClient, namespace: string, files: Files): Promise<string> {
  const { loaded, issues } = await loadPackage(memoryTree(files), "");
  if (!loaded || issues.length > 0) throw new Error(issues.map(({ message }) => message).join("\n"));
  const object = toOperatorVersion(loaded.pkg, namespace);
  await client.apply(object, { fieldManager: "publisher" });
  return object.metadata.name ?? "";
}

/** An Instance as a plain client makes it. */
export async function createInstance(
  client: ClusterClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  operatorVersion: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  await client.create({
    apiVersion: KUDO_API_VERSION,
    kind: "Instance",
    metadata: { namespace, name },
    spec: { operatorVersion: { name: operatorVersion }, parameters },
  });
}

export function instanceRef(namespace: string, name: string): ObjectRef {
  return { apiVersion: KUDO_API_VERSION, kind: "Instance", namespace, name };
}

/** The Instance as the reconciler reads it; `undefined` when it is gone. */
export async function readInstance(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<InstanceView | undefined> {
  const object = await client.get(instanceRef(namespace, name));
  return object && viewInstance(object);
}

export async function patchInstance(
  client: ClusterClient,
  namespace: string,
  name: string,
  body: JsonValue,
): Promise<void> {
  await client.patch(instanceRef(namespace, name), "merge", body, { fieldManager: "kubectl-edit" });
}

/** The applied set as the cluster has it. */
export async function readIndex(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<AppliedIndex | undefined> {
  return await new IndexStore(client).load({ namespace, name }, new AbortController().signal);
}

/** Reads until the value is as wanted; the last one is in the error of a time-out. */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  isWanted: (value: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(value)}`);
    await delay(15);
  }
}

/** Waits until the plan of the instance is COMPLETE, under this uid when one is given. */
export async function untilComplete(
  client: ClusterClient,
  namespace: string,
  name: string,
  plan: string,
  isWanted: (uid: string) => boolean = () => true,
): Promise<InstanceView> {
  const view = await until(
    `plan ${plan} of ${namespace}/${name} is COMPLETE`,
    () => readInstance(client, namespace, name),
    (found) => found?.planStatus[plan]?.status === "COMPLETE" && isWanted(found.planStatus[plan].uid ?? ""),
  );
  return view as InstanceView;
}

/** All objects of the namespace of the kinds that the tests' packages make. */
export async function objectsOf(client: ClusterClient, namespace: string): Promise<readonly KubeObject[]> {
  const kinds = [
    ["v1", "ConfigMap"],
    ["v1", "Service"],
    ["v1", "PersistentVolumeClaim"],
    ["apps/v1", "Deployment"],
    ["batch/v1", "Job"],
  ] as const;
  const lists = await Promise.all(
    kinds.map(([apiVersion, kind]) => client.list({ apiVersion, kind }, { namespace })),
  );
  const objects = lists.flatMap(({ items }) => items);
  return objects.filter(({ metadata }) => metadata.name !== "kube-root-ca.crt"); // comes with each namespace
}
