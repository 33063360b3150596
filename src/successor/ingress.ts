import { asObject, asString, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type Convert, mapObjects, omit, optional, withSpec } from "./conversion.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/**
 * An Ingress in networking.k8s.io/v1: backends name their service in another shape, every path has a type, and the
 * class is a field, beside which v1 refuses the annotation.
 */
export const ingress: Convert = (object) => {
  const spec = asObject(object.spec);
  const { backend, defaultBackend = backend } = spec;
  const next: JsonObject = {
    ...omit(spec, "backend", "defaultBackend"),
    ...optional("defaultBackend", defaultBackend === undefined ? undefined : backendOf(defaultBackend)),
    ...optional("rules", mapObjects(spec.rules, ruleOf)),
  };
  return withClass(withSpec(object, next));
};

function ruleOf(rule: JsonObject): JsonObject {
  if (!isJsonObject(rule.http)) return rule;
  const paths = mapObjects(rule.http.paths, pathOf);
  return { ...rule, http: { ...rule.http, ...optional("paths", paths) } };
}

/** A path without a type meant what the controller made of it. */
function pathOf(path: JsonObject): JsonObject {
  return {
    pathType: "ImplementationSpecific",
    ...path,
    ...optional("backend", path.backend === undefined ? undefined : backendOf(path.backend)),
  };
}

function backendOf(backend: JsonValue): JsonValue {
  if (!isJsonObject(backend) || !("serviceName" in backend || "servicePort" in backend)) return backend;
  const { serviceName, servicePort } = backend;
  return {
    ...omit(backend, "serviceName", "servicePort"),
    service: {
      ...optional("name", serviceName),
      ...(servicePort !== undefined && { port: portOf(servicePort) }),
    },
  };
}

/** A name has a letter in it, so text of digits alone can only be a number. */
function portOf(port: JsonValue): JsonObject {
  if (typeof port === "string") return /^\d+$/.test(port) ? { number: Number(port) } : { name: port };
  return { number: port };
}

function withClass(object: KubeObject): ReturnType<Convert> {
  const given = annotationsOf(object)[CLASS_ANNOTATION];
  if (given === undefined) return { object, warnings: [] };
  const spec = asObject(object.spec);
  const ingressClassName = asString(spec.ingressClassName) ?? given;
  const annotations = omit(annotationsOf(object), CLASS_ANNOTATION) as Record<string, string>;
  const { annotations: _, ...metadata } = object.metadata;
  const rest = Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
  return {
    object: { ...withSpec(object, { ...spec, ingressClassName }), metadata: rest },
    warnings: [
      `the annotation ${CLASS_ANNOTATION} became spec.ingressClassName: an IngressClass named ${JSON.stringify(ingressClassName)} must exist`,
    ],
  };
}
