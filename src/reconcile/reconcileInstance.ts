import { emptyIndex, pendingDeletions, reborn, withoutEntries } from "../apply/appliedIndex.ts";
import { prune } from "../apply/prune.ts";
import { reapply } from "../apply/reapply.ts";
import { recoverIntent } from "../apply/recoverIntent.ts";
import { rfc3339 } from "../base/clock.ts";
import type { ObjectRef } from "../object/objectRef.ts";
import { FINALIZER_PRUNE, MANAGER_STATUS } from "../object/ownership.ts";
import { freezeImmutable, storedParameters, validateParameters } from "../package/parameterValues.ts";
import type { Accepted } from "../plan/accepted.ts";
import { type Choice, choosePlan, type Decision } from "../plan/choosePlan.ts";
import { isRunning, isTerminal } from "../plan/planStatus.ts";
import type { CompiledPackage } from "../render/compiledPackage.ts";
import { acceptChoice, beginRun } from "./acceptChoice.ts";
import { readyCondition, type WantedCondition } from "./conditions.ts";
import { emptyInbox } from "./emptyInbox.ts";
import { withFinishedRun } from "./finishedRun.ts";
import { finishPlan } from "./finishPlan.ts";
import type { InstanceView } from "./instanceView.ts";
import { maskRandom } from "./maskRandom.ts";
import { eventOfNote } from "./noteEvents.ts";
import { confirmedKeys, heldMessage, objectHold } from "./objectHold.ts";
import { PassError, type PassErrorCode } from "./passError.ts";
import { statusOf } from "./planStatuses.ts";
import { applyContext, instanceRef, mayWrite, type Pass } from "./reconcileDeps.ts";
import { removeDeleted } from "./removeDeleted.ts";
import { type PlanPass, runPlan } from "./runPlan.ts";
import { saveAccepted, saveIndex } from "./saveIndex.ts";
import { tellRefusal } from "./tellRefusal.ts";
import { unhealthyObjects } from "./unhealthyObjects.ts";
import type { WorkResult } from "./workQueue.ts";
import { writeStatus } from "./writeStatus.ts";

/** How soon to look again when only a change elsewhere can help, in milliseconds; watches usually tell earlier. */
const LOOK_AGAIN_MS = 30_000;
/** How long a status that says only 'not yet' waits for a better one, in milliseconds. */
const STATUS_DELAY_MS = 1_000;
/** How soon to look again while another process holds the Lease, in milliseconds. */
const NOT_LEADING_MS = 1_000;

/**
 * One pass over one instance, top to bottom: choose the plan, advance it, finish it, prune, write what is to be seen.
 *
 * Everything durable is in the custom resource and the index Secret, so that a pass may end anywhere and the next one,
 * in this process or another, goes on.
 */
export async function reconcileInstance(pass: Pass): Promise<WorkResult> {
  const { deps, view, memory } = pass;
  if (!mayWrite(deps)) {
    rejectReapply(pass, "this process does not hold the lease now");
    return { kind: "again", afterMs: NOT_LEADING_MS };
  }
  await loadIndex(pass);
  if (view.deleting) return removeDeleted(pass, (...what) => carryOn(pass, ...what));
  if (view.suspendedBy) return whileSuspended(pass);
  await ensureFinalizer(pass);

  const decision = await decide(pass);
  const { choice } = decision;
  const { uid, generation } = view;
  memory.decided = decision.emptyInbox ? undefined : { uid, generation, choice };
  const compiled = await packageFor(pass, choice);
  const accepted =
    choice.kind === "start" || choice.kind === "accept" || choice.kind === "takeOver"
      ? compiled && (await acceptChoice(pass, choice, compiled))
      : memory.index?.accepted;
  if (choice.kind === "takeOver" && accepted && view.request && !decision.emptyInbox)
    return { kind: "again", afterMs: 0 }; // what was asked for since has its turn now
  if (decision.emptyInbox) {
    await emptyInbox(pass);
    if (view.parent) deps.family.touch(view); // its parent waits for a decision about the spec as it is now
  }
  const conditions = conditionsOf(choice);
  // What is said about the end of a plan stays until the pass knows better: nobody reads it half.
  if (conditions[0] || isUnderWay(pass, accepted)) memory.message = conditions[0]?.message ?? "";
  tellRefusal(pass, choice);
  if (!accepted || !compiled) {
    await writeStatus(pass, [...conditions, ...readyAsItWas(view)]);
    rejectReapply(pass, "the instance has not been deployed yet");
    return { kind: "again", afterMs: LOOK_AGAIN_MS };
  }
  return carryOn(pass, accepted, compiled, conditions);
}

