import { asObject, deepEqual, valueAt } from "../../object/json.ts";
import { childOf } from "../draft.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { immutable } from "./metadataRules.ts";
import { podSpecCauses, selectorCauses } from "./podTemplateRules.ts";

/** Deployments, ReplicaSets and DaemonSets: the selector fits the template and never changes. */
export const workloadStrategy: KindStrategy = {
  validateCreate: ({ spec }) => [
    ...selectorCauses(spec),
    ...podSpecCauses(valueAt(spec, "template", "spec"), "spec.template.spec"),
  ],
  validateUpdate: (next, live) => [
    ...selectorCauses(next.spec),
    ...podSpecCauses(valueAt(next.spec, "template", "spec"), "spec.template.spec"),
    ...immutable("spec.selector", asObject(next.spec).selector, asObject(live.spec).selector),
  ],
};

/** A DaemonSet carries the generation of its template in an annotation, for clients of long ago. */
export const daemonSetStrategy: KindStrategy = {
  ...workloadStrategy,
  fill(draft) {
    childOf(draft.metadata, "annotations")["deprecated.daemonset.template.generation"] ??= "1";
  },
  prepareUpdate(draft, live) {
    if (deepEqual(asObject(draft.spec).template, asObject(live.spec).template)) return;
    const now = Number(live.metadata.generation ?? 0) + 1;
    childOf(draft.metadata, "annotations")["deprecated.daemonset.template.generation"] = String(now);
  },
};
