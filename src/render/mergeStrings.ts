import { isJsonObject, type JsonObject, type JsonValue } from "../object/json.ts";

/**
 * A copy of `value` with entries merged into the map of texts at `path`; `[]` in a path means every item of a list.
 *
 * A missing part of the path is made. Where something else stands in the way (a list, a map whose values are not
 * texts) the value is left as it is, as KUDO does.
 */
export function mergeStrings(
  value: JsonObject,
  path: readonly string[],
  entries: Readonly<Record<string, string>>,
): JsonObject {
  return merge(value, path, entries) as JsonObject;
}

function merge(
  value: JsonValue | undefined,
  path: readonly string[],
  entries: Readonly<Record<string, string>>,
): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) {
    const map = value ?? {};
    const isTextMap = isJsonObject(map) && Object.values(map).every((item) => typeof item === "string");
    return isTextMap ? { ...map, ...entries } : map;
  }
  if (key === "[]")
    return Array.isArray(value) ? value.map((item) => merge(item, rest, entries)) : (value ?? []);
  const map = value ?? {};
  if (!isJsonObject(map)) return map;
  if (rest[0] === "[]" && !Array.isArray(map[key])) return map;
  return { ...map, [key]: merge(map[key], rest, entries) };
}
