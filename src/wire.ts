import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { createApp } from "./api/createApp.ts";
import { serviceReads } from "./api/serviceReads.ts";
import { type RunningServer, startServer } from "./api/startServer.ts";
import { tokenFile } from "./api/tokenFile.ts";
import { createObjectSchemas } from "./apply/createObjectSchemas.ts";
import { backoffMs } from "./base/backoff.ts";
import { type Clock, rfc3339, systemClock } from "./base/clock.ts";
import { isAbort, messageOf } from "./base/errors.ts";
import type { Logger } from "./base/logger.ts";
import { rejectOnAbort } from "./base/rejectOnAbort.ts";
import type { ClusterAccess } from "./cluster/clusterAccess.ts";
import type { ClusterClient } from "./cluster/clusterClient.ts";
import { createClusterClient } from "./cluster/createClusterClient.ts";
import { type Environment, loadKubeConfig } from "./cluster/kubeConfig.ts";
import { leaseHolder } from "./cluster/leaseHolder.ts";
import { createTransport, type Transport } from "./cluster/transport.ts";
import type { Config } from "./config/config.ts";
import { MANAGER_STATUS } from "./object/ownership.ts";
import { createReconciler, type ReconcileSide } from "./reconcile/createReconciler.ts";
import { instanceActions } from "./reconcile/instanceActions.ts";
import { KubeEvents } from "./reconcile/kubeEvents.ts";
import { Leadership } from "./reconcile/leadership.ts";
import type { EmitEvent, ReconcileEvent } from "./reconcile/reconcileEvent.ts";
import { Renderer } from "./render/renderer.ts";
import { createPackageReader } from "./repository/packageReader.ts";
import type { Sandbox, SandboxOptions } from "./sandbox/startSandbox.ts";
import { createSource } from "./source/createSource.ts";
import { installCrds } from "./sync/installCrds.ts";
import { refuseKudoWebhook } from "./sync/kudoWebhook.ts";
import { SyncEngine } from "./sync/syncEngine.ts";
import type { SyncEvent } from "./sync/syncEvent.ts";
import { logReconcileEvents, logSyncEvents } from "./telemetry/eventLog.ts";
import { createMetrics } from "./telemetry/metrics.ts";

/** What the service needs from the process that runs it. */
export interface ServiceOptions {
  readonly config: Config;
  readonly environment: Environment;
  readonly log: Logger;
  readonly version: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** How fast the pods of the embedded cluster live. */
  readonly sandboxSpeed?: SandboxOptions["speed"];
}

/** The service, joined and not yet started. */
export interface Service {
  readonly client: ClusterClient;
  readonly side: ReconcileSide;
  readonly sync: SyncEngine;
  readonly registry: Registry;
  /** Why the service is not ready; `undefined` when it is. */
  readonly unready: () => string | undefined;
  /**
   * Listens, then goes to the cluster and begins to work: failures of the cluster are waited out.
   *
   * @returns the address of the HTTP API
   * @throws ListenError
   */
  start(): Promise<string>;
  /** Ends everything in reverse order; resolves when it is over. */
  stop(): Promise<void>;
}

const DEFAULT_NAMESPACE = "lockstep-system";
/** For one index or archive; the source waits as long. */
const PACKAGE_TIMEOUT_MS = 10_000;
const CONNECT_RETRY = { baseMs: 500, maxMs: 15_000 };

