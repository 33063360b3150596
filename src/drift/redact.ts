import { MASK } from "../base/maskTexts.ts";
import { asObject, isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";
import { parsePointer } from "../object/jsonPointer.ts";
import { annotationsOf, type KubeObject, type ObjectMeta } from "../object/kubeObject.ts";
import {
  ANNOTATION_KUBECTL_LAST_APPLIED,
  ANNOTATION_KUDO_LAST_APPLIED,
  ANNOTATION_PIPE_ARTIFACT,
} from "../object/ownership.ts";

const SECRET_MAPS: ReadonlySet<string> = new Set(["data", "stringData", "binaryData"]);
/** Annotations that repeat the whole object. */
const LAST_APPLIED: ReadonlySet<string> = new Set([
  ANNOTATION_KUBECTL_LAST_APPLIED,
  ANNOTATION_KUDO_LAST_APPLIED,
]);

/** What tells whether an object's values may be shown. */
export interface Shown {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: KubeObject["metadata"];
}

/** True for an object whose values never leave: a Secret, or a ConfigMap with a file that a Pipe task made. */
function isSecret({ apiVersion, kind, metadata = {} }: Shown): boolean {
  if (apiVersion !== "v1") return false;
  return kind === "Secret" || metadata.annotations?.[ANNOTATION_PIPE_ARTIFACT] !== undefined;
}

/**
 * A manifest that may be shown: values of a Secret are masked, also in the annotations that repeat them.
 *
 * Equal values inside one Secret get equal masks, `••• (1)`, and different ones different numbers.
 */
export function redactObject(object: KubeObject): KubeObject {
  if (!isSecret(object)) return object;
  const seen = new Map<string, string>();
  const mask = (value: JsonValue | undefined): string => {
    const key = JSON.stringify(value);
    const known = seen.get(key) ?? `${MASK} (${seen.size + 1})`;
    seen.set(key, known);
    return known;
  };
  const masked = Object.fromEntries(
    Object.entries(object)
      .filter(([key, value]) => SECRET_MAPS.has(key) && value !== undefined)
      .map(([key, value]) => [key, maskMembers(asObject(value), mask)]),
  );
  return { ...object, ...masked, metadata: redactMetadata(object) };
}

/** Members that name an object: what stands there is shown elsewhere too. */
const NAMES: ReadonlySet<string> = new Set(["apiVersion", "kind", "name", "namespace"]);

/** A value with every text in it masked, names of objects and keys aside. */
export function maskTextsIn(value: JsonValue, mask: (text: string) => string): JsonValue {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskTextsIn(item, mask));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const isName = NAMES.has(key) && typeof item === "string";
    return [key, item === undefined || isName ? item : maskTextsIn(item, mask)] as const;
  });
  return Object.fromEntries(entries);
}

/** A manifest with every text masked but for a Secret's values: {@link redactObject} tells those apart. */
export function maskManifest(object: KubeObject, mask: (text: string) => string): KubeObject {
  const masked = maskTextsIn(object, mask) as KubeObject;
  if (!isSecret(object)) return masked;
  const values = Object.entries(object).filter(([key]) => SECRET_MAPS.has(key));
  return { ...masked, ...Object.fromEntries(values) };
}

/** The two sides of a field that differs. */
export interface Sides {
  readonly desired?: JsonValue;
  readonly live?: JsonValue;
}

/**
 * The two sides of a field that may be shown: of a Secret's values only that they differ, `••• (desired)` against
 * `••• (live)`.
 */
export function redactSides(object: Shown, pointer: string, { desired, live }: Sides): Sides {
  if (!isSecret(object) || !isSecretPointer(pointer))
    return { ...given("desired", desired), ...given("live", live) };
  return {
    ...given("desired", maskSide(desired, `${MASK} (desired)`)),
    ...given("live", maskSide(live, `${MASK} (live)`)),
  };
}

function isSecretPointer(pointer: string): boolean {
  const [first = "", second, third = ""] = parsePointer(pointer) ?? [];
  if (SECRET_MAPS.has(first)) return true;
  return first === "metadata" && second === "annotations" && (third === "" || LAST_APPLIED.has(third));
}

/** A map keeps its keys: which keys a Secret has is no secret. */
function maskSide(value: JsonValue | undefined, mask: string): JsonValue | undefined {
  if (value === undefined) return undefined;
  return isJsonObject(value) ? maskMembers(value, () => mask) : mask;
}

function maskMembers(map: JsonObject, mask: (value: JsonValue | undefined) => string): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, mask(value)]));
}

function redactMetadata(object: KubeObject): ObjectMeta {
  const annotations = Object.entries(annotationsOf(object));
  if (!annotations.some(([key]) => LAST_APPLIED.has(key))) return object.metadata;
  const masked = annotations.map(([key, value]) => [key, LAST_APPLIED.has(key) ? MASK : value]);
  return { ...object.metadata, annotations: Object.fromEntries(masked) };
}

function given<K extends string>(key: K, value: JsonValue | undefined): { readonly [key in K]?: JsonValue } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: JsonValue };
}
