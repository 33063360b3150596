import { isJsonObject, type JsonValue } from "../../object/json.ts";

/** Applies a JSON merge patch: null removes, mappings merge, all else replaces. @see RFC 7386 */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, JsonValue | undefined> = isJsonObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (value !== undefined) merged[name] = applyMergePatch(merged[name], value);
  }
  return merged;
}
