import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ListenError } from "../../api/startServer.ts";
import { formatDuration } from "../../base/duration.ts";
import { silentLogger } from "../../base/logger.ts";
import { loadConfig } from "../../config/loadConfig.ts";
import type { ServeFlags } from "../../config/overlays.ts";
import { createService, type Service, type ServiceOptions } from "../../wire.ts";
import { apiClient } from "../apiClient.ts";
import type { CliIo } from "../cliIo.ts";
import { hasGitIdentity, makeDemoRepository } from "../demo/demoRepository.ts";
import { type Demo, followPlan, SUBJECT, tellStory, watchOn } from "../demo/demoStory.ts";
import { paletteFor } from "../output.ts";
import { parsePort } from "../parsePort.ts";
import type { Register } from "../program.ts";
import { VERSION } from "../version.ts";

interface DemoOptions {
  readonly once?: boolean;
  readonly port?: string;
}

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));
/** Printed whole: whoever follows the first hint stands in another folder when reading the second. */
const LOCKSTEP = fileURLToPath(new URL("../../../bin/lockstep", import.meta.url));
const DEFAULT_PORT = "8080";
/** Slow enough for eyes. */
const WATCHABLE = { podStartMs: 900 };

/** `lockstep demo`: everything at once, with nothing else needed. */
export const registerDemo: Register = (program, io) => {
  program
    .command("demo")
    .description("a Git repository, an embedded cluster and the service, to look at and play with")
    .option("--once", "tell the whole story by itself: deploy, push, drift, reconcile; exit 0 or 1")
    .option(
      "--port <number>",
      `where to listen (default: ${DEFAULT_PORT}, or a free port when that is taken)`,
    )
    .action((options: DemoOptions) => demo(options, io));
};

async function demo(options: DemoOptions, io: CliIo): Promise<void> {
  if (options.port !== undefined) parsePort(options.port); // before anything is made
  const folder = await mkdtemp(join(tmpdir(), "lockstep-demo-"));
  let service: Service | undefined;
  try {
    const repository = await makeDemoRepository(folder, EXAMPLES, io.signal);
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
    const flags = {
      repo: repository.bare,
      interval: "1s",
      tokenFile,
      dataDir: join(folder, "data"),
      sandbox: true,
    };
    const started = await start(flags, options.port, options.once ? {} : WATCHABLE);
    service = started.service;
    const { url } = started;
    const kubeconfig = join(folder, "data", "sandbox.kubeconfig");
    const identity = (await hasGitIdentity(io.env)) ? "" : "-c user.name=Me -c user.email=me@example.com ";
    const places: Places = { url, kubeconfig, bare: repository.bare, tokenFile, identity };
    io.out(introduction(places, io));
    const parts: Demo = {
      io,
      repository,
      client: service.client,
      api: apiClient({ server: url, tokenFile }, io),
    };
    if (options.once) {
      await tellStory(parts);
      return;
    }
    const startedAt = performance.now();
    await followPlan(parts, (row) => row.plan !== null);
    io.out(
      `\n${paletteFor(io).good("✔")} ${SUBJECT.namespace}/${SUBJECT.name} stands after ${formatDuration(performance.now() - startedAt)}.\n\n${nextSteps(places, io)}`,
    );
    await watchOn(parts);
    io.out("\nStopping …\n");
  } catch (error) {
    if (!io.signal.aborted) throw error;
  } finally {
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts on the port asked for; without one, on the usual port or any free one. */
async function start(
  flags: ServeFlags,
  port: string | undefined,
  sandboxSpeed: ServiceOptions["sandboxSpeed"] & object,
): Promise<{ readonly service: Service; readonly url: string }> {
  for (const candidate of port === undefined ? [DEFAULT_PORT, "0"] : [port]) {
    const config = await loadConfig({ flags: { ...flags, port: candidate }, environment: {} });
    const service = await createService({
      config,
      environment: {},
      log: silentLogger,
      version: VERSION,
      sandboxSpeed,
    });
    try {
      return { service, url: await service.start() };
    } catch (error) {
      await service.stop();
      if (!(error instanceof ListenError) || port !== undefined || candidate === "0") throw error;
    }
  }
  throw new TypeError("unreachable: the last port is any free one");
}

interface Places {
  readonly url: string;
  readonly kubeconfig: string;
  readonly bare: string;
  readonly tokenFile: string;
  /** Options of `git clone` for who has not told git who they are; empty for everybody else. */
  readonly identity: string;
}

function introduction({ url, kubeconfig, bare, tokenFile }: Places, io: CliIo): string {
  const { strong } = paletteFor(io);
  return [
    `${strong("Lockstep")} keeps an embedded cluster in step with a Git repository.`,
    "",
    `  page and API   ${url}`,
    `  repository     ${bare}`,
    `  kubeconfig     ${kubeconfig}`,
    `  token          ${tokenFile} (writes over the API need it)`,
    "",
    "",
  ].join("\n");
}

function nextSteps({ url, kubeconfig, bare, tokenFile, identity }: Places, io: CliIo): string {
  const { strong, dim } = paletteFor(io);
  return [
    `${strong("Try next")}, in another terminal:`,
    "",
    "  1. Change NODE_COUNT and push; plan 'scale' runs:",
    `       git clone ${identity}${bare} fleet && cd fleet`,
    `       sed -i 's/${SUBJECT.before}/${SUBJECT.after}/' ${SUBJECT.file} && git commit -am 'Five nodes' && git push`,
    "  2. Scale by hand, and see who drifted it:",
    `       kubectl --kubeconfig ${kubeconfig} -n ${SUBJECT.namespace} scale statefulset ${SUBJECT.statefulSet} --replicas=1`,
    `       ${LOCKSTEP} drift ${SUBJECT.namespace}/${SUBJECT.name} --server ${url}`,
    `       ${LOCKSTEP} reconcile ${SUBJECT.namespace}/${SUBJECT.name} --server ${url} --token-file ${tokenFile}`,
    "  3. Look at the whole picture:",
    `       curl ${url}/status`,
    "",
    dim("Ctrl-C ends the demo and removes everything it made."),
    "",
  ].join("\n");
}
