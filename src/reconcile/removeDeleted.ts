import { withoutEntries } from "../apply/appliedIndex.ts";
import type { ApplyNote } from "../apply/applyNote.ts";
import { type RemovalMode, removeInstance } from "../apply/removeInstance.ts";
import { isClusterError } from "../cluster/clusterError.ts";
import { annotationsOf } from "../object/kubeObject.ts";
import { FINALIZER_PRUNE, KUDO_CLEANUP_FINALIZER, MANAGER_STATUS } from "../object/ownership.ts";
import { freezeImmutable } from "../package/parameterValues.ts";
import type { Accepted } from "../plan/accepted.ts";
import { messageOfPlan } from "../plan/messageOfPlan.ts";
import { diffParameters } from "../plan/parameterDiff.ts";
import { isTerminal, type PlanStatus } from "../plan/planStatus.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import { acceptChoice } from "./acceptChoice.ts";
import type { WantedCondition } from "./conditions.ts";
import { emptyInbox } from "./emptyInbox.ts";
import type { InstanceView } from "./instanceView.ts";
import { eventOfNote } from "./noteEvents.ts";
import { confirmedKeys, heldMessage, objectHold } from "./objectHold.ts";
import { applyContext, instanceRef, type Pass } from "./reconcileDeps.ts";
import { saveIndex } from "./saveIndex.ts";
import { tellOnce } from "./tellRefusal.ts";
import type { WorkResult } from "./workQueue.ts";
import { writeStatus } from "./writeStatus.ts";

const LOOK_AGAIN_MS = 5_000;
/** On an Instance: let its objects go unharmed when it is deleted (`lockstep uninstall --orphan`). */
const ANNOTATION_ORPHAN = "lockstep.dev/orphan";

/** Advances the accepted plan and writes the status with these conditions beside it. */
type CarryOn = (
  accepted: Accepted,
  compiled: CompiledPackage,
  conditions: readonly WantedCondition[],
) => Promise<WorkResult>;

const FOREGROUND =
  "it is deleted in the foreground: Kubernetes deletes its objects beside us, in no order; delete without --cascade=foreground where the order matters";

/**
 * Carries out the deletion of an instance: cleanup plan, objects in reverse order, index, finalizers (engine.md, 5).
 *
 * A cleanup plan that failed keeps the finalizer: triggering `cleanup` again goes on. A namespace that is going away
 * gets no cleanup; deletion with orphaning leaves the objects as they are.
 */
export async function removeDeleted(pass: Pass, carryOn: CarryOn): Promise<WorkResult> {
  const { deps, view, memory, signal } = pass;
  if (memory.removed) return { kind: "done" };
  if (!view.finalizers.includes(FINALIZER_PRUNE) && !view.finalizers.includes(KUDO_CLEANUP_FINALIZER))
    return { kind: "done" };
  const mode = await modeOf(pass);
  const missing = mode === "delete" ? await takeOverDeleted(pass) : undefined;
  if (missing) {
    tellOnce(pass, "InvalidOperatorVersion", missing);
    await show(pass, {
      type: "Deleting",
      status: "False",
      reason: "OperatorVersionMissing",
      message: missing,
    });
    return { kind: "again", afterMs: LOOK_AGAIN_MS };
  }
  const accepted = memory.index?.accepted;
  const compiled = accepted && (await deps.packages.load(accepted.packageDigest, signal));
  const hasCleanup = compiled?.pkg.plans.has("cleanup") === true;
  tellCircumstances(pass, mode, hasCleanup);
  await refuseOthers(pass, compiled, hasCleanup && mode === "delete");
  if (mode === "delete" && accepted && compiled && hasCleanup) {
    const cleanup = await cleanUp(pass, accepted, compiled, carryOn);
    if (cleanup) return cleanup;
  }
  const operator = { name: compiled?.pkg.name ?? "", version: compiled?.pkg.operatorVersion ?? "" };
  const index = memory.index;
  if (index) {
    const confirmed = confirmedKeys(deps.instances.get(view)?.object, memory.hold);
    const progress = await removeInstance(applyContext(pass, operator), index, mode, confirmed);
    const before = memory.hold;
    memory.hold = objectHold(view, progress.held);
    tell(pass, progress.notes);
    memory.index = withoutEntries(index, progress.gone);
    if (progress.kind !== "done") {
      if (progress.gone.length > 0) await saveIndex(pass, memory.index, new Map());
      if (memory.hold && memory.hold.id !== before?.id) return { kind: "again", afterMs: 0 }; // it may be confirmed already
      const message = memory.hold
        ? heldMessage(memory.hold)
        : (progress.reason ?? progress.failures[0]?.message ?? "");
      await show(pass, {
        type: "Deleting",
        status: "True",
        reason: progress.kind === "held" ? "Held" : "Removing",
        message,
      });
      return progress.kind === "failed" ? { kind: "retry" } : { kind: "again", afterMs: LOOK_AGAIN_MS };
    }
    await deps.indexes.remove(view, signal);
    deps.emit({
      kind: "instanceRemoved",
      instance: { namespace: view.namespace, name: view.name },
      deleted: progress.gone.length,
    });
  }
  await dropFinalizers(pass);
  memory.removed = true;
  return { kind: "done" };
}

