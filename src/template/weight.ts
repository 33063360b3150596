import { GoList, GoMap, type GoValue } from "./goValue.ts";

/** What one element of a list or one entry of a map counts, whatever is in it. */
const NODE = 24;

/**
 * How much a function has to look at that goes through a value to its last leaf: bytes of strings, a count for each
 * element and entry, and more the deeper it lies, since that is what indented text takes.
 *
 * A value that stands in several places counts in each, as it is printed in each.
 *
 * @param most  no count goes on beyond this; a map inside itself would have none
 */
export function weightOf(value: GoValue, most: number): number {
  if (typeof value === "string") return value.length;
  if (!(value instanceof GoList || value instanceof GoMap)) return 0;
  return most - lighter(value, 1, most);
}

/** What is left of `left` once the value was counted; negative when it does not suffice. */
function lighter(value: GoValue, depth: number, left: number): number {
  if (typeof value === "string") return left - value.length;
  let rest = left;
  if (value instanceof GoList) {
    for (const item of value.items) {
      rest = lighter(item, depth + 1, rest - NODE - depth);
      if (rest < 0) return rest;
    }
  } else if (value instanceof GoMap) {
    for (const key of value.keys()) {
      rest = lighter(value.get(key), depth + 1, rest - 2 * NODE - depth - key.length);
      if (rest < 0) return rest;
    }
  }
  return rest;
}
