import { asObject, valueAt } from "../../object/json.ts";
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
