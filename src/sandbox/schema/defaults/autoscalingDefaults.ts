import { asList, type JsonObject } from "../../../object/json.ts";
import { inMember, inTurn, withMissing } from "./fill.ts";

const CPU_AT_80_PERCENT: JsonObject = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
};

const SCALE_UP: JsonObject = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
};

const SCALE_DOWN: JsonObject = {
  selectPolicy: "Max",
  policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
};

/** Of `autoscaling/v2`. */
export function autoscalerDefaults(autoscaler: JsonObject): JsonObject {
  return inMember(autoscaler, "spec", (spec) =>
    inTurn(
      withMissing(spec, { minReplicas: 1 }),
      (filled) => (asList(filled.metrics).length > 0 ? filled : { ...filled, metrics: [CPU_AT_80_PERCENT] }),
      (filled) =>
        inMember(filled, "behavior", (behavior) => ({
          ...behavior,
          scaleUp: withMissing((behavior.scaleUp ?? {}) as JsonObject, SCALE_UP),
          scaleDown: withMissing((behavior.scaleDown ?? {}) as JsonObject, SCALE_DOWN),
        })),
    ),
  );
}

/** Of `autoscaling/v1`. */
export function autoscalerV1Defaults(autoscaler: JsonObject): JsonObject {
  return inMember(autoscaler, "spec", (spec) => withMissing(spec, { minReplicas: 1 }));
}
