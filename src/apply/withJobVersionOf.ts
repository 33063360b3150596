import { asObject, asString, type JsonObject, valueAt } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { parseApiVersion } from "../object/objectRef.ts";
import { ANNOTATION_OPERATOR_VERSION } from "../object/ownership.ts";

/**
 * A Job whose pods carry the operator version of the live ones: a new version of the operator alone, which rendering
 * writes into every pod template, is no reason to run a Job again.
 *
 * @returns `undefined` for other kinds, and when the version is the same
 */
export function withJobVersionOf(object: KubeObject, live: KubeObject): KubeObject | undefined {
  if (object.kind !== "Job" || parseApiVersion(object.apiVersion).group !== "batch") return undefined;
  const path = ["spec", "template", "metadata", "annotations"] as const;
  const version = asString(valueAt(live, ...path, ANNOTATION_OPERATOR_VERSION));
  const annotations = asObject(valueAt(object, ...path));
  const wanted = asString(annotations[ANNOTATION_OPERATOR_VERSION]);
  if (version === undefined || wanted === undefined || version === wanted) return undefined;
  const spec = asObject(object.spec);
  const template = asObject(spec.template);
  const metadata: JsonObject = {
    ...asObject(template.metadata),
    annotations: { ...annotations, [ANNOTATION_OPERATOR_VERSION]: version },
  };
  return { ...object, spec: { ...spec, template: { ...template, metadata } } };
}