/** Runs what is accepted as far as it goes, and writes down how far that was. */
async function carryOn(
  pass: Pass,
  accepted: Accepted,
  compiled: CompiledPackage,
  conditions: readonly WantedCondition[],
): Promise<WorkResult> {
  const { deps, memory, view } = pass;
  const known = (memory.planStatus ?? view.planStatus)[accepted.plan];
  if (known?.uid !== accepted.planUid) beginRun(pass, compiled, accepted, "resumed");
  const write = async (): Promise<void> => {
    memory.statusDueAt = undefined;
    await saveAccepted(pass);
    await writeStatus(pass, [...conditions, readiness(pass, accepted)]);
  };
  if (!isTerminal(statusOf(pass, accepted).status)) {
    rejectReapply(pass, `plan '${accepted.plan}' is running`);
    const result = await runPlan(pass, compiled, accepted, write);
    if (result.kind !== "ended") return whileRunning(pass, result, write, conditions.length > 0);
    await finishPlan(pass, compiled, accepted, statusOf(pass, accepted));
    await write();
    deps.drift.planEnded(view);
    return { kind: "again", afterMs: 0 }; // what waited for the end of the plan has its turn now
  }
  const pruned = await pruneUnclaimed(pass, compiled);
  if (!view.deleting) memory.message = pruned.message || (conditions[0]?.message ?? "");
  await answerReapply(pass, compiled);
  await write();
  return pruned.result;
}

function isUnderWay(pass: Pass, accepted: Accepted | undefined): boolean {
  return accepted !== undefined && !isTerminal(statusOf(pass, accepted).status);
}

/**
 * The status of a plan that waits is written once it has waited for a moment: most steps are over before, and what one
 * write says at once the next would overwrite. The API shows what memory holds all along.
 *
 * @param hasNews  a condition tells of something else, a change that waits: that is written at once
 */
async function whileRunning(
  { deps, memory }: Pass,
  result: Exclude<PlanPass, { kind: "ended" }>,
  write: () => Promise<void>,
  hasNews: boolean,
): Promise<WorkResult> {
  const now = deps.clock.now();
  memory.statusDueAt ??= now + STATUS_DELAY_MS;
  if (result.kind === "waiting" && !hasNews && now < memory.statusDueAt) {
    return { kind: "again", afterMs: Math.min(result.lookAgainMs, memory.statusDueAt - now) };
  }
  await write();
  return result.kind === "failed" ? { kind: "retry" } : { kind: "again", afterMs: result.lookAgainMs };
}

async function loadIndex(pass: Pass): Promise<void> {
  const { deps, view, memory, signal } = pass;
  const identity = { namespace: view.namespace, name: view.name, uid: view.uid };
  memory.index ??= deps.indexes.get(view) ?? emptyIndex(identity);
  if (memory.index.instance.uid !== view.uid && !view.deleting) memory.index = reborn(memory.index, identity);
  if (memory.recovered) return;
  memory.index = withFinishedRun(memory.index, view.planStatus, rfc3339(deps.clock.now()));
  if (memory.index.intent)
    memory.index = await recoverIntent(memory.index, (ref) => deps.client.get(ref, { signal }));
  const refs = memory.index.entries.map(({ ref }) => ref);
  Promise.all(refs.map((ref) => deps.tracker.watch(ref, deps.lifetime))).then(
    () => deps.drift.recovered(view, refs.filter(isUnseen(deps))),
    () => {}, // the service ends
  );
  memory.recovered = true;
}

/** No watch tells of what was deleted while nobody watched. */
function isUnseen({ tracker }: Pass["deps"]): (ref: ObjectRef) => boolean {
  return (ref) => tracker.live(ref, false).kind !== "seen";
}

