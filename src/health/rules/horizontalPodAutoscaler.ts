import { asList } from "../../object/json.ts";
import { annotationsOf, type KubeObject } from "../../object/kubeObject.ts";
import { type Condition, conditionsOf, describeCondition, parseCondition } from "../conditions.ts";
import { degraded, type Health, healthy, progressing, unknown } from "../health.ts";

/** Where autoscaling/v1, which has no conditions, keeps them. */
const ANNOTATION_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";

/** Reasons of a False condition that a person must act on. */
const BROKEN: Readonly<Record<string, RegExp>> = {
  AbleToScale: /^(Failed\w+|InvalidSelector)$/,
  ScalingActive: /^(Failed\w+|Invalid\w+)$/,
};

/**
 * Judges a HorizontalPodAutoscaler by all its conditions: one that is broken outweighs the good ones, wherever it stands
 * in the list.
 */
export function judgeHorizontalPodAutoscaler(object: KubeObject): Health {
  const conditions = readConditions(object);
  if (!conditions) return unknown("UnreadableConditions", `annotation ${ANNOTATION_CONDITIONS} is no JSON`);
  const broken = conditions.find(isBroken);
  if (broken) return degraded(broken.reason, describeCondition(broken));
  const works = conditions.some(
    ({ type, status }) => status === "True" && (type === "AbleToScale" || type === "ScalingLimited"),
  );
  return works ? healthy("AbleToScale") : progressing("NotObserved", "it has not looked at its target yet");
}

function isBroken({ type, status, reason }: Condition): boolean {
  return status === "False" && BROKEN[type]?.test(reason) === true;
}

function readConditions(object: KubeObject): readonly Condition[] | undefined {
  const text = annotationsOf(object)[ANNOTATION_CONDITIONS];
  if (text === undefined) return conditionsOf(object);
  try {
    return asList(JSON.parse(text)).map(parseCondition);
  } catch {
    return undefined; // the caller says so
  }
}
