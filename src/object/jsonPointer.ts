import type { JsonValue } from "./json.ts";
import { isJsonObject } from "./json.ts";

/** Makes an RFC 6901 pointer of keys and positions: `["spec", "a/b", 0]` is `/spec/a~1b/0`; no keys is the empty text. */
export function formatPointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The keys of an RFC 6901 pointer, unescaped; positions stay text. `undefined` when it does not begin with `/`. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value that a pointer names, or `undefined` where its path ends early. */
export function valueAtPointer(value: unknown, pointer: string): JsonValue | undefined {
  let current: unknown = value;
  for (const part of parsePointer(pointer) ?? []) {
    if (Array.isArray(current)) current = /^\d+$/.test(part) ? current[Number(part)] : undefined;
    else current = isJsonObject(current) && Object.hasOwn(current, part) ? current[part] : undefined;
  }
  return current as JsonValue | undefined;
}
