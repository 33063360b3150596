import { asObject, isJsonObject, type JsonObject, type JsonValue, valueAt } from "../object/json.ts";
import { type Convert, NoSuccessorError, omit, withSpec } from "./conversion.ts";

/** What an old version meant by a field that is absent, where apps/v1 means something else. */
export interface WorkloadDefaults {
  readonly [field: string]: JsonValue;
}

/** No deadline, and every old ReplicaSet kept: what extensions/v1beta1 had. */
const UNBOUNDED = 2147483647;

const EXTENSIONS_DEPLOYMENT: WorkloadDefaults = {
  progressDeadlineSeconds: UNBOUNDED,
  revisionHistoryLimit: UNBOUNDED,
};

/**
 * A Deployment, DaemonSet, StatefulSet or ReplicaSet in apps/v1: the selector is required there, and was the pod
 * template's labels where it was missing. Fields that apps/v1 does not have go; defaults that differ are written out.
 *
 * @see Kubernetes, deprecated API migration guide, 1.16
 */
export function workload(defaults: WorkloadDefaults = {}): Convert {
  return (object) => {
    const spec = asObject(object.spec);
    const warnings = "rollbackTo" in spec ? ["spec.rollbackTo is gone from apps/v1 and was left out"] : [];
    const kept = omit(spec, "rollbackTo", "templateGeneration");
    const next = { ...defaults, ...kept, selector: selectorOf(object.kind, spec) };
    return { object: withSpec(object, next), warnings };
  };
}

/** A Deployment of extensions/v1beta1, which rolled one pod at a time and had no deadline. */
export const extensionsDeployment: Convert = (object) => {
  const { object: next, warnings } = workload(EXTENSIONS_DEPLOYMENT)(object);
  const spec = asObject(next.spec);
  const strategy = asObject(spec.strategy);
  if (strategy.type !== undefined && strategy.type !== "RollingUpdate") return { object: next, warnings };
  const rollingUpdate = { maxSurge: 1, maxUnavailable: 1, ...asObject(strategy.rollingUpdate) };
  return {
    object: withSpec(next, { ...spec, strategy: { ...strategy, type: "RollingUpdate", rollingUpdate } }),
    warnings,
  };
};

function selectorOf(kind: string, spec: JsonObject): JsonObject {
  if (isJsonObject(spec.selector)) return spec.selector;
  const labels = valueAt(spec, "template", "metadata", "labels");
  if (isJsonObject(labels) && Object.keys(labels).length > 0) return { matchLabels: labels };
  throw new NoSuccessorError(
    `a ${kind} of apps/v1 needs spec.selector, and the pod template has no labels to make one of`,
  );
}
