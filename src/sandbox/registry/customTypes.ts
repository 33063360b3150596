import { asList, asObject, asString, type JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ObjectSchema } from "../objectPipeline.ts";
import { renamed } from "./conversion.ts";
import type { CustomTraits, PrinterColumn, ResourceType, ScalePaths } from "./resourceType.ts";

const VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/** The types that a CustomResourceDefinition serves, one per served version. */
export function customTypes(
  crd: KubeObject,
  schemas: ReadonlyMap<string, ObjectSchema>,
): readonly ResourceType[] {
  const spec = asObject(crd.spec);
  const names = asObject(spec.names);
  const group = asString(spec.group) ?? "";
  const kind = asString(names.kind) ?? "";
  const plural = asString(names.plural) ?? "";
  const versions = asList(spec.versions).map(asObject);
  const stored = asString(versions.find((version) => version.storage === true)?.name) ?? "";
  return versions
    .filter((version) => version.served === true)
    .map((version) => {
      const name = asString(version.name) ?? "";
      const apiVersion = `${group}/${name}`;
      return {
        group,
        version: name,
        apiVersion,
        kind,
        listKind: asString(names.listKind) ?? `${kind}List`,
        plural,
        singular: asString(names.singular) ?? kind.toLowerCase(),
        namespaced: spec.scope === "Namespaced",
        shortNames: asList(names.shortNames).map(String),
        categories: asList(names.categories).map(String),
        verbs: VERBS,
        subresources: Object.keys(asObject(version.subresources)),
        storageKey: `${group}/${plural}`,
        schema: schemas.get(name) ?? { apiVersion, kind },
        generation: true,
        needsVersion: true,
        createOnUpdate: false,
        returnsDeleted: false,
        custom: customTraits(crd, version),
        ...renamed(`${group}/${stored}`, apiVersion),
      };
    });
}

function customTraits(crd: KubeObject, version: JsonObject): CustomTraits {
  const scale = asObject(version.subresources).scale;
  return {
    crdName: crd.metadata.name ?? "",
    columns: asList(version.additionalPrinterColumns).map((column) => printerColumn(asObject(column))),
    ...(scale === undefined ? {} : { scale: scalePaths(asObject(scale)) }),
  };
}

function printerColumn(column: JsonObject): PrinterColumn {
  return {
    name: asString(column.name) ?? "",
    type: asString(column.type) ?? "string",
    format: asString(column.format) ?? "",
    description: asString(column.description) ?? "",
    priority: Number(column.priority ?? 0),
    jsonPath: asString(column.jsonPath) ?? "",
  };
}

function scalePaths(scale: JsonObject): ScalePaths {
  const path = (value: unknown): readonly string[] =>
    (asString(value) ?? "").split(".").filter((part) => part !== "");
  return {
    specReplicas: path(scale.specReplicasPath),
    statusReplicas: path(scale.statusReplicasPath),
    ...(scale.labelSelectorPath === undefined ? {} : { labelSelector: path(scale.labelSelectorPath) }),
  };
}
