import { asObject, deepEqual, type JsonObject, valueAt } from "../../object/json.ts";
import { childOf, type ObjectDraft } from "../draft.ts";
import type { FieldCause } from "../objectPipeline.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { immutable } from "./metadataRules.ts";
import { invalidValue, required } from "./nameRules.ts";
import { podSpecCauses } from "./podTemplateRules.ts";

/** A Job makes its own selector and never changes its template, except while it is suspended and never ran. */
export const jobStrategy: KindStrategy = {
  defaultPropagation: "Orphan",
  prepareCreate: makeSelector,
  validateCreate: ({ spec }) => templateCauses(spec),
  validateUpdate(next, live) {
    const [after, before] = [asObject(next.spec), asObject(live.spec)];
    const isIndexed = after.completionMode === "Indexed";
    const maySetTemplate = before.suspend === true && valueAt(live, "status", "startTime") === undefined;
    return [
      ...templateCauses(next.spec),
      ...(isIndexed ? [] : immutable("spec.completions", after.completions, before.completions)),
      ...immutable("spec.selector", after.selector, before.selector),
      ...(deepEqual(
        fixedTemplate(after.template, maySetTemplate),
        fixedTemplate(before.template, maySetTemplate),
      )
        ? []
        : [invalidValue("spec.template", after.template ?? null, "field is immutable")]),
      ...immutable("spec.completionMode", after.completionMode, before.completionMode),
    ];
  },
};

function templateCauses(spec: unknown): readonly FieldCause[] {
  const policy = valueAt(spec, "template", "spec", "restartPolicy");
  const causes = podSpecCauses(valueAt(spec, "template", "spec"), "spec.template.spec");
  if (policy === "OnFailure" || policy === "Never") return causes;
  return [...causes, required("spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')];
}

/** What of the template may not change: all, or all but where its pods run while the Job is suspended. */
function fixedTemplate(template: unknown, isSuspended: boolean): JsonObject {
  if (!isSuspended) return asObject(template);
  const {
    nodeSelector: _n,
    tolerations: _t,
    affinity: _a,
    schedulingGates: _g,
    ...spec
  } = asObject(asObject(template).spec);
  return { spec };
}

function makeSelector(draft: ObjectDraft): void {
  const spec = childOf(draft, "spec");
  if (spec.manualSelector === true) return;
  const uid = draft.metadata.uid;
  const labels = childOf(childOf(childOf(spec, "template"), "metadata"), "labels");
  const own: JsonObject = {
    "controller-uid": uid,
    "job-name": draft.metadata.name,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": draft.metadata.name,
  } as JsonObject;
  const isCopied = deepEqual(draft.metadata.labels, labels) || draft.metadata.labels === undefined;
  Object.assign(labels, own);
  // Defaulting shares the template's labels with a Job that has none, so these show on both.
  if (isCopied) draft.metadata.labels = { ...labels };
  const selector = childOf(spec, "selector");
  childOf(selector, "matchLabels")["batch.kubernetes.io/controller-uid"] = uid;
}
