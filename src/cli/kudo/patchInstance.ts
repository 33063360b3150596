import type { ClusterClient } from "../../cluster/clusterClient.ts";
import { asList, asObject, asString, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { OperatorPackage } from "../../package/operatorPackage.ts";
import { type InstanceParameters, validateParameters } from "../../package/parameterValues.ts";
import { diffParameters, triggersOf } from "../../plan/parameterDiff.ts";
import type { InstanceView } from "../../reconcile/instanceView.ts";
import { instanceRef } from "../../sync/crds.ts";
import { CliError } from "../cliError.ts";
import type { CliIo } from "../cliIo.ts";
import { type GitOwner, gitOwnerOf, guardGit } from "./gitGuard.ts";
import { CLIENT_MANAGER, conditionOf, type LiveInstance } from "./readInstance.ts";

/** Refuses to change an instance that is being deleted. @throws CliError */
export function checkLiving({ deleting, namespace, name }: InstanceView): void {
  if (deleting) throw new CliError(`Instance/${namespace}/${name} is being deleted`);
}

/**
 * Why new parameters of a living instance would not be acted on, by the rules of package-format 4.8: the client says so
 * before it writes, as nobody denies the write.
 *
 * @param next  the package that they are for: the present one, or that of an upgrade
 * @throws CliError with all reasons
 */
export function checkChange(
  next: OperatorPackage,
  view: InstanceView,
  given: InstanceParameters,
  present: OperatorPackage,
): void {
  const { parameters } = view;
  const wanted = { ...parameters, ...given };
  // What is refused already was never acted on: taking it back is no change of what must not change.
  const isRefused = conditionOf(view, "Illegal") !== "";
  const previous = isRefused ? {} : { previous: { pkg: present, parameters } };
  const problems = validateParameters(next, wanted, previous);
  if (problems.length > 0) throw new CliError(problems.join("\n       "));
}

/** Refuses parameters that trigger different plans, which no single update can start. @throws CliError */
export function checkTriggers(
  pkg: OperatorPackage,
  { parameters }: InstanceView,
  given: InstanceParameters,
): void {
  const triggers = triggersOf(diffParameters(parameters, { ...parameters, ...given }), pkg.parameters) ?? [];
  if (triggers.length > 1) {
    throw new CliError(`these parameters trigger different plans, ${triggers.join(" and ")}`, {
      hint: "update them one after another",
    });
  }
}

/**
 * Warns of, or refuses, what Git would put back; parameters that the file does not have are the instance's own. Of a
 * child of another instance it is said that its parent sets parameters, too.
 */
export async function guardPatch(
  client: ClusterClient,
  { object, view }: LiveInstance,
  patch: { readonly given: InstanceParameters; readonly isUpgrade: boolean; readonly force: boolean },
  io: CliIo,
): Promise<void> {
  const parent = asList(object.metadata.ownerReferences)
    .map(asObject)
    .find(({ kind }) => kind === "Instance");
  if (parent)
    io.err(`note: instance ${asString(parent.name)} made it, and sets what its parameter file has again\n`);
  const git = gitOwnerOf(object);
  if (!git) return;
  const taken = takenBack(git, view, patch);
  if (taken.length === 0) {
    const names = Object.keys(patch.given).join(", ");
    io.err(
      `note: the file in Git (source ${git.source}) does not have ${names}: the value here stays until it does\n`,
    );
    return;
  }
  const consequence = `Git puts ${taken.join(", ")} back`;
  const instead = `change the file with Instance ${view.namespace}/${view.name}`;
  await guardGit(client, git, { object, consequence, instead, force: patch.force }, io);
}

function takenBack(
  git: GitOwner,
  { parameters }: InstanceView,
  { given, isUpgrade }: { readonly given: InstanceParameters; readonly isUpgrade: boolean },
): readonly string[] {
  const changed = Object.keys(given).filter((name) => given[name] !== parameters[name]);
  const declared = changed.filter((name) => git.declares(["spec", "parameters", name]));
  return isUpgrade ? ["operatorVersion", ...declared] : declared;
}

/** Sends the change as KUDO's client does: a JSON merge patch of the spec (package-format 9.4). */
export function patchSpec(
  client: ClusterClient,
  { namespace, name }: InstanceView,
  spec: JsonObject,
  signal: AbortSignal,
): Promise<KubeObject> {
  return client.patch(
    instanceRef({ namespace, name }),
    "merge",
    { spec },
    { fieldManager: CLIENT_MANAGER, signal },
  );
}
