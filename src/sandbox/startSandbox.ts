import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { allControllers } from "./controllers/allControllers.ts";
import { ControllerClient, type SandboxSpeed } from "./controllers/controllerClient.ts";
import { runControllers } from "./controllers/controllerLoop.ts";
import { serveCustomResources } from "./controllers/customResources.ts";
import { EventRecorder } from "./controllers/eventRecorder.ts";
import type { Caller } from "./http/accessTokens.ts";
import { handleRequest } from "./http/handleRequest.ts";
import { handleUpgrade } from "./http/handleUpgrade.ts";
import { kubeconfigText } from "./http/kubeconfigText.ts";
import { listenOnPort } from "./http/listenOnPort.ts";
import { selfSignedCertificate } from "./http/selfSignedCertificate.ts";
import type { ObjectPipeline } from "./objectPipeline.ts";
import { emptyContainers, type PodExec } from "./podExec.ts";
import { TypeRegistry } from "./registry/typeRegistry.ts";
import { createObjectPipeline } from "./schema/createObjectPipeline.ts";
import { seedCluster } from "./seedCluster.ts";
import { ObjectStore } from "./store/objectStore.ts";
import { AddressPool } from "./strategies/addressPool.ts";
import type { ClusterState } from "./verbs/clusterState.ts";

/** Quick enough for tests, slow enough to see every phase. */
const DEFAULT_SPEED: SandboxSpeed = { reactionMs: 5, podStartMs: 100, podRunMs: 100, podStopMs: 50 };

/** Of one sandbox; all have defaults. */
export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** A kubeconfig is written here, readable by its owner alone. */
  readonly kubeconfigPath?: string;
  readonly speed?: Partial<SandboxSpeed>;
  /** False: nothing but the API; no pod ever starts and nothing is collected. Default true. */
  readonly controllers?: boolean;
  /** Changes kept per resource for watches that come back. Default 2000. */
  readonly historyLimit?: number;
  /** Default 10 s. */
  readonly bookmarkIntervalMs?: number;
  /** Default: the one over Kubernetes' own schemas. */
  readonly pipeline?: ObjectPipeline;
  /** Answers commands for containers. Default: containers without a file. */
  readonly podExec?: PodExec;
}

/** A cluster that runs in this process. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`. The same port answers `https://`, which kubectl wants before it sends a token. */
  readonly url: string;
  /** HTTPS with its certificate, and the token that may do everything. */
  readonly kubeconfig: string;
  /** Bearer tokens: `admin` may do everything, `viewer` only look, `nobody` nothing. */
  readonly tokens: { readonly admin: string; readonly viewer: string; readonly nobody: string };
  /** Ends watches and connections; resolves when the port is free. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded cluster: an API server, and small controllers behind it.
 *
 * The signal stops it as {@link Sandbox.stop} does. A port in use rejects with the error of the system.
 */
export async function startSandbox(options: SandboxOptions, signal: AbortSignal): Promise<Sandbox> {
  const { clock = systemClock, logger = silentLogger, host = "127.0.0.1" } = options;
  const stopping = new AbortController();
  const state = newState(options, clock);
  serveCustomResources(state);
  const speed = { ...DEFAULT_SPEED, ...options.speed };
  const client = new ControllerClient(state, speed, new EventRecorder(), logger);
  const loop =
    options.controllers === false
      ? undefined
      : runControllers(client, allControllers(client), logger, stopping.signal);
  seedCluster(client);
  const tokens = { admin: newToken(), viewer: newToken(), nobody: newToken() };
  const context = {
    state,
    tokens: callersOf(tokens),
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 10_000,
    podExec: options.podExec ?? emptyContainers,
    signal: stopping.signal,
  };
  const tls = selfSignedCertificate([...new Set(["127.0.0.1", "::1", "localhost", host])], clock.now());
  const listening = await listenOnPort(
    { port: options.port ?? 0, host, tls },
    {
      request: (request, response) => void handleRequest(context, request, response),
      upgrade: (request, socket, head) => void handleUpgrade(context, { request, socket, head }),
    },
  ).catch(async (error: unknown) => {
    stopping.abort();
    await loop?.stop();
    throw error;
  });
  const address = `${host.includes(":") ? `[${host}]` : host}:${listening.port}`;
  const kubeconfig = kubeconfigText({
    server: `https://${address}`,
    token: tokens.admin,
    certificate: tls.certificate,
  });
  if (options.kubeconfigPath !== undefined)
    await writeFile(options.kubeconfigPath, kubeconfig, { mode: 0o600 });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      signal.removeEventListener("abort", onAbort);
      stopping.abort();
      await loop?.stop();
      await listening.close();
    })();
    return stopped;
  };
  const onAbort = (): void => {
    stop().catch((error: unknown) => logger.error({ error }, "sandbox did not stop"));
  };
  if (signal.aborted) await stop();
  else signal.addEventListener("abort", onAbort);
  return { url: `http://${address}`, kubeconfig, tokens, stop };
}

function newState(options: SandboxOptions, clock: Clock): ClusterState {
  const pipeline = options.pipeline ?? createObjectPipeline();
  return {
    pipeline,
    registry: new TypeRegistry(pipeline),
    store: new ObjectStore({ historyLimit: options.historyLimit ?? 2000 }),
    clock,
    addresses: new AddressPool(),
  };
}

function callersOf(tokens: Sandbox["tokens"]): ReadonlyMap<string, Caller> {
  return new Map<string, Caller>([
    [tokens.admin, { user: "admin", groups: ["system:masters"], rights: "all" }],
    [tokens.viewer, { user: "viewer", groups: [], rights: "read" }],
    [tokens.nobody, { user: "nobody", groups: [], rights: "none" }],
  ]);
}

function newToken(): string {
  return randomBytes(24).toString("base64url");
}
