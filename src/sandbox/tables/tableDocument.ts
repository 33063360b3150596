import type { JsonObject, JsonValue } from "../../object/json.ts";
import type { KubeObject } from "../../object/kubeObject.ts";
import type { ResourceType } from "../registry/resourceType.ts";
import { builtinTable } from "./builtinTables.ts";
import { customTable } from "./customTable.ts";
import type { TableSpec } from "./tableSpec.ts";

/**
 * The table of objects that `kubectl get` prints.
 *
 * @param include  `None`, `Metadata` or `Object`: what each row carries of its object
 * @param now      milliseconds since the epoch, for ages
 */
export function tableDocument(
  type: ResourceType,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  include: string,
  now: number,
): JsonObject {
  const spec = tableOf(type);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: spec.columns.map(({ name, type: columnType, format, description, priority }) => ({
      name,
      type: columnType ?? "string",
      format: format ?? "",
      description: description ?? "",
      priority: priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: spec.cells(object, now) as JsonValue[],
      ...(include === "None" ? {} : { object: include === "Object" ? object : metadataOnly(object) }),
    })),
  };
}

/** An object reduced to its metadata. */
export function metadataOnly({ metadata }: KubeObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

function tableOf(type: ResourceType): TableSpec {
  if (type.custom) return customTable(type.custom.columns);
  return builtinTable(type.storageKey);
}
