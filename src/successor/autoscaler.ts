import { asObject, asString, type JsonObject, type JsonValue } from "../object/json.ts";
import { type Convert, mapObjects, omit, optional, withSpec } from "./conversion.ts";
import { successorOf } from "./removedVersions.ts";

/** A HorizontalPodAutoscaler of v2beta1 in v2: each metric names what is measured and its target apart. */
export const autoscalerV2beta1: Convert = (object) => {
  const spec = asObject(object.spec);
  return autoscalerTarget(
    withSpec(object, { ...spec, ...optional("metrics", mapObjects(spec.metrics, metricOf)) }),
  );
};

/** The workload that is scaled may itself be named by a version that is gone. */
export const autoscalerTarget: Convert = (object) => {
  const spec = asObject(object.spec);
  return { object: withSpec(object, { ...spec, ...reference(spec, "scaleTargetRef") }), warnings: [] };
};

function reference(owner: JsonObject, name: string): JsonObject {
  const ref = asObject(owner[name]);
  const successor = successorOf(asString(ref.apiVersion) ?? "", asString(ref.kind) ?? "");
  return successor === undefined ? {} : { [name]: { ...ref, apiVersion: successor } };
}

function metricOf(metric: JsonObject): JsonObject {
  switch (metric.type) {
    case "Resource":
      return { ...metric, resource: resourceMetric(asObject(metric.resource)) };
    case "ContainerResource":
      return { ...metric, containerResource: resourceMetric(asObject(metric.containerResource)) };
    case "Pods":
      return { ...metric, pods: namedMetric(asObject(metric.pods)) };
    case "External":
      return { ...metric, external: namedMetric(asObject(metric.external)) };
    case "Object":
      return { ...metric, object: objectMetric(asObject(metric.object)) };
    default:
      return metric;
  }
}

function resourceMetric(source: JsonObject): JsonObject {
  const { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue } = source;
  const target =
    averageUtilization === undefined
      ? { type: "AverageValue", ...optional("averageValue", averageValue) }
      : { type: "Utilization", averageUtilization };
  return { ...omit(source, "targetAverageUtilization", "targetAverageValue"), target };
}

/** Metrics of pods and external ones. */
function namedMetric(source: JsonObject): JsonObject {
  const { metricName, metricSelector, selector = metricSelector, targetAverageValue, targetValue } = source;
  return {
    metric: identifier(metricName, selector),
    target: targetOf(targetAverageValue, targetValue),
  };
}

/** What was the target is described now; the target is the value. */
function objectMetric(source: JsonObject): JsonObject {
  return {
    ...reference(source, "target"),
    describedObject: reference(source, "target").target ?? source.target ?? {},
    metric: identifier(source.metricName, source.selector),
    target: targetOf(source.averageValue, source.targetValue),
  };
}

function identifier(name: JsonValue | undefined, selector: JsonValue | undefined): JsonObject {
  return { ...optional("name", name), ...optional("selector", selector) };
}

function targetOf(averageValue: JsonValue | undefined, value: JsonValue | undefined): JsonObject {
  return averageValue === undefined
    ? { type: "Value", ...optional("value", value) }
    : { type: "AverageValue", averageValue };
}
