import type { ClusterClient } from "../../cluster/clusterClient.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { operatorVersionName } from "../../package/operatorPackage.ts";
import type { InstanceParameters } from "../../package/parameterValues.ts";
import { viewInstance } from "../../reconcile/instanceView.ts";
import type { PackageSet } from "../../repository/resolveDependencies.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { checkNewParameters, checkServerVersion } from "../kudo/checkInstallation.ts";
import { checkNewInstance, createInstance, newInstance } from "../kudo/createInstance.ts";
import { type DefinitionOptions, ensureDefinitions, withDefinitions } from "../kudo/ensureDefinitions.ts";
import { checkNamespace, createNamespace, namespaceOf } from "../kudo/installNamespace.ts";
import { packageInCluster } from "../kudo/packageInCluster.ts";
import { lineOf, type Publication, planPublication, publish } from "../kudo/publishPackage.ts";
import { resolveSet } from "../kudo/resolveSet.ts";
import { waitForPlan } from "../kudo/waitForPlan.ts";
import { type WaitOptions, waitMsOf, withWait } from "../kudo/waitOptions.ts";
import { type RepositoryOptions, withRepository } from "../packageReference.ts";
import { type ParameterOptions, readParameters, withParameters } from "../parameterOptions.ts";
import type { Register } from "../program.ts";

/** What `lockstep install` reads. */
interface InstallOptions
  extends ClusterOptions,
    DefinitionOptions,
    RepositoryOptions,
    ParameterOptions,
    WaitOptions {
  readonly instance?: string;
  readonly skipInstance?: boolean;
  readonly createNamespace?: boolean;
  readonly inCluster?: boolean;
  readonly overwrite?: boolean;
}

/** `lockstep install PACKAGE`: operator, version and instance into the cluster, as kubectl kudo. */
export const registerInstall: Register = (program, io) => {
  const command = program
    .command("install")
    .description("install a package: its operator, its version and an instance, straight into the cluster")
    .argument("<package>", "a folder (with a separator: ./kafka), a .tgz, a URL, or a name in a repository")
    .option("--instance <name>", "name of the instance (default: the package's name with -instance)");
  withRepository(withParameters(command))
    .option("--skip-instance", "only the operator and its version")
    .option("--in-cluster", "use the newest version that was installed in the namespace before")
    .option("--create-namespace", "make the namespace, from the package's manifest where it has one")
    .option("--overwrite", "replace an OperatorVersion of the same name and another content");
  withCluster(
    withDefinitions(withWait(command, "until the plan deploy is over; exit 1 when it failed")),
  ).action((reference: string, options: InstallOptions) => install(reference, options, io));
};

async function install(reference: string, options: InstallOptions, io: CliIo): Promise<void> {
  checkOptions(options);
  const timeoutMs = waitMsOf(options);
  const parameters = await readParameters(options);
  const set = options.inCluster ? undefined : await resolveSet(reference, options, io);
  await withClient(options, io, async (client, namespace) => {
    await checkNamespace(client, namespace, options.createNamespace === true, io.signal);
    if (set) await checkPackage(client, set.pkg, parameters, options, io);
    await ensureDefinitions(client, options, io);
    const plan = await planInstallation(client, namespace, { reference, set, parameters, options }, io);
    const { pkg, instance } = plan;
    if (options.createNamespace)
      await createNamespace(client, namespaceOf(pkg, { instance, parameters }), io);
    await publish(client, plan.publications, io);
    if (options.skipInstance) return;
    const { operatorVersion } = plan;
    const live = await createInstance(
      client,
      newInstance(instance, { operator: pkg.name, operatorVersion, parameters }),
      io,
    );
    if (!options.wait) return;
    const run = { kind: "after", before: viewInstance({ ...live, status: {} }) } as const;
    await waitForPlan(client, { instance, run, timeoutMs, pkg }, io);
    io.out(`${lineOf(live)} ready\n`);
  });
}

function checkOptions(options: InstallOptions): void {
  const { inCluster, skipInstance, repo, wait, instance, overwrite, createNamespace: creates } = options;
  const excluded = [
    inCluster && skipInstance && "--in-cluster and --skip-instance leave nothing to do",
    inCluster && repo !== undefined && "--in-cluster and --repo exclude each other",
    inCluster && overwrite && "--in-cluster and --overwrite exclude each other",
    inCluster &&
      creates &&
      "--in-cluster needs a namespace that has the operator: leave --create-namespace out",
    skipInstance && wait && "--skip-instance leaves nothing to wait for",
    skipInstance && instance !== undefined && "--skip-instance and --instance exclude each other",
  ].find((problem) => typeof problem === "string");
  if (typeof excluded === "string") throw usageError(excluded);
}

async function checkPackage(
  client: ClusterClient,
  pkg: OperatorPackage,
  parameters: InstanceParameters,
  { skipInstance }: InstallOptions,
  io: CliIo,
): Promise<void> {
  if (!skipInstance) checkNewParameters(pkg, parameters, io);
  await checkServerVersion(client, pkg, io.signal);
}

/** What an installation comes to, after all checks and before the first write. */
interface Installation {
  readonly pkg: OperatorPackage;
  readonly instance: { readonly namespace: string; readonly name: string };
  readonly operatorVersion: string;
  readonly publications: readonly Publication[];
}

async function planInstallation(
  client: ClusterClient,
  namespace: string,
  wish: {
    readonly reference: string;
    readonly set: PackageSet | undefined;
    readonly parameters: InstanceParameters;
    readonly options: InstallOptions;
  },
  io: CliIo,
): Promise<Installation> {
  const { reference, set, parameters, options } = wish;
  const { signal } = io;
  const found = set
    ? { pkg: set.pkg, operatorVersion: operatorVersionName(set.pkg) }
    : await packageInCluster(client, { namespace, name: reference }, options, signal);
  const { pkg } = found;
  if (!set) await checkPackage(client, pkg, parameters, options, io);
  const instance = { namespace, name: options.instance ?? `${pkg.name}-instance` };
  if (!options.skipInstance) await checkNewInstance(client, instance, signal);
  const overwrite = options.overwrite === true;
  const publications = set ? await planPublication(client, set, { namespace, overwrite, signal }) : [];
  return { ...found, instance, publications };
}
