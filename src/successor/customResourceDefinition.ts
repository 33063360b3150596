import { asList, asObject, asString, isJsonObject, type JsonObject } from "../object/json.ts";
import { annotationsOf, type KubeObject } from "../object/kubeObject.ts";
import { type Convert, mapObjects, omit, optional, withSpec } from "./conversion.ts";
import { PERMISSIVE_SCHEMA, preserveUnknownFields, repairSchema } from "./structuralSchema.ts";

const APPROVAL = "api-approved.kubernetes.io";

/** Fields of `spec` in v1beta1 that v1 has per version, or in another place. */
const MOVED = [
  "version",
  "versions",
  "validation",
  "subresources",
  "additionalPrinterColumns",
  "preserveUnknownFields",
  "conversion",
];

/**
 * A CustomResourceDefinition in apiextensions.k8s.io/v1: schema, subresources and columns stand with each version, a
 * schema must be there and be structural.
 *
 * Without `preserveUnknownFields: false` v1beta1 kept every field that it did not know, so each object of the schema is
 * told to. A schema that is not structural is repaired; one that cannot be is replaced by one that takes everything.
 */
export const customResourceDefinition: Convert = (object) => {
  const spec = asObject(object.spec);
  const warnings: string[] = [];
  const given = asList(spec.versions).filter(isJsonObject);
  const versions = given.length > 0 ? given : [{ name: spec.version ?? "", served: true, storage: true }];
  const next: JsonObject = {
    scope: "Namespaced",
    ...omit(spec, ...MOVED),
    versions: versions.map((version) => versionOf(version, spec, warnings)),
    ...optional("conversion", isJsonObject(spec.conversion) ? conversionOf(spec.conversion) : undefined),
  };
  const { status: _, ...rest } = withSpec(object, next);
  const { apiVersion, kind, metadata } = object;
  return { object: approved({ ...rest, apiVersion, kind, metadata }, spec, warnings), warnings };
};

function versionOf(version: JsonObject, spec: JsonObject, warnings: string[]): JsonObject {
  const { additionalPrinterColumns = spec.additionalPrinterColumns, subresources = spec.subresources } =
    version;
  return {
    ...version,
    schema: schemaOf(version, spec, warnings),
    ...optional("subresources", subresources),
    ...optional("additionalPrinterColumns", mapObjects(additionalPrinterColumns, columnOf)),
  };
}

function schemaOf(version: JsonObject, spec: JsonObject, warnings: string[]): JsonObject {
  const keepsUnknown = spec.preserveUnknownFields !== false;
  const given = asObject(version.schema).openAPIV3Schema ?? asObject(spec.validation).openAPIV3Schema;
  if (!isJsonObject(given)) return { openAPIV3Schema: PERMISSIVE_SCHEMA };
  const { schema, repairs } = repairSchema(given);
  const name = asString(version.name) ?? "";
  if (schema === undefined) {
    warnings.push(
      `the schema of version ${name} is not structural and was replaced by one that takes everything: ${repairs.join("; ")}`,
    );
    return { openAPIV3Schema: PERMISSIVE_SCHEMA };
  }
  if (repairs.length > 0) {
    warnings.push(`the schema of version ${name} was made structural: ${repairs.join("; ")}`);
  }
  return { openAPIV3Schema: keepsUnknown ? preserveUnknownFields(schema) : schema };
}

function columnOf({ JSONPath, ...column }: JsonObject): JsonObject {
  return { ...column, ...optional("jsonPath", column.jsonPath ?? JSONPath) };
}

function conversionOf(conversion: JsonObject): JsonObject {
  const { webhookClientConfig, conversionReviewVersions, ...rest } = conversion;
  if (conversion.strategy !== "Webhook" || conversion.webhook !== undefined) return rest;
  const webhook = {
    ...optional("clientConfig", webhookClientConfig),
    conversionReviewVersions: conversionReviewVersions ?? ["v1beta1"],
  };
  return { ...rest, webhook };
}

/** v1 protects the groups of the Kubernetes project: a definition there says whether it was approved. */
function approved(object: KubeObject, spec: JsonObject, warnings: string[]): KubeObject {
  const group = asString(spec.group) ?? "";
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  if (!isProtected || annotationsOf(object)[APPROVAL] !== undefined) return object;
  warnings.push(`the group ${group} is protected: the annotation ${APPROVAL} was added`);
  const annotations = {
    ...annotationsOf(object),
    [APPROVAL]: "unapproved, made from apiextensions.k8s.io/v1beta1",
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
