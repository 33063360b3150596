import type { Command } from "commander";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { KUDO_API_VERSION } from "../../sync/crds.ts";
import { installCrds } from "../../sync/installCrds.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";

/** What `withDefinitions` reads. */
export interface DefinitionOptions {
  readonly installCrds?: boolean;
  readonly yes?: boolean;
}

/** Adds the options that answer the question of `ensureDefinitions`. */
export function withDefinitions(command: Command): Command {
  return command
    .option("--install-crds", "install the CustomResourceDefinitions where the cluster lacks them")
    .option("-y, --yes", "answer yes to every question");
}

const KINDS = ["Operator", "OperatorVersion", "Instance"] as const;

/**
 * Sees to it that the cluster serves our kinds. Where it does not, a person at a terminal is asked whether to install
 * the definitions.
 *
 * @throws CliError when they are missing and nobody wants them
 */
export async function ensureDefinitions(
  client: ClusterClient,
  options: DefinitionOptions,
  io: CliIo,
): Promise<void> {
  const { signal } = io;
  const served = await Promise.all(KINDS.map((kind) => client.resource(KUDO_API_VERSION, kind, { signal })));
  const missing = KINDS.filter((_, at) => !served[at]);
  if (missing.length === 0) return;
  const sentence = `the cluster does not serve ${missing.join(", ")} of ${KUDO_API_VERSION}`;
  if (
    !options.installCrds &&
    !options.yes &&
    !(await isAgreed(`${sentence}. Install the definitions?`, io))
  ) {
    throw new CliError(sentence, {
      hint: "--install-crds installs the CustomResourceDefinitions; `lockstep serve` does, too",
    });
  }
  for (const name of await installCrds(client, signal)) io.out(`customresourcedefinition ${name} created\n`);
}

/** False without a terminal: nobody can answer there. */
async function isAgreed(question: string, io: CliIo): Promise<boolean> {
  if (!io.isTerminal) return false;
  const answer = await io.ask(`${question} [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}