async function whileSuspended(pass: Pass): Promise<WorkResult> {
  const { view, memory } = pass;
  const message =
    view.suspendedBy === "git"
      ? "suspended by its file in Git (sync.suspend)"
      : "suspended by hand; `lockstep resume` goes on";
  memory.message = message;
  rejectReapply(pass, message, "instance.suspended");
  await writeStatus(pass, [
    ...readyAsItWas(view),
    { type: "Suspended", status: "True", reason: "Suspended", message },
  ]);
  return { kind: "done" };
}

function readyAsItWas({ conditions }: InstanceView): readonly WantedCondition[] {
  return conditions
    .filter(({ type }) => type === "Ready")
    .map(({ lastTransitionTime: _, ...condition }) => condition);
}

/** Instances that others made get the finalizer here; those from Git carry it from the start. */
async function ensureFinalizer(pass: Pass): Promise<void> {
  const { deps, view, signal } = pass;
  if (view.hasFinalizer || view.source !== undefined) return;
  const body = {
    metadata: { resourceVersion: view.resourceVersion, finalizers: [...view.finalizers, FINALIZER_PRUNE] },
  };
  const written = await deps.client.patch(instanceRef(view), "merge", body, {
    fieldManager: MANAGER_STATUS,
    signal,
  });
  deps.instances.observe(written);
}

async function decide({ deps, view, memory, signal }: Pass): Promise<Decision> {
  const published = deps.packages.published(view.operatorVersion, view.namespace);
  const accepted = memory.index?.accepted;
  const pkg = published?.kind === "found" ? deps.packages.peek(published.digest)?.pkg : undefined;
  const acceptedPkg = accepted && (await deps.packages.load(accepted.packageDigest, signal))?.pkg;
  const isAsAccepted = accepted !== undefined && view.expectedDigest === accepted.packageDigest;
  const definitions = isAsAccepted ? (acceptedPkg ?? pkg) : (pkg ?? acceptedPkg);
  const previous =
    accepted && acceptedPkg ? { previous: { pkg: acceptedPkg, parameters: accepted.parameters } } : {};
  const decision = choosePlan({
    operatorVersion: view.operatorVersion,
    parameters: definitions ? freezeImmutable(definitions, view.parameters, accepted) : view.parameters,
    planStatus: memory.planStatus ?? view.planStatus,
    ...(view.expectedDigest !== undefined && { expectedDigest: view.expectedDigest }),
    ...(view.request && { request: view.request }),
    ...(pkg && { pkg }),
    ...(acceptedPkg && { acceptedPkg }),
    ...(accepted && { accepted }),
    validate: (next) => validateParameters(next, storedParameters(next, view.parameters, accepted), previous),
  });
  if (decision.choice.kind !== "pending" || published?.kind !== "broken") return decision;
  return { ...decision, choice: { kind: "illegal", message: published.problem } };
}

/** The package that the pass works with: the new one when inputs changed, else the one that was accepted. */
async function packageFor(
  { deps, view, memory, signal }: Pass,
  choice: Choice,
): Promise<CompiledPackage | undefined> {
  const accepted = memory.index?.accepted;
  const takesNew =
    choice.kind === "accept" ||
    choice.kind === "takeOver" ||
    (choice.kind === "start" && choice.reason !== "requested");
  const published = deps.packages.published(view.operatorVersion, view.namespace);
  if ((takesNew || !accepted) && published?.kind === "found") return deps.packages.peek(published.digest);
  if (!accepted) return undefined;
  const compiled = await deps.packages.load(accepted.packageDigest, signal);
  if (!compiled) {
    throw new PassError(
      `Instance/${view.namespace}/${view.name}: its package ${accepted.packageDigest} is neither in an OperatorVersion nor stored`,
      {
        hint: "push the package again, or trigger a plan after restoring the OperatorVersion",
      },
    );
  }
  return compiled;
}

function conditionsOf(choice: Choice): readonly WantedCondition[] {
  if (choice.kind === "pending")
    return [{ type: "Pending", status: "True", reason: choice.code, message: choice.message }];
  if (choice.kind === "illegal")
    return [{ type: "Illegal", status: "True", reason: "IllegalChange", message: choice.message }];
  return [];
}