/**
 * Builds every part of the service and joins them; nothing runs before `start`.
 *
 * @throws KubeConfigError, SourceError for what no waiting would mend
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { config, environment, log, clock = systemClock, random = Math.random } = options;
  const lifetime = new AbortController();
  const dataDir = config.dataDir ?? defaultDataDir(environment);
  // Before the embedded cluster: a URL that cannot be read must leave nothing running.
  const sources = config.sources.map(({ name, url, ref, path, timing, credentials, repositories }) => ({
    source: createSource({ name, url, dataDir, credentials, clock, ...(ref !== undefined && { ref }) }),
    path,
    schedule: timing,
    ...(repositories && { repositories }),
  }));
  const sandbox = config.cluster.sandbox
    ? await startOwnCluster(dataDir, log, options.sandboxSpeed, lifetime.signal)
    : undefined;
  const access = loadKubeConfig({ environment, ...clusterFlags(config, sandbox) });
  const namespace = config.cluster.namespace ?? namespaceOf(access);

  const registry = new Registry();
  const metrics = createMetrics(registry, {
    queueDepth: () => side.reconciler.queueDepth,
    instances: () => countInstances(side),
    driftedObjects: () =>
      sum([...side.instances.all()].map(({ view }) => side.drift.report(view).objects.length)),
  });
  const transport = createTransport({
    access,
    environment,
    clock,
    userAgent: `lockstep/${options.version}`,
    onRequest: metrics.onRequest,
  });
  const client = createClusterClient(transport, { clock, random });

  const kubeEvents = new KubeEvents({ client, clock, uidOf: (key) => side.instances.get(key)?.view.uid });
  const logEvent = logReconcileEvents(log);
  const emit: EmitEvent = (event) => {
    logEvent(event);
    metrics.onReconcile(event);
    kubeEvents.take(event);
  };
  const logSync = logSyncEvents(log);
  const leadership = new Leadership({
    client,
    clock,
    random,
    namespace,
    emit,
    holder: leaseHolder(),
    onRegained: () =>
      void side.reconciler
        .refresh()
        .catch((error: unknown) => log.error({ reason: messageOf(error) }, "could not start over")),
  });
  const leaseMs = (): number => leadership.leaseMs();
  const mayWrite = (): boolean => leaseMs() > transport.timeoutMs;
  const sync = new SyncEngine({
    client,
    namespace,
    clock,
    random,
    mayWrite,
    emit: (event) => {
      logSync(event);
      metrics.onSync(event);
      const note = noteOfSync(event);
      if (note) kubeEvents.take(note);
    },
    sources,
    packages: createPackageReader({ fetch: globalThis.fetch, timeoutMs: PACKAGE_TIMEOUT_MS }),
  });
  const renderer = new Renderer();
  const side: ReconcileSide = createReconciler({
    render: renderer.render,
    client,
    clock,
    random,
    log,
    emit,
    namespace,
    schemas: createObjectSchemas(client, clock),
    leaseMs,
    requestTimeoutMs: transport.timeoutMs,
    onInstance: (type, object) => sync.observe(type, object),
    onOperatorVersion: (type, object) => sync.observe(type, object),
  });

  let problem: string | undefined = "connecting to the cluster";
  const parts: Parts = { config, client, transport, leadership, side, sync, namespace, log, clock, random };
  const unready = (): string | undefined =>
    problem ?? (leadership.leaseMs() > 0 ? undefined : standby(leadership));
  const actions = instanceActions({ client, ...side });
  const app = createApp({
    version: options.version,
    startedAt: rfc3339(clock.now()),
    now: () => clock.now(),
    notReady: unready,
    access: {
      read: config.http.read,
      token: config.http.tokenFile === undefined ? async () => undefined : tokenFile(config.http.tokenFile),
    },
    reads: serviceReads(side, sync),
    actions: {
      ...actions,
      sync: (name) => sync.poke(name),
      confirm: async (hold) => (await sync.confirm(hold)) !== undefined || actions.confirm(hold),
    },
    metrics: registry,
    onError: (error, request) =>
      log.error({ request, reason: messageOf(error) }, "a request failed unexpectedly"),
  });
  let server: RunningServer | undefined;
  let running: Promise<void> = Promise.resolve();
  return {
    client,
    side,
    sync,
    registry,
    unready,
    start: async () => {
      server = await startServer(app, config.http);
      log.info({ url: server.url }, "listening");
      running = bringUp(parts, lifetime.signal, (message) => {
        problem = message;
      });
      return server.url;
    },
    stop: async () => {
      lifetime.abort();
      await server?.close();
      await running;
      await sync.stop();
      await side.reconciler.stop();
      await renderer.stop();
      await kubeEvents.stop();
      await leadership.stop();
      await transport.close();
      await sandbox?.stop();
    },
  };
}

interface Parts {
  readonly config: Config;
  readonly client: ClusterClient;
  readonly transport: Transport;
  readonly leadership: Leadership;
  readonly side: ReconcileSide;
  readonly sync: SyncEngine;
  readonly namespace: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** From nothing to work, in order; each part is tried until the cluster lets it. */
