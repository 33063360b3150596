import type { OperatorPackage } from "../package/operatorPackage.ts";
import type { Accepted, OperatorVersionRef } from "./accepted.ts";
import { diffParameters, type ParameterValues, triggersOf } from "./parameterDiff.ts";
import { isRunning, isTerminal, type PlanStatus } from "./planStatus.ts";

/** `spec.planExecution` as somebody else set it: an inbox, never written by us but to empty it. */
export interface PlanRequest {
  readonly planName: string;
  readonly uid: string;
}

/** Everything that the choice of a plan depends on. */
export interface ChoiceInput {
  readonly operatorVersion: OperatorVersionRef;
  /** With the values of immutable parameters written out. */
  readonly parameters: ParameterValues;
  /** The annotation `lockstep.dev/package-digest`; absent when the instance is not from Git. */
  readonly expectedDigest?: string;
  readonly request?: PlanRequest;
  /** The package in the cluster's OperatorVersion now; absent when there is none. */
  readonly pkg?: OperatorPackage;
  /** The package that `accepted` names. */
  readonly acceptedPkg?: OperatorPackage;
  readonly accepted?: Accepted;
  readonly planStatus: Readonly<Record<string, PlanStatus>>;
  /** Problems of what the instance asks for against `pkg`, by the rules of package-format 2.3, 2.5 and 4.8. */
  readonly validate: (pkg: OperatorPackage) => readonly string[];
}

/** Why a plan is started. */
export type StartReason = "created" | "parameters" | "package" | "requested" | "retried";

/** Start this plan with the package and the parameters asked for. */
export interface StartChoice {
  readonly kind: "start";
  readonly plan: string;
  readonly reason: StartReason;
  readonly uid?: string;
}

/** Take the new inputs as acted on without running anything: no plan follows from them. */
export interface AcceptChoice {
  readonly kind: "accept";
}

/** KUDO ran this instance before: take over what it did, and go on with what it was doing. */
export interface TakeOverChoice {
  readonly kind: "takeOver";
  readonly plan: string;
  readonly uid: string;
  readonly deployed: boolean;
}

/** What to do about an instance before its plan goes on. */
export type Choice =
  /** Nothing changed. */
  | { readonly kind: "none" }
  | StartChoice
  | AcceptChoice
  | TakeOverChoice
  /** Something was asked for and has to wait; the message is the condition's. */
  | { readonly kind: "pending"; readonly code: PendingCode; readonly message: string }
  /** Something was asked for that may not be; what was accepted goes on. */
  | { readonly kind: "illegal"; readonly message: string };

/** What an instance waits for before a plan can start. */
export type PendingCode = "OperatorVersionMissing" | "PackageNotPublished" | "PlanRunning";

/** What to do, and whether the request in the inbox is dealt with and may be emptied. */
export interface Decision {
  readonly choice: Choice;
  readonly emptyInbox: boolean;
}

const FALLBACKS_OF_UPGRADE = ["upgrade", "update", "deploy"] as const;
const FALLBACKS_OF_UPDATE = ["update", "deploy"] as const;

/**
 * Chooses the plan of a living instance (engine.md, 3; package-format 2.4, 4.3 and 4.8).
 *
 * Package and parameters are compared in one pass and choose one plan; a request in the inbox comes after them. The
 * plan that runs already starts again with the new state, every other one waits until it is terminal.
 */
export function choosePlan(input: ChoiceInput): Decision {
  const { accepted, request } = input;
  if (!accepted) return chooseFirst(input);
  if (request && request.uid === accepted.planUid)
    return { choice: chooseForChange(input, accepted), emptyInbox: true };
  const change = chooseForChange(input, accepted);
  if (change.kind === "start") return withRequest(change, request);
  if (!request) return { choice: change, emptyInbox: false };
  const asked = chooseForRequest(input, accepted, request);
  // What may not be, or waits, does not keep the accepted state from going on by hand.
  const isOpen = change.kind === "none" || change.kind === "accept";
  // A request that can never be is told before it is forgotten; the change that waits is there in the next pass.
  const isTold = asked.choice.kind === "illegal" && change.kind === "pending";
  return isOpen || isTold || asked.choice.kind === "start"
    ? asked
    : { choice: change, emptyInbox: asked.emptyInbox };
}

