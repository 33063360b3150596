import { mkdir, stat } from "node:fs/promises";
import { parseDuration } from "../../base/duration.ts";
import { whyUnreadable } from "../../base/whyUnreadable.ts";
import { asString, valueAt } from "../../object/json.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { collectControllers } from "../diagnostics/collectController.ts";
import { collectInstance } from "../diagnostics/collectInstance.ts";
import { diagnosticsFolder } from "../diagnostics/diagnosticsFolder.ts";
import { readInstance } from "../kudo/readInstance.ts";
import type { Register } from "../program.ts";
import { VERSION } from "../version.ts";

interface DiagnosticsOptions extends ClusterOptions {
  readonly instance: string;
  readonly outputDirectory: string;
  readonly logSince?: string;
}

/** `lockstep diagnostics collect`: all that there is of an instance, in a folder to look at or to pass on. */
export const registerDiagnostics: Register = (program, io) => {
  const family = program.command("diagnostics").description("collect what helps to find a mistake");
  withCluster(
    family
      .command("collect")
      .description("write an instance, its objects, events and logs into a folder")
      .requiredOption("--instance <name>", "name of the instance")
      .option("-O, --output-directory <folder>", "where to; must not exist", "diag")
      .option("--log-since <duration>", "only logs newer than that, 30m or 2h; default: all"),
  ).action((options: DiagnosticsOptions) => collect(options, io));
};

async function collect(options: DiagnosticsOptions, io: CliIo): Promise<void> {
  const sinceSeconds = secondsOf(options.logSince);
  const root = options.outputDirectory;
  await checkAbsent(root);
  await withClient(options, io, async (client, namespace) => {
    const { object } = await readInstance(client, { namespace, name: options.instance }, io.signal);
    await makeFolder(root);
    const folder = diagnosticsFolder(root, io);
    await folder.yaml("version.yaml", async () => ({
      lockstep: VERSION,
      kubernetes:
        asString(valueAt(await client.getJson("/version", { signal: io.signal }), "gitVersion")) ?? "",
    }));
    await folder.yaml("settings.yaml", async () => ({
      instance: options.instance,
      namespace,
      outputDirectory: root,
      collectedAt: new Date().toISOString(),
      ...(options.logSince !== undefined && { logSince: options.logSince }),
    }));
    const logs = { signal: io.signal, ...(sinceSeconds !== undefined && { sinceSeconds }) };
    const collection = { client, folder, io, logs };
    await collectInstance(collection, object, "");
    await collectControllers(collection);
    const { failures } = folder;
    io.err("note: Secrets are masked; logs, ConfigMaps and parameters are there as they are\n");
    if (failures.length === 0) return;
    const list = failures.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
    const items = failures.length === 1 ? "1 item" : `${failures.length} items`;
    throw new CliError(`${items} could not be collected\n${list}`);
  });
}

/** Whole seconds, the unit of the API server. */
function secondsOf(since: string | undefined): number | undefined {
  if (since === undefined) return undefined;
  const ms = parseDuration(since);
  if (!ms) throw usageError(`--log-since ${since}: expected a length of time, 30m or 2h`);
  return Math.ceil(ms / 1000);
}

async function checkAbsent(folder: string): Promise<void> {
  if (await stat(folder).catch(() => undefined))
    throw usageError(`there is a ${folder} already`, "name another folder with --output-directory");
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new CliError(`${folder}: ${whyUnreadable(error)}`, { cause: error });
  }
}
