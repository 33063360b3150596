import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { compareVersions, lenientVersion } from "../../package/lenientVersion.ts";
import { type OperatorPackage, operatorVersionName } from "../../package/operatorPackage.ts";
import type { InstanceView } from "../../reconcile/instanceView.ts";
import { versionText } from "../../repository/versionWish.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { checkServerVersion } from "../kudo/checkInstallation.ts";
import { checkChange, checkLiving, guardPatch, patchSpec } from "../kudo/patchInstance.ts";
import { lineOf, planPublication, publish } from "../kudo/publishPackage.ts";
import { readInstance, readPackageOf } from "../kudo/readInstance.ts";
import { resolveSet } from "../kudo/resolveSet.ts";
import { waitForPlan } from "../kudo/waitForPlan.ts";
import { type WaitOptions, waitMsOf, withWait } from "../kudo/waitOptions.ts";
import { type RepositoryOptions, withRepository } from "../packageReference.ts";
import { type ParameterOptions, readParameters, withParameters } from "../parameterOptions.ts";
import type { Register } from "../program.ts";

interface UpgradeOptions extends ClusterOptions, RepositoryOptions, ParameterOptions, WaitOptions {
  readonly instance: string;
  readonly overwrite?: boolean;
  readonly force?: boolean;
}

/** `lockstep upgrade PACKAGE --instance NAME`: a newer version for an instance, as kubectl kudo. */
export const registerUpgrade: Register = (program, io) => {
  const command = program
    .command("upgrade")
    .description("bring an instance to a newer version of its operator, straight in the cluster")
    .argument("<package>", "a folder (with a separator: ./kafka), a .tgz, a URL, or a name in a repository")
    .requiredOption("--instance <name>", "name of the instance");
  const waiting = withWait(
    withRepository(withParameters(command)),
    "until the plan that follows is over; exit 1 when it failed",
  );
  withCluster(
    waiting
      .option("--overwrite", "replace an OperatorVersion of the same name and another content")
      .option("--force", "also where Git declares the instance and puts it back"),
  ).action((reference: string, options: UpgradeOptions) => upgrade(reference, options, io));
};

async function upgrade(reference: string, options: UpgradeOptions, io: CliIo): Promise<void> {
  const { signal } = io;
  const timeoutMs = waitMsOf(options);
  const given = await readParameters(options);
  const set = await resolveSet(reference, options, io);
  const { pkg } = set;
  await withClient(options, io, async (client, namespace) => {
    const instance = { namespace, name: options.instance };
    const live = await readInstance(client, instance, signal);
    const { object, view } = live;
    checkLiving(view);
    const present = await presentPackage(client, view, signal);
    checkNewer(present, pkg, view);
    checkChange(pkg, view, given, present);
    await checkServerVersion(client, pkg, signal);
    await guardPatch(client, live, { given, isUpgrade: true, force: options.force === true }, io);
    // The instance may refer to another namespace; its new version belongs where the old one is.
    const home = view.operatorVersion.namespace ?? namespace;
    const overwrite = options.overwrite === true;
    await publish(client, await planPublication(client, set, { namespace: home, overwrite, signal }), io);
    const parameters = Object.keys(given).length > 0 ? { parameters: given } : {};
    await patchSpec(
      client,
      view,
      { operatorVersion: { name: operatorVersionName(pkg) }, ...parameters },
      signal,
    );
    io.out(`${lineOf(object)} upgraded from ${nameAndVersion(present)} to ${nameAndVersion(pkg)}\n`);
    if (options.wait)
      await waitForPlan(client, { instance, run: { kind: "after", before: view }, timeoutMs, pkg }, io);
  });
}

async function presentPackage(
  client: ClusterClient,
  view: InstanceView,
  signal: AbortSignal,
): Promise<OperatorPackage> {
  const pkg = await readPackageOf(client, view, signal);
  if (pkg) return pkg;
  const { namespace, operatorVersion } = view;
  throw new CliError(
    `OperatorVersion/${operatorVersion.namespace ?? namespace}/${operatorVersion.name}, which the instance has now, is not there or cannot be read`,
    { hint: "`lockstep install --skip-instance` of that version brings it back" },
  );
}

/**
 * The operator must be the same, which KUDO does not look at, and its version newer; the app version does not count.
 *
 * @throws CliError
 */
function checkNewer(
  present: OperatorPackage,
  next: OperatorPackage,
  { namespace, name }: InstanceView,
): void {
  const subject = `Instance/${namespace}/${name}`;
  if (next.name !== present.name) {
    throw new CliError(`${subject} runs operator ${present.name}, and the package is of ${next.name}`, {
      hint: "an instance keeps its operator; `lockstep install` makes a new one",
    });
  }
  for (const { operatorVersion } of [present, next]) {
    if (lenientVersion(operatorVersion) === undefined)
      throw new CliError(`${present.name}: "${operatorVersion}" is no version, so nothing is newer than it`);
  }
  if (compareVersions(next.operatorVersion, present.operatorVersion) > 0) return;
  throw new CliError(
    `${subject} has ${nameAndVersion(present)}; ${next.operatorVersion} is not newer than ${present.operatorVersion}`,
    { hint: "raise operatorVersion in operator.yaml: it alone decides, whatever the app version" },
  );
}

/** `web 1.1.0`, with the app version where there is one. */
function nameAndVersion(pkg: OperatorPackage): string {
  return `${pkg.name} ${versionText(pkg)}`;
}