/**
 * Takes over an instance of KUDO that was deleted before we knew it: its cleanup plan begins, or goes on where it was.
 *
 * @returns why that cannot be: only its OperatorVersion knows the cleanup plan that KUDO's finalizer waits for
 */
async function takeOverDeleted(pass: Pass): Promise<string | undefined> {
  const { deps, view, memory } = pass;
  const statuses = memory.planStatus ?? view.planStatus;
  const ran = Object.values(statuses).filter(({ uid, status }) => uid && status !== "NEVER_RUN");
  if (memory.index?.accepted || ran.length === 0) return undefined;
  const published = deps.packages.published(view.operatorVersion, view.namespace);
  const compiled = published?.kind === "found" ? deps.packages.peek(published.digest) : undefined;
  const { cleanup } = statuses;
  if (compiled && !compiled.pkg.plans.has("cleanup")) return undefined;
  if (compiled) {
    const plan = cleanup && hasBegun(cleanup) ? cleanup : ran[0];
    const deployed = statuses.deploy?.status === "COMPLETE";
    await acceptChoice(
      pass,
      { kind: "takeOver", plan: plan?.name ?? "", uid: plan?.uid ?? "", deployed },
      compiled,
    );
    return undefined;
  }
  const waits = view.finalizers.includes(KUDO_CLEANUP_FINALIZER) && cleanup && cleanup.status !== "COMPLETE";
  if (!waits) return undefined;
  return `its cleanup plan is not known: OperatorVersion '${view.operatorVersion.name}' is gone; bring it back, or let the instance go without cleanup with \`kubectl annotate instance ${view.name} -n ${view.namespace} ${ANNOTATION_ORPHAN}=true\``;
}

/** While an instance is deleted nothing but its cleanup plan runs (package-format 4.7): whatever else is asked for is told so. */
async function refuseOthers(
  pass: Pass,
  compiled: CompiledPackage | undefined,
  hasCleanup: boolean,
): Promise<void> {
  const { view, memory } = pass;
  const { request } = view;
  if (request && !(request.planName === "cleanup" && hasCleanup)) {
    tellOnce(
      pass,
      "IllegalChange",
      `plan '${request.planName}' was asked for, and the instance is being deleted`,
    );
    await emptyInbox(pass);
  }
  const accepted = memory.index?.accepted;
  if (!accepted || !compiled) return;
  const { changed, removed } = diffParameters(
    accepted.parameters,
    freezeImmutable(compiled.pkg, view.parameters, accepted),
  );
  if (changed.length + removed.length > 0 || view.operatorVersion.name !== accepted.operatorVersion.name)
    tellOnce(pass, "IllegalChange", "the instance is being deleted: changes are not acted on any more");
}

