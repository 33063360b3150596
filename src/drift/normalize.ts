import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import type { KubeObject } from "../object/kubeObject.ts";
import { STAMPS } from "../object/ownership.ts";
import { withStringDataMoved } from "../object/withStringDataMoved.ts";

/** The parts of `metadata` that a manifest decides about. */
const DECLARED_METADATA = ["annotations", "finalizers", "labels", "ownerReferences"] as const;

/**
 * The part of a manifest that can drift: without identity, status and what the server writes itself, without the stamps
 * of the run that wrote it, with `stringData` of Secrets as the `data` it becomes.
 *
 * The rules of an aggregated ClusterRole are left out: a controller of Kubernetes writes them.
 */
export function normalize(manifest: KubeObject): JsonObject {
  const { apiVersion: _, kind, metadata, status: __, ...body } = withStringDataMoved(manifest);
  const declared = Object.fromEntries(
    DECLARED_METADATA.filter((key) => metadata[key] !== undefined).map((key) => [key, metadata[key]]),
  );
  const { rules, ...aggregated } = body;
  const owned = kind === "ClusterRole" && isJsonObject(body.aggregationRule) ? aggregated : body;
  return asObject(withoutStamps({ metadata: declared, ...owned }));
}

/** Stamps stand on the object and on the templates in it. */
function withoutStamps(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => withoutStamps(item) ?? null);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "metadata" && isJsonObject(member) ? withoutStampsOf(member) : withoutStamps(member),
    ]),
  );
}

function withoutStampsOf(metadata: JsonObject): JsonObject {
  if (!isJsonObject(metadata.annotations)) return metadata;
  const kept = Object.entries(metadata.annotations).filter(([key]) => !STAMPS.includes(key));
  return { ...metadata, annotations: Object.fromEntries(kept) };
}
