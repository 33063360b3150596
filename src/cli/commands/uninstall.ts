import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { isClusterError } from "../../cluster/clusterError.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { formatRef, refOf } from "../../object/objectRef.ts";
import { FINALIZER_PRUNE, KUDO_CLEANUP_FINALIZER } from "../../object/ownership.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import type { InstanceView } from "../../reconcile/instanceView.ts";
import { instanceRef } from "../../sync/crds.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { gitOwnerOf, guardGit } from "../kudo/gitGuard.ts";
import { orphanInstance } from "../kudo/orphanInstance.ts";
import { lineOf } from "../kudo/publishPackage.ts";
import { CLIENT_MANAGER, type LiveInstance, readInstance, readPackageOf } from "../kudo/readInstance.ts";
import { type WaitOptions, waitMsOf, withWait } from "../kudo/waitOptions.ts";
import { waitUntilGone } from "../kudo/waitUntilGone.ts";
import { watchInstance } from "../kudo/watchInstance.ts";
import type { Register } from "../program.ts";

interface UninstallOptions extends ClusterOptions, WaitOptions {
  readonly instance: string;
  readonly orphan?: boolean;
  readonly force?: boolean;
}

/** On an Instance: its objects stay when it is deleted. */
const ANNOTATION_ORPHAN = "lockstep.dev/orphan";

/** How long the service has to let an instance go before the command does it itself, in milliseconds. */
const SERVICE_GRACE_MS = 5_000;

/** `lockstep uninstall --instance NAME`: away with an instance, as kubectl kudo; operator and version stay. */
export const registerUninstall: Register = (program, io) => {
  const command = program
    .command("uninstall")
    .description("delete an instance and what it owns, straight in the cluster; its operator stays")
    .requiredOption("--instance <name>", "name of the instance");
  withCluster(
    withWait(command, "until it is gone; exit 1 when its cleanup plan failed")
      .option(
        "--orphan",
        "leave its objects as they are, run no cleanup plan; frees an instance that hangs, too",
      )
      .option("--force", "also where Git has the instance and makes it anew"),
  ).action((options: UninstallOptions) => uninstall(options, io));
};

async function uninstall(options: UninstallOptions, io: CliIo): Promise<void> {
  const timeoutMs = waitMsOf(options);
  if (options.orphan && options.wait) throw usageError("--orphan always waits: leave --wait out");
  await withClient(options, io, async (client, namespace) => {
    const live = await readInstance(client, { namespace, name: options.instance }, io.signal);
    await guardDeletion(client, live, options.force === true, io);
    if (options.orphan) return await orphan(client, live, timeoutMs, io);
    const pkg = options.wait ? await readPackageOf(client, live.view, io.signal) : undefined;
    await remove(client, live, { wait: options.wait === true, timeoutMs, ...(pkg && { pkg }) }, io);
  });
}

async function guardDeletion(
  client: ClusterClient,
  { object, view }: LiveInstance,
  force: boolean,
  io: CliIo,
): Promise<void> {
  const git = view.deleting ? undefined : gitOwnerOf(object);
  if (!git) return;
  const consequence = "Git makes it anew once it is gone";
  const instead = `delete the file with Instance ${view.namespace}/${view.name}`;
  await guardGit(client, git, { object, consequence, instead, force }, io);
}

async function remove(
  client: ClusterClient,
  { object, view }: LiveInstance,
  wait: { readonly wait: boolean; readonly timeoutMs: number; readonly pkg?: OperatorPackage },
  io: CliIo,
): Promise<void> {
  const ref = instanceRef(view);
  const { uid } = view;
  await client.delete(ref, { propagation: "Background", uid, signal: io.signal });
  if (wait.wait) {
    const { timeoutMs, pkg } = wait;
    await waitUntilGone(client, { view, timeoutMs, ...(pkg && { pkg }) }, io);
  } else if (await client.get(ref, { signal: io.signal })) {
    io.out(`${lineOf(object)} is being deleted\n`);
    return;
  }
  io.out(`${lineOf(object)} deleted\n`);
}

/** The service lets the objects go when there is one; else we do. */
async function orphan(
  client: ClusterClient,
  { object, view }: LiveInstance,
  timeoutMs: number,
  io: CliIo,
): Promise<void> {
  const { signal } = io;
  await askToOrphan(client, view, signal);
  const isFree = await untilOrphaned(client, view, isLetGo, { timeoutMs: SERVICE_GRACE_MS, signal });
  let released = "";
  if (!isFree) {
    io.err("no service lets the instance go: its objects are released from here\n");
    released = ` (${await orphanInstance(client, view, signal)} released)`;
  }
  if (!(await untilOrphaned(client, view, () => false, { timeoutMs, signal }))) {
    const live = await client.get(instanceRef(view), { signal });
    const holders = live?.metadata.finalizers?.join(", ") ?? "";
    throw new CliError(`${formatRef(refOf(object))} is let go, and still held by ${holders}`);
  }
  io.out(`${lineOf(object)} deleted; its objects stay as they are${released}\n`);
}

async function askToOrphan(client: ClusterClient, view: InstanceView, signal: AbortSignal): Promise<void> {
  const ref = instanceRef(view);
  const body = { metadata: { annotations: { [ANNOTATION_ORPHAN]: "true" } } };
  try {
    await client.patch(ref, "merge", body, { fieldManager: CLIENT_MANAGER, signal });
    // What no applied set has, KUDO's objects say, the garbage collector must not take either.
    await client.delete(ref, { propagation: "Orphan", uid: view.uid, signal });
  } catch (error) {
    if (!isClusterError(error, "notFound")) throw error; // gone by itself in this moment
  }
}

/** True when the engine holds the instance no more. */
function isLetGo({ metadata: { finalizers = [] } }: KubeObject): boolean {
  return !finalizers.includes(FINALIZER_PRUNE) && !finalizers.includes(KUDO_CLEANUP_FINALIZER);
}

function untilOrphaned(
  client: ClusterClient,
  view: InstanceView,
  isEnough: (live: KubeObject) => boolean,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<boolean | undefined> {
  const look = (live: KubeObject | undefined) => {
    const isOver = !live || live.metadata.uid !== view.uid || isEnough(live);
    return isOver ? { value: true } : undefined;
  };
  return watchInstance(client, view, look, options);
}
