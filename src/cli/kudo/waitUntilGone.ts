import { formatDuration } from "../../base/duration.ts";
import type { ClusterClient } from "../../cluster/clusterClient.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { type Condition, type InstanceView, viewInstance } from "../../reconcile/instanceView.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { liveText } from "../demo/liveTree.ts";
import { instanceTree } from "./instanceTree.ts";
import { watchInstance } from "./watchInstance.ts";

/** How the end of an instance is waited for. */
export interface GoneWait {
  /** As it was before its deletion; a namesake that comes later does not count. */
  readonly view: InstanceView;
  readonly timeoutMs: number;
  readonly pkg?: OperatorPackage;
}

/**
 * Watches a deleted instance until it is gone; shows its cleanup plan, and what the deletion waits for.
 *
 * @throws CliError when the cleanup plan failed, or time ran out, with what holds the instance
 */
export async function waitUntilGone(client: ClusterClient, wait: GoneWait, io: CliIo): Promise<void> {
  const { view: before, timeoutMs, pkg } = wait;
  const subject = `Instance/${before.namespace}/${before.name}`;
  const live = liveText(io);
  let told = "";
  let last = before;
  const isGone = await watchInstance(
    client,
    before,
    (object) => {
      if (!object || object.metadata.uid !== before.uid) return { value: true };
      const view = viewInstance(object);
      last = view;
      const { cleanup } = view.planStatus;
      if (cleanup && cleanup.status !== "NEVER_RUN") live.show(instanceTree(view, pkg, io, "cleanup"));
      const deleting = deletingOf(view);
      if (deleting?.reason === "CleanupFailed" && view.request === undefined) {
        throw new CliError(`${subject}: ${deleting.message}`);
      }
      if (deleting && deleting.message !== told) {
        live.keep();
        io.err(`${subject} waits: ${deleting.message}\n`);
      }
      told = deleting?.message ?? "";
      return undefined;
    },
    { timeoutMs, signal: io.signal },
  );
  if (isGone) return;
  const held = deletingOf(last)?.message || `held by ${last.finalizers.join(", ") || "nothing"}`;
  throw new CliError(`${subject} was not gone within ${formatDuration(timeoutMs)}: ${held}`, {
    hint: "does `lockstep serve` run on this cluster? `lockstep uninstall --orphan` frees the instance and leaves its objects",
  });
}

function deletingOf({ conditions }: InstanceView): Condition | undefined {
  return conditions.find(({ type }) => type === "Deleting");
}
