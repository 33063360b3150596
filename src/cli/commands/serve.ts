import type { Command } from "commander";
import { loadConfig } from "../../config/loadConfig.ts";
import type { ServeFlags } from "../../config/overlays.ts";
import { createPinoLogger } from "../../telemetry/pinoLogger.ts";
import { createService } from "../../wire.ts";
import { boundHeap } from "../boundHeap.ts";
import type { CliIo } from "../cliIo.ts";
import type { Register } from "../program.ts";
import { VERSION } from "../version.ts";

/** `lockstep serve`: the service. */
export const registerServe: Register = (program, io) => {
  withServeFlags(
    program.command("serve").description("the service: keeps the cluster in step with Git"),
  ).action((flags: ServeFlags) => serve(flags, io));
};

/** Flags of `serve`; each overrides the environment, which overrides the file. */
function withServeFlags(command: Command): Command {
  return command
    .option("--config <file>", "YAML file with cluster, http and sources")
    .option("--repo <url>", "a Git repository or a folder to keep in step with")
    .option("--ref <ref>", "branch, tag or commit (default: the repository's HEAD)")
    .option("--path <folder>", "folder in the repository with the instance files (default: all of it)")
    .option("--interval <duration>", "how often to look at Git (default: 30s)")
    .option("--host <address>", "where to listen (default: 127.0.0.1)")
    .option("--port <number>", "where to listen (default: 8080; 0: any free port)")
    .option("--token-file <file>", "file with the token that writes need")
    .option("--kubeconfig <file>", "default: KUBECONFIG, then ~/.kube/config, then the pod's service account")
    .option("--context <name>", "of the kubeconfig; default: its current one")
    .option(
      "--namespace <namespace>",
      "of this installation: its lease and stored packages (default: the pod's, else lockstep-system)",
    )
    .option("--data-dir <folder>", "where fetched Git objects are kept (default: the user's cache folder)")
    .option("--no-crds", "do not install the CustomResourceDefinitions")
    .option("--sandbox", "use an embedded cluster that lives as long as the service");
}

async function serve(flags: ServeFlags, io: CliIo): Promise<void> {
  // commander answers `crds: true` when --no-crds is absent; only its absence is a wish.
  const { crds, ...given } = flags;
  const config = await loadConfig({
    flags: { ...given, ...(crds === false && { crds }) },
    environment: io.env,
  });
  boundHeap();
  const log = createPinoLogger({ level: config.log.level });
  const service = await createService({ config, environment: io.env, log, version: VERSION });
  try {
    await service.start();
  } catch (error) {
    await service.stop();
    throw error;
  }
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  log.info({}, "stopping");
  await service.stop();
}
