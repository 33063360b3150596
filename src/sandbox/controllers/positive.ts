import type { JsonObject } from "../../object/json.ts";

/** Counters that the real controllers leave out when they are zero. */
export function positive(member: string, value: number): JsonObject {
  return value > 0 ? { [member]: value } : {};
}
