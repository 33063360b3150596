import { usageError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type ClusterOptions, withClient, withCluster } from "../connectCluster.ts";
import { checkChange, checkLiving, checkTriggers, guardPatch, patchSpec } from "../kudo/patchInstance.ts";
import { lineOf } from "../kudo/publishPackage.ts";
import { readInstance, readPackageOf } from "../kudo/readInstance.ts";
import { waitForPlan } from "../kudo/waitForPlan.ts";
import { type WaitOptions, waitMsOf, withWait } from "../kudo/waitOptions.ts";
import { type ParameterOptions, readParameters, withParameters } from "../parameterOptions.ts";
import type { Register } from "../program.ts";

interface UpdateOptions extends ClusterOptions, ParameterOptions, WaitOptions {
  readonly instance: string;
  readonly force?: boolean;
}

/** `lockstep update --instance NAME -p K=V…`: other parameters for an instance, as kubectl kudo. */
export const registerUpdate: Register = (program, io) => {
  const command = program
    .command("update")
    .description("give an instance other parameters, straight in the cluster")
    .requiredOption("--instance <name>", "name of the instance");
  const waiting = withWait(
    withParameters(command),
    "until the plan that follows is over; exit 1 when it failed",
  );
  withCluster(waiting.option("--force", "also where Git declares the parameters and puts them back")).action(
    (options: UpdateOptions) => update(options, io),
  );
};

async function update(options: UpdateOptions, io: CliIo): Promise<void> {
  const timeoutMs = waitMsOf(options);
  const given = await readParameters(options);
  if (Object.keys(given).length === 0) {
    throw usageError("there is nothing to update", "give parameters with -p NAME=VALUE or in a file with -P");
  }
  await withClient(options, io, async (client, namespace) => {
    const instance = { namespace, name: options.instance };
    const live = await readInstance(client, instance, io.signal);
    const { object, view } = live;
    checkLiving(view);
    const pkg = await readPackageOf(client, view, io.signal);
    if (pkg) {
      checkChange(pkg, view, given, pkg);
      checkTriggers(pkg, view, given);
    }
    if (Object.entries(given).every(([name, value]) => view.parameters[name] === value)) {
      io.out(`${lineOf(object)} unchanged: it has these parameters already\n`);
      return;
    }
    await guardPatch(client, live, { given, isUpgrade: false, force: options.force === true }, io);
    await patchSpec(client, view, { parameters: given }, io.signal);
    io.out(`${lineOf(object)} updated\n`);
    if (!options.wait) return;
    await waitForPlan(
      client,
      { instance, run: { kind: "after", before: view }, timeoutMs, ...(pkg && { pkg }) },
      io,
    );
  });
}
