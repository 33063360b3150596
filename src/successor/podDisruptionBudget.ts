import { asObject, isJsonObject, type JsonObject } from "../object/json.ts";
import { type Convert, withSpec } from "./conversion.ts";

/** No pod can have and not have the same label. */
const NOTHING: JsonObject = {
  matchExpressions: [
    { key: "lockstep.dev/matches-nothing", operator: "Exists" },
    { key: "lockstep.dev/matches-nothing", operator: "DoesNotExist" },
  ],
};

/** A PodDisruptionBudget in policy/v1, where an empty selector means every pod; before it meant none. */
export const podDisruptionBudget: Convert = (object) => {
  const spec = asObject(object.spec);
  if (!isJsonObject(spec.selector) || !isEmpty(spec.selector)) return { object, warnings: [] };
  const warning =
    "an empty spec.selector selected no pod in policy/v1beta1 and would select every pod in policy/v1; it was replaced by one that selects none";
  return { object: withSpec(object, { ...spec, selector: NOTHING }), warnings: [warning] };
};

function isEmpty({ matchLabels, matchExpressions }: JsonObject): boolean {
  const hasExpressions = Array.isArray(matchExpressions) && matchExpressions.length > 0;
  return Object.keys(asObject(matchLabels)).length === 0 && !hasExpressions;
}
