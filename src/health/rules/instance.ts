import { asList, asObject, asString, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { conditionOf, describeCondition, trueCondition } from "../conditions.ts";
import { degraded, type Health, healthy, progressing } from "../health.ts";

/** Plans whose end says whether the instance stands; a failed backup does not make it fall. */
const READINESS_PLANS: readonly string[] = ["deploy", "update", "upgrade", "cleanup"];
const RUNNING: ReadonlySet<unknown> = new Set(["PENDING", "IN_PROGRESS", "ERROR"]);

/**
 * Judges an Instance of KUDO by `status.planStatus`: a plan that runs, else the end of the last plan that deploys.
 *
 * `spec.planExecution` counts only as a request that nobody took up yet: whoever runs plans empties it.
 */
export function judgeInstance(object: KubeObject): Health {
  const plans = Object.values(asObject(valueAt(object, "status", "planStatus"))).map(asObject);
  const running = plans.find((plan) => RUNNING.has(plan.status));
  if (running) return progressing("PlanInProgress", describePlan(running));
  return judgeWaiting(object, plans) ?? judgeLastPlan(plans);
}

function judgeWaiting(object: KubeObject, plans: readonly JsonObject[]): Health | undefined {
  const uid = asString(valueAt(object, "spec", "planExecution", "uid"));
  const name = asString(valueAt(object, "spec", "planExecution", "planName"));
  if (uid && name && !plans.some((plan) => plan.uid === uid))
    return progressing("PlanRequested", `plan ${name} is requested and has not begun`);
  const pending = trueCondition(object, "Pending");
  if (pending) return progressing(pending.reason || "Pending", describeCondition(pending));
  const ready = conditionOf(object, "Ready");
  return ready?.status === "False"
    ? progressing(ready.reason || "NotReady", describeCondition(ready))
    : undefined;
}

function judgeLastPlan(plans: readonly JsonObject[]): Health {
  const ended = plans
    .filter(({ name, status }) => READINESS_PLANS.includes(String(name)) && status !== "NEVER_RUN")
    .sort((a, b) => timeOf(b) - timeOf(a));
  const last = ended[0];
  if (!last) return progressing("NoPlanRun", "no plan has run yet");
  return last.status === "FATAL_ERROR"
    ? degraded("PlanInFatalError", describePlan(last))
    : healthy("PlanComplete");
}

function timeOf(plan: JsonObject): number {
  return Date.parse(asString(plan.lastUpdatedTimestamp) ?? "") || 0;
}

/** `plan deploy, step nodes/statefulset: IN_PROGRESS: 1 of 3 replicas are ready`, as deep as the status reaches. */
function describePlan(plan: JsonObject): string {
  const words = new Set(["FATAL_ERROR", "ERROR", "IN_PROGRESS"]);
  for (const phase of asList(plan.phases).map(asObject)) {
    for (const step of asList(phase.steps).map(asObject)) {
      if (!words.has(String(step.status))) continue;
      const message = asString(step.message);
      return `plan ${plan.name}, step ${phase.name}/${step.name}: ${step.status}${message ? `: ${message}` : ""}`;
    }
  }
  const message = asString(plan.message);
  return `plan ${plan.name}: ${plan.status}${message ? `: ${message}` : ""}`;
}
