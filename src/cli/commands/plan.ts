import { randomUUID } from "node:crypto";
import { parseDuration } from "../../base/duration.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { watchResources } from "../../cluster/watchResources.ts";
import { asList, asObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { fromOperatorVersion } from "../../package/operatorVersion.ts";
import { isTerminal, neverRun, type PlanStatus } from "../../plan/planStatus.ts";
import { activePlan, planTree } from "../../plan/planTree.ts";
import { type InstanceView, viewInstance } from "../../reconcile/instanceView.ts";
import { CliError, usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { liveText } from "../demo/liveTree.ts";
import { withOutput } from "../instanceArgument.ts";
import { paintStatus, paletteFor, parseFormat, print } from "../output.ts";
import type { Register } from "../program.ts";
import { textOf } from "../textOf.ts";

interface PlanOptions extends ClusterOptions {
  readonly instance: string;
  readonly output: string;
  readonly name: string;
  readonly wait?: boolean;
  readonly timeout: string;
}

const API_VERSION = "kudo.dev/v1beta1";

/** `lockstep plan status|history|trigger|wait`: from the custom resources, as kubectl kudo; no server needed. */
export const registerPlan: Register = (program, io) => {
  const plan = program.command("plan").description("plans of an instance, straight from the cluster");
  const add = (name: string, description: string) =>
    withCluster(plan.command(name).description(description)).requiredOption(
      "--instance <name>",
      "name of the instance",
    );
  withOutput(add("status", "the tree of plans, phases and steps")).action((options: PlanOptions) =>
    showStatus(options, io),
  );
  withOutput(add("history", "when each plan last ran")).action((options: PlanOptions) =>
    showHistory(options, io),
  );
  add("trigger", "start a plan by hand")
    .requiredOption("--name <plan>", "which plan")
    .option("--wait", "until it is over")
    .option("--timeout <duration>", "how long to wait", "30m")
    .action((options: PlanOptions) => trigger(options, io));
  add("wait", "until no plan runs; exit 1 when the last one failed")
    .option("--timeout <duration>", "how long to wait", "30m")
    .action((options: PlanOptions) =>
      withClient(options, io, (client, namespace) => waitForPlan(client, namespace, options, io, undefined)),
    );
};

async function showStatus(options: PlanOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  await withClient(options, io, async (client, namespace) => {
    const { object, view } = await readInstance(client, namespace, options.instance, io);
    const pkg = await readPackageOf(client, view, io);
    print(io, format, asObject(object.status), () => treeOf(view, pkg, io));
  });
}

function treeOf(view: InstanceView, pkg: OperatorPackage | undefined, io: CliIo, only?: string): string {
  const { namespace, name, operatorVersion, planStatus } = view;
  const all = pkg ? [...pkg.plans.values()] : Object.values(planStatus).map(shapeOf);
  const plans = only === undefined ? all : all.filter((plan) => plan.name === only);
  return planTree(
    { namespace, name, operatorVersion: operatorVersion.name, plans, planStatus },
    paintStatus(paletteFor(io)),
  );
}

/** Without its package a plan's shape is what its status shows; strategies are not known then. */
function shapeOf({ name, phases }: PlanStatus): Parameters<typeof planTree>[0]["plans"][number] {
  const strategy = "serial";
  return {
    name,
    strategy,
    phases: phases.map((phase) => ({
      name: phase.name,
      strategy,
      steps: phase.steps.map((step) => ({ name: step.name, tasks: [] })),
    })),
  };
}

async function showHistory(options: PlanOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  await withClient(options, io, async (client, namespace) => {
    const { view } = await readInstance(client, namespace, options.instance, io);
    const pkg = await readPackageOf(client, view, io);
    const names = [...new Set([...Object.keys(view.planStatus), ...(pkg ? pkg.plans.keys() : [])])].sort();
    const plans = names.map(
      (name) => view.planStatus[name] ?? neverRun(pkg?.plans.get(name) ?? { name, strategy: "", phases: [] }),
    );
    print(
      io,
      format,
      plans.map(({ name, status, lastUpdatedTimestamp = "", uid = "" }) => ({
        name,
        status,
        lastUpdatedTimestamp,
        uid,
      })),
      () => {
        const lines = plans.map(({ name, status, lastUpdatedTimestamp }, at) => {
          const branch = at === plans.length - 1 ? "└──" : "├──";
          if (status === "NEVER_RUN") return `${branch} ${name} (NEVER_RUN)`;
          const when = (lastUpdatedTimestamp ?? "").replace(/Z$/, "");
          return `${branch} ${name} (last ${isTerminal(status) ? "finished run" : "updated"} at ${when} (${status}))`;
        });
        return [".", ...lines, ""].join("\n");
      },
    );
  });
}

async function trigger(options: PlanOptions, io: CliIo): Promise<void> {
  await withClient(options, io, async (client, namespace) => {
    const { view } = await readInstance(client, namespace, options.instance, io);
    const pkg = await readPackageOf(client, view, io);
    if (pkg && !pkg.plans.has(options.name)) {
      const names = [...pkg.plans.keys()];
      throw usageError(
        `${view.operatorVersion.name} has no plan '${options.name}'${didYouMean(options.name, names)}`,
        `it has ${names.sort().join(", ")}`,
      );
    }
    const uid = randomUUID();
    const body = { spec: { planExecution: { planName: options.name, uid, status: "NEVER_RUN" } } };
    await client.patch(
      { apiVersion: API_VERSION, kind: "Instance", namespace, name: options.instance },
      "merge",
      body,
      { signal: io.signal },
    );
    io.out(`plan '${options.name}' of ${namespace}/${options.instance} is asked for (${uid})\n`);
    if (options.wait) await waitForPlan(client, namespace, options, io, uid);
  });
}

/** Watches the instance until the plan is over; draws the tree of that plan alone, on a terminal in place. */
async function waitForPlan(
  client: ClusterClient,
  namespace: string,
  options: PlanOptions,
  io: CliIo,
  uid: string | undefined,
): Promise<void> {
  const timeoutMs = parseDuration(options.timeout);
  if (timeoutMs === undefined)
    throw usageError(`--timeout ${options.timeout}: expected a duration like 90s or 10m`);
  const { view } = await readInstance(client, namespace, options.instance, io);
  const pkg = await readPackageOf(client, view, io);
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<PlanStatus | undefined>();
  const live = liveText(io);
  let told = "";
  const look = (object: KubeObject): void => {
    if (object.metadata.name !== options.instance) return;
    const next = viewInstance(object);
    const status =
      uid === undefined
        ? activePlan(next.planStatus)
        : Object.values(next.planStatus).find((plan) => plan.uid === uid);
    if (status) live.show(treeOf(next, pkg, io, status.name));
    const refusal = refusalOf(object);
    if (refusal !== "" && refusal !== told) {
      live.keep();
      io.err(`${namespace}/${options.instance} cannot follow: ${refusal}\n`);
    }
    told = refusal;
    if (status && isTerminal(status.status) && (uid !== undefined || next.request === undefined))
      resolve(status);
  };
  const timer = setTimeout(() => resolve(undefined), timeoutMs);
  const { ended } = watchResources(
    client,
    { apiVersion: API_VERSION, kind: "Instance" },
    { namespace },
    { onEvent: (_type, object) => look(object) },
    AbortSignal.any([stop.signal, io.signal]),
  );
  const aborted = ended.then(() => undefined);
  const status = await Promise.race([promise, aborted]);
  clearTimeout(timer);
  stop.abort();
  await ended;
  io.signal.throwIfAborted();
  if (!status)
    throw new CliError(`no plan of ${namespace}/${options.instance} was over within ${options.timeout}`);
  if (status.status === "FATAL_ERROR") throw new CliError(`plan '${status.name}' ended in FATAL_ERROR`);
}

/** What of the wanted state is refused and held back until somebody changes it; empty when nothing is. */
function refusalOf(object: KubeObject): string {
  const illegal = asList(valueAt(object, "status", "conditions"))
    .map(asObject)
    .find((condition) => condition.type === "Illegal" && condition.status === "True");
  return textOf(illegal?.message);
}

async function readInstance(
  client: ClusterClient,
  namespace: string,
  name: string,
  io: CliIo,
): Promise<{ readonly object: KubeObject; readonly view: InstanceView }> {
  const object = await client.get(
    { apiVersion: API_VERSION, kind: "Instance", namespace, name },
    { signal: io.signal },
  );
  if (object) return { object, view: viewInstance(object) };
  const { items } = await client.list(
    { apiVersion: API_VERSION, kind: "Instance" },
    { namespace, signal: io.signal },
  );
  const names = items.map((item) => item.metadata.name ?? "");
  const there =
    names.length > 0
      ? `the namespace has ${names.join(", ")}`
      : "the namespace has no instances; name another one with -n";
  throw new CliError(`Instance/${namespace}/${name} does not exist${didYouMean(name, names)}`, {
    hint: there,
  });
}

async function readPackageOf(
  client: ClusterClient,
  { operatorVersion, namespace }: InstanceView,
  io: CliIo,
): Promise<OperatorPackage | undefined> {
  const ref = {
    apiVersion: API_VERSION,
    kind: "OperatorVersion",
    namespace: operatorVersion.namespace ?? namespace,
    name: operatorVersion.name,
  };
  const object = await client.get(ref, { signal: io.signal });
  const read = object && fromOperatorVersion(object);
  return read && "pkg" in read ? read.pkg : undefined;
}