/** A request for the plan that a change starts anyway is answered by the same run, under the uid that it asked for. */
function withRequest(start: Extract<Choice, { kind: "start" }>, request: PlanRequest | undefined): Decision {
  if (request?.planName !== start.plan) return { choice: start, emptyInbox: false };
  return {
    choice: request.uid === "" ? start : { ...start, uid: request.uid },
    emptyInbox: true,
  };
}

/** The first plan of an instance that we have not seen before. */
function chooseFirst(input: ChoiceInput): Decision {
  const { pkg, planStatus, request } = input;
  const missing = missingPackage(input);
  if (missing) return { choice: missing, emptyInbox: false };
  const ran = Object.values(planStatus).filter(
    (status) => status.uid !== undefined && status.status !== "NEVER_RUN",
  );
  if (ran.length > 0) {
    // A request whose run has not begun is answered after the take-over, as any other.
    const isKnown = request !== undefined && planStatus[request.planName]?.uid === request.uid;
    return { choice: takeOver(ran, planStatus, request), emptyInbox: isKnown };
  }
  if (!pkg?.plans.has("deploy")) {
    return {
      choice: { kind: "illegal", message: "the operator version has no plan 'deploy'" },
      emptyInbox: false,
    };
  }
  const problems = input.validate(pkg);
  if (problems.length > 0)
    return { choice: { kind: "illegal", message: problems.join("; ") }, emptyInbox: false };
  const { choice } = withRequest({ kind: "start", plan: "deploy", reason: "created" }, request);
  return { choice, emptyInbox: request !== undefined };
}

/**
 * What KUDO did last, or is doing: the plan that it holds in `spec.planExecution` and has begun under that uid, else
 * the one that has the latest timestamp.
 */
function takeOver(
  ran: readonly PlanStatus[],
  planStatus: Readonly<Record<string, PlanStatus>>,
  request: PlanRequest | undefined,
): Choice {
  const deployed = planStatus.deploy?.status === "COMPLETE";
  const asked = ran.find(
    ({ name, uid, status }) => name === request?.planName && uid === request.uid && !isTerminal(status),
  );
  const latest = [...ran]
    .sort((a, b) => (a.lastUpdatedTimestamp ?? "").localeCompare(b.lastUpdatedTimestamp ?? ""))
    .at(-1);
  const plan = asked ?? latest;
  return { kind: "takeOver", plan: plan?.name ?? "", uid: plan?.uid ?? "", deployed };
}

/** What follows from a changed operator version, package or parameters. */
function chooseForChange(input: ChoiceInput, accepted: Accepted): Choice {
  const { pkg, acceptedPkg, operatorVersion, parameters } = input;
  const moved =
    operatorVersion.name !== accepted.operatorVersion.name ||
    operatorVersion.namespace !== accepted.operatorVersion.namespace;
  const packageChanged =
    moved || (input.expectedDigest ?? pkg?.digest ?? accepted.packageDigest) !== accepted.packageDigest;
  const diff = diffParameters(accepted.parameters, parameters);
  if (!packageChanged && diff.changed.length === 0 && diff.removed.length === 0) return { kind: "none" };

  const missing = missingPackage(input);
  if (missing) return missing;
  const next = packageChanged ? pkg : (acceptedPkg ?? pkg);
  if (!next) return { kind: "none" };
  const problems = input.validate(next);
  if (problems.length > 0) return { kind: "illegal", message: problems.join("; ") };

  const wanted = packageChanged ? planOfUpgrade(next, accepted) : planOfParameters(next, accepted, diff);
  if (wanted.kind === "illegal") return wanted;
  const running = input.planStatus[accepted.plan];
  if (wanted.plan === undefined) return retryOrAccept(accepted, running);
  if (
    running &&
    running.uid === accepted.planUid &&
    isRunning(running.status) &&
    accepted.plan !== wanted.plan
  ) {
    return {
      kind: "pending",
      code: "PlanRunning",
      message: `plan '${wanted.plan}' waits until the running plan '${accepted.plan}' ends`,
    };
  }
  return { kind: "start", plan: wanted.plan, reason: packageChanged ? "package" : "parameters" };
}

