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
import { SyncEngine, type SyncedSource } from "./sync/syncEngine.ts";
import type { EmitSyncEvent, SyncEvent } from "./sync/syncEvent.ts";
import { logReconcileEvents, logSyncEvents } from "./telemetry/eventLog.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";

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

/** What the parts share: the options, with their defaults. */
type Settings = ServiceOptions & Required<Pick<ServiceOptions, "clock" | "random">>;

/** The way to the cluster, and what counts what happens on it. */
interface Base {
  readonly client: ClusterClient;
  readonly transport: Transport;
  readonly metrics: Metrics;
  /** Of the installation. */
  readonly namespace: string;
}

/** The parts that work once the cluster lets them. */
interface Parts {
  readonly kubeEvents: KubeEvents;
  readonly leadership: Leadership;
  readonly sync: SyncEngine;
  readonly renderer: Renderer;
  readonly side: ReconcileSide;
}

/**
 * Builds every part of the service and joins them; nothing runs before `start`.
 *
 * @throws KubeConfigError, SourceError for what no waiting would mend
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const settings: Settings = { clock: systemClock, random: Math.random, ...options };
  const { config, environment, log } = settings;
  const lifetime = new AbortController();
  const dataDir = config.dataDir ?? defaultDataDir(environment);
  // Before the embedded cluster: a URL that cannot be read must leave nothing running.
  const sources = sourcesOf(settings, dataDir);
  const sandbox = config.cluster.sandbox
    ? await startOwnCluster(dataDir, log, settings.sandboxSpeed, lifetime.signal)
    : undefined;
  const access = loadKubeConfig({ environment, ...clusterFlags(config, sandbox) });
  const registry = new Registry();
  const metrics = createMetrics(registry, {
    queueDepth: () => parts.side.reconciler.queueDepth,
    instances: () => countInstances(parts.side),
    driftedObjects: () => countDrifted(parts.side),
  });
  const base: Base = {
    ...connect(settings, access, metrics),
    metrics,
    namespace: config.cluster.namespace ?? namespaceOf(access),
  };
  const parts: Parts = joinParts(settings, base, sources);

  const { client } = base;
  const { side, sync, leadership } = parts;
  let problem: string | undefined = "connecting to the cluster";
  const unready = (): string | undefined =>
    problem ?? (leadership.leaseMs() > 0 ? undefined : standby(leadership));
  const app = appOf(settings, base, parts, { registry, unready });
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
      running = bringUp(settings, base, parts, lifetime.signal, (message) => {
        problem = message;
      });
      return server.url;
    },
    stop: async () => {
      lifetime.abort();
      await server?.close();
      await running;
      await stopParts(parts);
      await base.transport.close();
      await sandbox?.stop();
    },
  };
}

function sourcesOf({ config, clock }: Settings, dataDir: string): readonly SyncedSource[] {
  return config.sources.map(({ name, url, ref, path, timing, credentials, repositories }) => ({
    source: createSource({ name, url, dataDir, credentials, clock, ...(ref !== undefined && { ref }) }),
    path,
    schedule: timing,
    ...(repositories && { repositories }),
  }));
}

function connect(
  { environment, clock, random, version }: Settings,
  access: ClusterAccess,
  { onRequest }: Metrics,
): Pick<Base, "client" | "transport"> {
  const userAgent = `lockstep/${version}`;
  const transport = createTransport({ access, environment, clock, userAgent, onRequest });
  return { transport, client: createClusterClient(transport, { clock, random }) };
}

/** The parts know each other: what one sees, the other is told. */
function joinParts(settings: Settings, base: Base, sources: readonly SyncedSource[]): Parts {
  const { log, clock, random } = settings;
  const { client, transport, metrics, namespace } = base;
  const kubeEvents = new KubeEvents({ client, clock, uidOf: (key) => side.instances.get(key)?.view.uid });
  const { emit, emitSync } = emittersOf(log, metrics, kubeEvents);
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
  const sync = new SyncEngine({
    client,
    namespace,
    clock,
    random,
    mayWrite: () => leaseMs() > transport.timeoutMs,
    emit: emitSync,
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
  return { kubeEvents, leadership, sync, renderer, side };
}

/** In the order in which nothing misses what goes before it. */
async function stopParts({ sync, side, renderer, kubeEvents, leadership }: Parts): Promise<void> {
  await sync.stop();
  await side.reconciler.stop();
  await renderer.stop();
  await kubeEvents.stop();
  await leadership.stop();
}

/** What happens becomes a line of the log, a number, and an Event of the cluster. */
function emittersOf(
  log: Logger,
  metrics: Metrics,
  kubeEvents: KubeEvents,
): { readonly emit: EmitEvent; readonly emitSync: EmitSyncEvent } {
  const logEvent = logReconcileEvents(log);
  const logSync = logSyncEvents(log);
  return {
    emit: (event) => {
      logEvent(event);
      metrics.onReconcile(event);
      kubeEvents.take(event);
    },
    emitSync: (event) => {
      logSync(event);
      metrics.onSync(event);
      const note = noteOfSync(event);
      if (note) kubeEvents.take(note);
    },
  };
}

/** The HTTP API over the parts. */
function appOf(
  { config, log, clock, version }: Settings,
  { client }: Base,
  { side, sync }: Parts,
  { registry, unready }: Pick<Service, "registry" | "unready">,
): ReturnType<typeof createApp> {
  const { read, tokenFile: file } = config.http;
  const actions = instanceActions({ client, ...side });
  return createApp({
    version,
    startedAt: rfc3339(clock.now()),
    now: () => clock.now(),
    notReady: unready,
    access: { read, token: file === undefined ? async () => undefined : tokenFile(file) },
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
}

/** From nothing to work, in order; each part is tried until the cluster lets it. */
async function bringUp(
  { config, log, clock, random }: Settings,
  { client, namespace }: Base,
  { leadership, side, sync }: Parts,
  signal: AbortSignal,
  tell: (problem: string | undefined) => void,
): Promise<void> {
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
    if (config.cluster.crds)
      await persist("installing the CustomResourceDefinitions", async () => {
        const written = await installCrds(client, signal, clock);
        if (written.length > 0) log.info({ names: written }, "CustomResourceDefinitions written");
      });
    const onUnsure = (reason: string): void =>
      log.warn({ reason }, "could not look for a webhook that KUDO left behind");
    await persist("looking for KUDO's webhook", () => refuseKudoWebhook(client, onUnsure, signal));
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

function countDrifted({ instances, drift }: ReconcileSide): number {
  return [...instances.all()].reduce((total, { view }) => total + drift.report(view).objects.length, 0);
}
