import { asList, asObject, deepEqual, type JsonObject, valueAt } from "../../object/json.ts";
import type { KindStrategy } from "./kindStrategy.ts";
import { forbiddenField, required } from "./nameRules.ts";

const PROTECTION = "kubernetes.io/pvc-protection";

/** A claim is Pending until a volume is bound; afterwards only its request may grow. */
export const claimStrategy: KindStrategy = {
  prepareCreate(draft) {
    draft.status = { phase: "Pending" };
    const finalizers = asList(draft.metadata.finalizers).map(String);
    if (!finalizers.includes(PROTECTION)) draft.metadata.finalizers = [...finalizers, PROTECTION];
  },
  validateCreate({ spec }) {
    return [
      ...(asList(asObject(spec).accessModes).length > 0
        ? []
        : [required("spec.accessModes", "at least 1 access mode is required")]),
      ...(valueAt(spec, "resources", "requests", "storage") === undefined
        ? [required("spec.resources[storage]")]
        : []),
    ];
  },
  validateUpdate(next, live) {
    const isBound = valueAt(live, "status", "phase") === "Bound";
    if (deepEqual(comparable(next.spec, isBound), comparable(live.spec, isBound))) return [];
    return [
      forbiddenField(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
      ),
    ];
  },
};

function comparable(spec: unknown, isBound: boolean): JsonObject {
  const { volumeName, volumeAttributesClassName, storageClassName, resources, ...rest } = asObject(spec);
  // The binder sets these on a claim that has none.
  const fixed = { ...rest, ...(isBound ? { volumeName, storageClassName } : {}) };
  return isBound ? fixed : { ...fixed, resources, volumeAttributesClassName };
}