type WantedPlan =
  | { readonly kind: "plan"; readonly plan: string | undefined }
  | { readonly kind: "illegal"; readonly message: string };

function planOfUpgrade(pkg: OperatorPackage, accepted: Accepted): WantedPlan {
  const candidates = accepted.deployed ? FALLBACKS_OF_UPGRADE : (["deploy"] as const);
  return firstOf(pkg, candidates);
}

function planOfParameters(
  pkg: OperatorPackage,
  accepted: Accepted,
  diff: ReturnType<typeof diffParameters>,
): WantedPlan {
  const triggers = triggersOf(diff, pkg.parameters);
  if (triggers === undefined) return { kind: "plan", plan: undefined };
  if (!accepted.deployed) return firstOf(pkg, ["deploy"]);
  const [trigger, second] = triggers;
  if (trigger === undefined) return firstOf(pkg, FALLBACKS_OF_UPDATE);
  if (second !== undefined) {
    const names = triggers.map((name) => `'${name}'`).join(" and ");
    return {
      kind: "illegal",
      message: `the changed parameters trigger different plans, ${names}; change them one after another`,
    };
  }
  if (pkg.plans.has(trigger)) return { kind: "plan", plan: trigger };
  return {
    kind: "illegal",
    message: `a changed parameter triggers plan '${trigger}', which the operator version does not have`,
  };
}

function firstOf(pkg: OperatorPackage, candidates: readonly string[]): WantedPlan {
  const plan = candidates.find((name) => pkg.plans.has(name));
  if (plan !== undefined) return { kind: "plan", plan };
  return {
    kind: "illegal",
    message: `the operator version has none of the plans ${candidates.map((name) => `'${name}'`).join(", ")}`,
  };
}

/** Inputs changed and no plan follows: a failed plan gets another chance, everything else just takes note. */
function retryOrAccept(accepted: Accepted, status: PlanStatus | undefined): Choice {
  if (status?.uid === accepted.planUid && status.status === "FATAL_ERROR") {
    return { kind: "start", plan: accepted.plan, reason: "retried" };
  }
  return { kind: "accept" };
}

/** A plan started by hand. */
function chooseForRequest(input: ChoiceInput, accepted: Accepted, request: PlanRequest): Decision {
  const current = input.planStatus[accepted.plan];
  const known = input.planStatus[request.planName];
  if (request.uid !== "" && known?.uid === request.uid) return { choice: { kind: "none" }, emptyInbox: true };
  const pkg = input.acceptedPkg ?? input.pkg;
  if (!pkg) return { choice: { kind: "none" }, emptyInbox: false };
  if (!pkg.plans.has(request.planName)) {
    const plans = [...pkg.plans.keys()].sort().join(", ");
    return {
      choice: {
        kind: "illegal",
        message: `plan '${request.planName}' was asked for; the operator version has ${plans}`,
      },
      emptyInbox: true,
    };
  }
  if (request.planName === "cleanup") {
    return {
      choice: { kind: "illegal", message: "plan 'cleanup' runs only when the instance is deleted" },
      emptyInbox: true,
    };
  }
  if (
    current &&
    current.uid === accepted.planUid &&
    isRunning(current.status) &&
    request.planName !== accepted.plan
  ) {
    const message = `plan '${request.planName}' waits until the running plan '${accepted.plan}' ends`;
    return { choice: { kind: "pending", code: "PlanRunning", message }, emptyInbox: false };
  }
  const uid = request.uid === "" ? {} : { uid: request.uid };
  return { choice: { kind: "start", plan: request.planName, reason: "requested", ...uid }, emptyInbox: true };
}

/** The reason to wait for the OperatorVersion, if there is one. */
function missingPackage({ pkg, expectedDigest, operatorVersion }: ChoiceInput): Choice | undefined {
  if (!pkg) {
    const message = `OperatorVersion '${operatorVersion.name}' does not exist yet; the instance starts when it appears`;
    return { kind: "pending", code: "OperatorVersionMissing", message };
  }
  if (expectedDigest !== undefined && expectedDigest !== pkg.digest) {
    const message = `OperatorVersion '${operatorVersion.name}' does not hold the package of this revision yet`;
    return { kind: "pending", code: "PackageNotPublished", message };
  }
  return undefined;
}
