import { asList, asObject, asString, deepEqual, type JsonObject, valueAt } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import { childOf, type Draft, type ObjectDraft } from "../draft.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { forbiddenField } from "./nameRules.ts";
import { podSpecCauses } from "./podTemplateRules.ts";

const UPDATE_REFUSAL =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** Seconds that a pod on a lost node is kept; admission adds these two to every pod. */
const DEFAULT_TOLERATIONS: readonly Draft[] = ["not-ready", "unreachable"].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

/** A pod begins Pending, goes with grace once it has a node, and changes little. */
export const podStrategy: KindStrategy = {
  prepareCreate(draft) {
    const spec = childOf(draft, "spec");
    addTolerations(spec);
    if (spec.priority === undefined) spec.priority = 0;
    if (spec.preemptionPolicy === undefined) spec.preemptionPolicy = "PreemptLowerPriority";
    draft.status = { phase: "Pending", qosClass: qosClass(draft) };
  },
  validateCreate: ({ spec }) => podSpecCauses(spec, "spec"),
  validateUpdate(next, live) {
    if (deepEqual(fixedPart(next), fixedPart(live))) return [];
    return [forbiddenField("spec", UPDATE_REFUSAL)];
  },
  gracePeriod(object, asked) {
    if (asString(valueAt(object, "spec", "nodeName")) === undefined) return 0;
    const phase = valueAt(object, "status", "phase");
    if (phase === "Succeeded" || phase === "Failed") return 0;
    return asked ?? Number(valueAt(object, "spec", "terminationGracePeriodSeconds") ?? 30);
  },
};

function addTolerations(spec: Draft): void {
  const tolerations = asList(spec.tolerations) as Draft[];
  const missing = DEFAULT_TOLERATIONS.filter(
    ({ key }) => !tolerations.some((toleration) => toleration.key === key),
  );
  spec.tolerations = [...tolerations, ...missing.map((toleration) => ({ ...toleration }))];
}

function qosClass(draft: ObjectDraft): string {
  const { containers, initContainers } = asObject(draft.spec as JsonObject);
  const all = [...asList(containers), ...asList(initContainers)].map((container) =>
    asObject(asObject(container).resources),
  );
  const isEmpty = (value: unknown): boolean => Object.keys(asObject(value)).length === 0;
  if (all.every(({ limits, requests }) => isEmpty(limits) && isEmpty(requests))) return "BestEffort";
  const isGuaranteed = all.every(({ limits, requests }) =>
    ["cpu", "memory"].every((name) => {
      const limit = asObject(limits)[name];
      return limit !== undefined && deepEqual(asObject(requests)[name] ?? limit, limit);
    }),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

function fixedPart(object: KubeObject): JsonObject {
  const {
    containers,
    initContainers,
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    terminationGracePeriodSeconds: _grace,
    ...rest
  } = asObject(object.spec);
  const withoutImages = (list: unknown): readonly JsonObject[] =>
    asList(list).map((container) => {
      const { image: _image, ...others } = asObject(container);
      return others;
    });
  return { ...rest, containers: withoutImages(containers), initContainers: withoutImages(initContainers) };
}
