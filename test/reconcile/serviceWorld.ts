import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { StatusDocument } from "../../src/api/documents.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { Config } from "../../src/config/config.ts";
import type { JsonObject } from "../../src/object/json.ts";
import { createService, type Service } from "../../src/wire.ts";
import { TestRepository } from "../source/testRepository.ts";
import { type ReconcileWorld, reconcileWorld, until } from "./reconcileWorld.ts";

export type InstanceRow = StatusDocument["instances"][number];

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** A service over the embedded cluster and a repository, with its HTTP API. */
export interface RunningService {
  readonly service: Service;
  readonly url: string;
  /** Sends with the token; the path begins with `/`. */
  request(method: "GET" | "POST", path: string): Promise<Answer>;
  status(): Promise<StatusDocument>;
  /** The row of one instance. */
  row(namespace: string, name: string): Promise<InstanceRow | undefined>;
  stop(): Promise<void>;
}

/** What a test may set otherwise. */
export interface ServiceSettings {
  readonly kubeconfig?: string;
  readonly sources?: Config["sources"];
  readonly port?: number;
}

/** One cluster and one service for a file of tests. */
export interface ServiceWorld extends ReconcileWorld {
  readonly service: RunningService;
  /** Commits files and has the service look; resolves when the commit was worked through. */
  push(files: Readonly<Record<string, string | Buffer>>): Promise<string>;
  /** Removes files, commits and has the service look. */
  remove(...files: readonly string[]): Promise<string>;
  /** Starts another service; whoever does stops it. */
  start(settings: ServiceSettings): Promise<RunningService>;
  readonly repository: TestRepository;
  readonly folder: string;
  /** The source that the service looks at. */
  readonly source: Config["sources"][number];
}

const TOKEN = "token-of-the-tests";

/** Starts cluster, repository and service before the tests of a file. */
export function serviceWorld(): ServiceWorld {
  const world = reconcileWorld();
  let running: RunningService | undefined;
  let repository: TestRepository | undefined;
  let folder = "";
  /** One push at a time: the repository has one working tree. */
  let pushes: Promise<unknown> = Promise.resolve();

  const start = async (settings: ServiceSettings): Promise<RunningService> => {
    const kubeconfig = join(folder, "kubeconfig");
    const tokenFile = join(folder, "token");
    await writeFile(kubeconfig, world.sandbox.kubeconfig);
    await writeFile(tokenFile, TOKEN);
    const service = await createService({
      config: {
        cluster: { kubeconfig: settings.kubeconfig ?? kubeconfig, crds: true, sandbox: false },
        http: { host: "127.0.0.1", port: settings.port ?? 0, read: "open", tokenFile },
        sources: settings.sources ?? [],
        dataDir: join(folder, "data"),
        log: { level: "error" },
      },
      environment: {},
      log: silentLogger,
      version: "0.0.0-test",
      random: () => 0,
    });
    return runningService(service, await service.start());
  };
  const source = (): Config["sources"][number] => ({
    name: "fleet",
    url: known(repository).bare,
    path: ".",
    timing: { kind: "interval", intervalMs: 3_600_000 },
    credentials: {},
  });
  const synced = async (commit: Promise<string>): Promise<string> => {
    const revision = await commit;
    const service = known(running);
    await service.request("POST", "/api/v1/sources/fleet/sync");
    await until(
      `the service has worked through ${revision}`,
      async () => (await service.status()).sources[0],
      (found) => found?.appliedRevision === revision,
    );
    return revision;
  };
  const inTurn = (work: () => Promise<string>): Promise<string> => {
    const turn = pushes.then(() => synced(work()));
    pushes = turn.catch(() => {}); // whoever asked hears of it
    return turn;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-service-"));
    repository = await TestRepository.create();
    await repository.push({ "README.md": "a fleet" });
    running = await start({ sources: [source()] });
    await until(
      "the service is ready",
      () => known(running).status(),
      ({ ready, sources }) => ready && typeof sources[0]?.appliedRevision === "string",
    );
  });
  afterAll(async () => {
    await running?.stop();
    await repository?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  return {
    get client() {
      return world.client;
    },
    get sandbox() {
      return world.sandbox;
    },
    get service() {
      return known(running);
    },
    get repository() {
      return known(repository);
    },
    get folder() {
      return folder;
    },
    get source() {
      return source();
    },
    namespace: (prefix) => world.namespace(prefix),
    start,
    push: (files) => inTurn(() => known(repository).push(files)),
    remove: (...files) =>
      inTurn(async () => {
        for (const file of files) await rm(join(known(repository).work, file), { recursive: true });
        return await known(repository).pushAll();
      }),
  };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the service is there once the tests run");
  return value;
}

function runningService(service: Service, url: string): RunningService {
  const request = async (method: "GET" | "POST", path: string): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${TOKEN}` } });
    return { status: answer.status, body: (await answer.json()) as JsonObject };
  };
  const status = async (): Promise<StatusDocument> =>
    (await request("GET", "/status")).body as unknown as StatusDocument;
  return {
    service,
    url,
    request,
    status,
    row: async (namespace, name) =>
      (await status()).instances.find((row) => row.namespace === namespace && row.name === name),
    stop: () => service.stop(),
  };
}
