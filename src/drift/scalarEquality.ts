import { parseApiVersion } from "../object/objectRef.ts";
import { sameQuantity } from "../object/quantity.ts";
import { isBuiltIn } from "./listKind.ts";

/** Maps whose values are all quantities. */
const QUANTITY_MAPS: ReadonlySet<string> = new Set([
  "capacity",
  "default",
  "defaultRequest",
  "hard",
  "limits",
  "max",
  "maxLimitRequestRatio",
  "min",
  "overhead",
  "podFixed",
  "requests",
]);
/** Fields that are quantities. */
const QUANTITIES: ReadonlySet<string> = new Set(["averageValue", "divisor", "sizeLimit"]);

/**
 * True when two scalars at one path mean the same to the API server: quantities by value, bytes by what they decode to.
 *
 * @param path  field names, items left out
 */
export function sameScalar(
  apiVersion: string,
  kind: string,
  path: readonly string[],
  desired: unknown,
  live: unknown,
): boolean {
  if (desired === live) return true;
  if (!isBuiltIn(apiVersion)) return false;
  if (isQuantity(kind, path)) return sameQuantity(desired, live);
  if (isBytes(apiVersion, kind, path)) return sameBytes(desired, live);
  return false;
}

function isQuantity(kind: string, path: readonly string[]): boolean {
  const [field = "", parent = ""] = path.toReversed();
  if (kind === "ConfigMap" || kind === "Secret" || kind === "CustomResourceDefinition") return false;
  if (parent === "labels" || parent === "annotations" || parent === "matchLabels") return false;
  if (kind === "HorizontalPodAutoscaler" && field === "value" && parent === "target") return true;
  return QUANTITY_MAPS.has(parent) || QUANTITIES.has(field);
}

function isBytes(apiVersion: string, kind: string, path: readonly string[]): boolean {
  const isCore = parseApiVersion(apiVersion).group === "";
  if (isCore && path.length === 2)
    return (kind === "Secret" && path[0] === "data") || (kind === "ConfigMap" && path[0] === "binaryData");
  return path.at(-1) === "caBundle";
}

function sameBytes(desired: unknown, live: unknown): boolean {
  if (typeof desired !== "string" || typeof live !== "string") return false;
  return Buffer.from(desired, "base64").equals(Buffer.from(live, "base64"));
}