function readiness(pass: Pass, accepted: Accepted): WantedCondition {
  const { view, memory, deps } = pass;
  const { status } = statusOf(pass, accepted);
  const isKudoWord = accepted.startedAt === undefined && memory.index?.entries.length === 0;
  const [kept] = isKudoWord && isTerminal(status) ? readyAsItWas(view) : [];
  if (kept) return kept; // nothing of ours has run yet: its objects are not known
  const unhealthy =
    isRunning(status) || !memory.index
      ? []
      : unhealthyObjects(memory.index, {
          health: (ref) => deps.tracker.health(ref),
          missing: deps.drift.missing(view),
        });
  const before = view.conditions.find(({ type }) => type === "Ready");
  return readyCondition({ plan: accepted.plan, planStatus: status, unhealthy, before });
}

/** What became of objects without a claim, and what people should know of it; empty when nothing keeps them. */
interface Pruned {
  readonly result: WorkResult;
  readonly message: string;
}

/** Deletes what has no claim left; only while no plan runs. */
async function pruneUnclaimed(pass: Pass, compiled: CompiledPackage): Promise<Pruned> {
  const { deps, view, memory } = pass;
  const { index } = memory;
  if (!index || pendingDeletions(index).length === 0) {
    memory.hold = undefined;
    return { result: { kind: "done" }, message: "" };
  }
  const operator = { name: compiled.pkg.name, version: compiled.pkg.operatorVersion };
  const confirmed = confirmedKeys(deps.instances.get(view)?.object, memory.hold);
  const progress = await prune(applyContext(pass, operator), index, confirmed);
  const instance = { namespace: view.namespace, name: view.name };
  for (const note of progress.notes) {
    const event = eventOfNote(instance, note);
    if (event && !memory.told.has(JSON.stringify(note))) deps.emit(event);
    memory.told.add(JSON.stringify(note));
  }
  if (progress.gone.length > 0) {
    await saveIndex(pass, withoutEntries(index, progress.gone), new Map());
    deps.emit({
      kind: "objectsApplied",
      instance,
      created: 0,
      configured: 0,
      unchanged: 0,
      deleted: progress.gone.length,
      failed: 0,
    });
  }
  const before = memory.hold;
  memory.hold = objectHold(view, progress.held);
  if (progress.kind === "done") return { result: { kind: "done" }, message: "" };
  const message = memory.hold ? heldMessage(memory.hold) : (progress.reason ?? "");
  const isNewHold = memory.hold !== undefined && memory.hold.id !== before?.id;
  if (isNewHold) return { result: { kind: "again", afterMs: 0 }, message }; // it may be confirmed already
  if (progress.kind === "failed") return { result: { kind: "retry" }, message };
  return { result: { kind: "again", afterMs: LOOK_AGAIN_MS }, message };
}

/** Applies the stored set again for whoever asked. */
async function answerReapply(pass: Pass, compiled: CompiledPackage): Promise<void> {
  const { deps, view, memory, signal } = pass;
  const asked = memory.reapply.splice(0);
  const { index } = memory;
  if (asked.length === 0 || !index) return;
  try {
    const manifests = await deps.indexes.manifests(view, signal);
    const operator = { name: compiled.pkg.name, version: compiled.pkg.operatorVersion };
    const progress = await reapply(applyContext(pass, operator), index, manifests);
    for (const { live } of progress.applied) if (live) deps.tracker.noteWritten(live);
    await deps.drift.recheck(
      view,
      progress.applied.map(({ ref }) => ref),
      signal,
    );
    const [failure] = progress.failures;
    if (failure) throw new PassError(maskRandom(index)(failure.message));
    const applied = progress.applied.filter(({ action }) => action !== "unchanged").length;
    for (const request of asked) request.resolve({ applied });
  } catch (error) {
    for (const request of asked) request.reject(error);
  }
}

function rejectReapply({ memory }: Pass, message: string, code: PassErrorCode = "instance.busy"): void {
  for (const request of memory.reapply.splice(0)) request.reject(new PassError(message, { code }));
}