/** Runs the cleanup plan; `undefined` when it is COMPLETE and the rest may follow. */
async function cleanUp(
  pass: Pass,
  accepted: Accepted,
  compiled: CompiledPackage,
  carryOn: CarryOn,
): Promise<WorkResult | undefined> {
  const { view, memory } = pass;
  const status = (memory.planStatus ?? view.planStatus).cleanup;
  const isOurs = accepted.plan === "cleanup" && status?.uid === accepted.planUid;
  if (isOurs && status.status === "COMPLETE") return undefined;
  const asked = view.request?.planName === "cleanup" && view.request.uid !== accepted.planUid;
  if (isOurs && status.status === "FATAL_ERROR" && !asked) {
    const message = `the cleanup plan failed: ${messageOfPlan(status) ?? "see its status"}; trigger 'cleanup' again, or leave its objects behind with \`lockstep uninstall --orphan --instance ${view.name} -n ${view.namespace}\``;
    await show(pass, { type: "Deleting", status: "False", reason: "CleanupFailed", message });
    return { kind: "done" };
  }
  if (accepted.plan === "cleanup" && !asked && !(isOurs && isTerminal(status.status)))
    return carryOn(accepted, compiled, beside(view));
  const uid = asked && view.request?.uid ? { uid: view.request.uid } : {};
  const next = await acceptChoice(
    pass,
    { kind: "start", plan: "cleanup", reason: "requested", ...uid },
    compiled,
  );
  if (asked) await emptyInbox(pass); // a request without a uid would start it again for ever
  return carryOn(next, compiled, beside(view));
}

async function modeOf({ deps, view, memory, signal }: Pass): Promise<RemovalMode> {
  const object = deps.instances.get(view)?.object;
  if (view.finalizers.includes("orphan") || (object && annotationsOf(object)[ANNOTATION_ORPHAN] === "true"))
    return "orphan";
  const namespace = await deps.client.get(
    { apiVersion: "v1", kind: "Namespace", name: view.namespace },
    { signal },
  );
  if (namespace?.metadata.deletionTimestamp !== undefined) return "namespace";
  // With --cascade=orphan the collector takes our owner reference from objects that live on.
  const [entry] =
    memory.index?.entries.filter(({ ref, uid }) => ref.namespace !== undefined && uid !== undefined) ?? [];
  if (!entry || hasBegun((memory.planStatus ?? view.planStatus).cleanup)) return "delete";
  const live = await deps.client.get(entry.ref, { signal });
  if (
    !live ||
    live.metadata.deletionTimestamp !== undefined ||
    live.metadata.uid !== entry.uid ||
    entry.adopted
  )
    return "delete";
  const owners = Array.isArray(live.metadata.ownerReferences) ? live.metadata.ownerReferences : [];
  return owners.some((owner: { uid?: unknown }) => owner.uid === view.uid) ? "delete" : "orphan";
}

/** A cleanup plan may find what it needs gone already. */
function beside({ finalizers }: InstanceView): readonly WantedCondition[] {
  if (!finalizers.includes("foregroundDeletion")) return [];
  return [{ type: "Deleting", status: "True", reason: "ForegroundDeletion", message: FOREGROUND }];
}

/** What people should hear of, once, before anything goes. */
function tellCircumstances(pass: Pass, mode: RemovalMode, hasCleanup: boolean): void {
  const { view, memory } = pass;
  if (hasBegun((memory.planStatus ?? view.planStatus).cleanup)) return;
  if (mode === "delete" && beside(view).length > 0) tellOnce(pass, "ForegroundDeletion", FOREGROUND);
  if (mode === "namespace" && hasCleanup)
    tellOnce(pass, "CleanupSkipped", "its namespace is going away: the cleanup plan does not run");
}

function hasBegun(cleanup: PlanStatus | undefined): boolean {
  return cleanup !== undefined && cleanup.status !== "NEVER_RUN";
}

async function show(pass: Pass, condition: WantedCondition): Promise<void> {
  pass.memory.message = condition.message;
  await writeStatus(pass, [condition]);
}

function tell({ deps, view, memory }: Pass, notes: readonly ApplyNote[]): void {
  for (const note of notes) {
    const key = JSON.stringify(note);
    const event = eventOfNote({ namespace: view.namespace, name: view.name }, note);
    if (event && !memory.told.has(key)) deps.emit(event);
    memory.told.add(key);
  }
}

/** Takes our finalizer and KUDO's off; the API server then lets the instance go. */
async function dropFinalizers(pass: Pass): Promise<void> {
  const { deps, signal } = pass;
  const view = deps.instances.get(pass.view)?.view ?? pass.view;
  const finalizers = view.finalizers.filter(
    (name) => name !== FINALIZER_PRUNE && name !== KUDO_CLEANUP_FINALIZER,
  );
  const body = { metadata: { resourceVersion: view.resourceVersion, finalizers } };
  try {
    await deps.client.patch(instanceRef(view), "merge", body, { fieldManager: MANAGER_STATUS, signal });
  } catch (error) {
    if (!isClusterError(error, "notFound")) throw error; // gone already: that was all that we wanted
  }
}
