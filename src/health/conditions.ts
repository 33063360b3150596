import { asList, asObject, asString, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";

/** One entry of `status.conditions`, as every controller writes them. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** The generation the condition speaks about; absent on most built-in kinds. */
  readonly observedGeneration?: number;
}

/** The conditions of an object in their order; entries without a type are left out. */
export function conditionsOf(object: KubeObject): readonly Condition[] {
  return asList(valueAt(object, "status", "conditions"))
    .map(parseCondition)
    .filter(hasType);
}

/** Reads one condition from anything; members that are missing become empty texts. */
export function parseCondition(value: unknown): Condition {
  const entry = asObject(value);
  return {
    type: asString(entry.type) ?? "",
    status: asString(entry.status) ?? "",
    reason: asString(entry.reason) ?? "",
    message: asString(entry.message) ?? "",
    ...(typeof entry.observedGeneration === "number" && { observedGeneration: entry.observedGeneration }),
  };
}

/** The first condition of that type. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** The first condition of that type, when its status is `True`. */
export function trueCondition(object: KubeObject, type: string): Condition | undefined {
  const condition = conditionOf(object, type);
  return condition?.status === "True" ? condition : undefined;
}

/** What a condition says for people: its message, else its reason, else its type and status. */
export function describeCondition({ type, status, reason, message }: Condition): string {
  return message || (reason ? `${type} is ${status}: ${reason}` : `${type} is ${status}`);
}

function hasType(condition: Condition): boolean {
  return condition.type !== "";
}
