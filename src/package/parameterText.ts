import { isJsonObject, type JsonValue } from "../object/json.ts";
import { formatGoFloat } from "../yaml/goNumber.ts";
import { stringifyYaml } from "../yaml/stringifyYaml.ts";

/**
 * A package's default, or an entry of an enum, as KUDO stores it: text (package-format 2.2, step A).
 *
 * Whole numbers print plainly, where KUDO turns a million into `1e+06`.
 *
 * @param value  `undefined` when the file gives none
 * @returns `undefined` when there is no default; an array or map without one has the text `null`, as in KUDO
 */
export function defaultText(value: JsonValue | undefined, type: string): string | undefined {
  if (type === "array" || type === "map") return yamlText(value ?? null);
  return value === undefined || value === null ? undefined : goText(value);
}

/** A value of an instance or of a parameter file as KUDO stores it (package-format 2.6); null has no text. */
export function instanceText(value: JsonValue): string | undefined {
  if (value === null) return undefined;
  return typeof value === "object" ? yamlText(value) : goText(value);
}

/** YAML with sorted keys and a line feed at the end. */
function yamlText(value: JsonValue): string {
  return stringifyYaml(sortKeys(value));
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item as JsonValue));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member ?? null)]));
}

/** Go's `%v`. */
function goText(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "number")
    return Number.isInteger(value) ? BigInt(value).toString() : formatGoFloat(value, 64);
  if (Array.isArray(value)) return `[${value.map((item) => goText(item as JsonValue)).join(" ")}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${goText(value[key] ?? null)}`).join(" ")}]`;
}