async function bringUp(
  parts: Parts,
  signal: AbortSignal,
  tell: (problem: string | undefined) => void,
): Promise<void> {
  const { config, client, leadership, side, sync, namespace, log, clock, random } = parts;
  const persist = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await work();
        return;
      } catch (error) {
        if (signal.aborted || isAbort(error)) throw error;
        tell(`${name}: ${messageOf(error)}`);
        log.warn({ attempt, reason: messageOf(error) }, `${name} failed`);
        await clock.sleep(backoffMs(attempt, random(), CONNECT_RETRY), signal);
      }
    }
  };
  try {
    await persist("preparing the namespace", () => ensureNamespace(client, namespace, signal));
    if (config.cluster.crds) {
      await persist("installing the CustomResourceDefinitions", async () => {
        const written = await installCrds(client, signal, clock);
        if (written.length > 0) log.info({ names: written }, "CustomResourceDefinitions written");
      });
    }
    await persist("looking for KUDO's webhook", () =>
      refuseKudoWebhook(
        client,
        (reason) => log.warn({ reason }, "could not look for a webhook that KUDO left behind"),
        signal,
      ),
    );
    tell(undefined);
    await Promise.race([leadership.start(), rejectOnAbort(signal)]);
    tell("reading the cluster");
    await persist("reading the cluster", () => side.reconciler.start());
    sync.start();
    tell(undefined);
  } catch (error) {
    if (!signal.aborted && !isAbort(error)) throw error;
  }
}

async function ensureNamespace(client: ClusterClient, namespace: string, signal: AbortSignal): Promise<void> {
  const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
  if (await client.get(ref, { signal })) return;
  const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await client.apply(object, { fieldManager: MANAGER_STATUS, signal });
}

async function startOwnCluster(
  dataDir: string,
  log: Logger,
  speed: SandboxOptions["speed"],
  signal: AbortSignal,
): Promise<Sandbox & { readonly kubeconfigPath: string }> {
  await mkdir(dataDir, { recursive: true });
  const kubeconfigPath = join(dataDir, "sandbox.kubeconfig");
  // Loaded only here: who has a cluster should not hold another in memory.
  const { startSandbox } = await import("./sandbox/startSandbox.ts");
  const sandbox = await startSandbox({ kubeconfigPath, logger: log, ...(speed && { speed }) }, signal);
  log.info({ url: sandbox.url, kubeconfig: kubeconfigPath }, "embedded cluster started");
  return { ...sandbox, kubeconfigPath };
}

function clusterFlags(
  { cluster }: Config,
  sandbox: { readonly kubeconfigPath: string } | undefined,
): { readonly kubeconfig?: string; readonly context?: string } {
  if (sandbox) return { kubeconfig: sandbox.kubeconfigPath };
  return {
    ...(cluster.kubeconfig !== undefined && { kubeconfig: cluster.kubeconfig }),
    ...(cluster.context !== undefined && { context: cluster.context }),
  };
}

/** In a pod the installation is the pod's own namespace, elsewhere one of a fixed name. */
function namespaceOf(access: ClusterAccess): string {
  return access.isInCluster ? access.namespace : DEFAULT_NAMESPACE;
}

function defaultDataDir(environment: Environment): string {
  return join(environment.XDG_CACHE_HOME ?? join(environment.HOME ?? homedir(), ".cache"), "lockstep");
}

/** What people should hear of on the Instance itself: a write of theirs that Git took back. */
function noteOfSync(event: SyncEvent): ReconcileEvent | undefined {
  if (event.kind !== "reverted" || event.object.kind !== "Instance") return undefined;
  const { object, managers, fields } = event;
  return {
    kind: "noted",
    instance: { namespace: object.namespace ?? "default", name: object.name },
    severity: "warning",
    reason: "Reverted",
    message: `${fields.join(", ")} changed by ${managers.join(", ") || "somebody"}: Git declares it, so it was applied again`,
    object,
  };
}

function standby(leadership: Leadership): string {
  const { waitingFor, problem } = leadership;
  if (problem !== undefined) return `waiting for the lease: ${problem}`;
  return waitingFor ? `standing by: the lease is held by ${waitingFor}` : "waiting for the lease";
}

function countInstances({ instances, reconciler, drift }: ReconcileSide): Readonly<Record<string, number>> {
  const counts = { total: 0, running: 0, drifted: 0, suspended: 0 };
  for (const { view } of instances.all()) {
    counts.total++;
    if (reconciler.isBusy(view)) counts.running++;
    if (drift.report(view).state === "Drifted") counts.drifted++;
    if (view.suspendedBy) counts.suspended++;
  }
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
