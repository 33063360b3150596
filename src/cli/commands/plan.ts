import { randomUUID } from "node:crypto";
import { didYouMean } from "../../base/nearest.ts";
import { asObject } from "../../object/json.ts";
import { isTerminal, neverRun } from "../../plan/planStatus.ts";
import type { InstanceView } from "../../reconcile/instanceView.ts";
import { instanceRef } from "../../sync/crds.ts";
import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { withOutput } from "../instanceArgument.ts";
import { instanceTree } from "../kudo/instanceTree.ts";
import { CLIENT_MANAGER, conditionOf, readInstance, readPackageOf } from "../kudo/readInstance.ts";
import { waitForPlan } from "../kudo/waitForPlan.ts";
import { type WaitOptions, waitMsOf, withWait, withWaitTime } from "../kudo/waitOptions.ts";
import { parseFormat, print } from "../output.ts";
import type { Register } from "../program.ts";

interface PlanOptions extends ClusterOptions, WaitOptions {
  readonly instance: string;
  readonly output: string;
  readonly name: string;
}

/** `lockstep plan status|history|trigger|wait`: from the custom resources, as kubectl kudo; no server needed. */
export const registerPlan: Register = (program, io) => {
  const plan = program.command("plan").description("plans of an instance, straight from the cluster");
  const add = (name: string, description: string) =>
    withCluster(plan.command(name).description(description)).requiredOption(
      "--instance <name>",
      "name of the instance",
    );
  withWait(
    withOutput(add("status", "the tree of plans, phases and steps")),
    "follow it until no plan runs; exit 1 when the last one failed",
  ).action((options: PlanOptions) => showStatus(options, io));
  withOutput(add("history", "when each plan last ran")).action((options: PlanOptions) =>
    showHistory(options, io),
  );
  withWait(
    add("trigger", "start a plan by hand").requiredOption("--name <plan>", "which plan"),
    "until it is over; exit 1 when it failed",
  ).action((options: PlanOptions) => trigger(options, io));
  withWaitTime(add("wait", "until no plan runs; exit 1 when the last one failed")).action(
    (options: PlanOptions) => waitForLatest(options, io),
  );
};

async function showStatus(options: PlanOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  if (options.wait && format !== "text") throw usageError("--wait draws a tree: it goes with -o text alone");
  if (options.wait) return await waitForLatest(options, io, true);
  await withClient(options, io, async (client, namespace) => {
    const { object, view } = await readInstance(client, { namespace, name: options.instance }, io.signal);
    const pkg = await readPackageOf(client, view, io.signal);
    print(io, format, asObject(object.status), () => instanceTree(view, pkg, io));
    if (format === "text") io.err(notesOf(view));
  });
}

/** What the tree cannot say: why the instance does not do what its spec asks for. */
function notesOf(view: InstanceView): string {
  const subject = `${view.namespace}/${view.name}`;
  const said = (type: string, words: string): string => {
    const message = conditionOf(view, type);
    return message && `warning: ${subject} ${words}: ${message}\n`;
  };
  const failedDeletion = view.conditions.find(
    ({ type, status }) => type === "Deleting" && status === "False",
  );
  return [
    said("Illegal", "cannot follow its spec, and goes on as before"),
    said("Suspended", "is suspended"),
    said("Pending", "waits"),
    said("Deleting", "is being deleted"),
    failedDeletion ? `warning: ${subject} cannot be deleted: ${failedDeletion.message}\n` : "",
  ].join("");
}

async function waitForLatest(options: PlanOptions, io: CliIo, wholeTree = false): Promise<void> {
  const timeoutMs = waitMsOf(options);
  await withClient(options, io, async (client, namespace) => {
    const instance = { namespace, name: options.instance };
    const { view } = await readInstance(client, instance, io.signal);
    const pkg = await readPackageOf(client, view, io.signal);
    await waitForPlan(
      client,
      { instance, run: { kind: "latest" }, timeoutMs, wholeTree, ...(pkg && { pkg }) },
      io,
    );
  });
}

async function showHistory(options: PlanOptions, io: CliIo): Promise<void> {
  const format = parseFormat(options.output);
  await withClient(options, io, async (client, namespace) => {
    const { view } = await readInstance(client, { namespace, name: options.instance }, io.signal);
    const pkg = await readPackageOf(client, view, io.signal);
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
  const timeoutMs = waitMsOf(options);
  await withClient(options, io, async (client, namespace) => {
    const instance = { namespace, name: options.instance };
    const { view } = await readInstance(client, instance, io.signal);
    const pkg = await readPackageOf(client, view, io.signal);
    if (pkg && !pkg.plans.has(options.name)) {
      const names = [...pkg.plans.keys()];
      throw usageError(
        `${view.operatorVersion.name} has no plan '${options.name}'${didYouMean(options.name, names)}`,
        `it has ${names.sort().join(", ")}`,
      );
    }
    if (options.name === "cleanup" && !view.deleting) {
      throw usageError("plan 'cleanup' runs only when the instance is deleted", "see `lockstep uninstall`");
    }
    const uid = randomUUID();
    const body = { spec: { planExecution: { planName: options.name, uid, status: "NEVER_RUN" } } };
    await client.patch(instanceRef(instance), "merge", body, {
      fieldManager: CLIENT_MANAGER,
      signal: io.signal,
    });
    io.out(`plan '${options.name}' of ${namespace}/${options.instance} is asked for (${uid})\n`);
    if (!options.wait) return;
    const run = { kind: "uid", uid, before: view } as const;
    await waitForPlan(client, { instance, run, timeoutMs, ...(pkg && { pkg }) }, io);
  });
}
