import { bytesOfRune, runeAt } from "./goString.ts";
import { isSpace } from "./unicode.ts";

/** Go's strings.TrimSpace on a byte string. */
export function trimSpace(bytes: string): string {
  return trimEnd(trimStart(bytes, isSpace), isSpace);
}

/** Drops the code points at the beginning that match. */
export function trimStart(bytes: string, matches: (rune: number) => boolean): string {
  let at = 0;
  while (at < bytes.length) {
    const { rune, size } = runeAt(bytes, at);
    if (!matches(rune)) break;
    at += size;
  }
  return bytes.slice(at);
}

/** Drops the code points at the end that match. */
export function trimEnd(bytes: string, matches: (rune: number) => boolean): string {
  let end = bytes.length;
  while (end > 0) {
    const start = lastRuneStart(bytes, end);
    if (!matches(runeAt(bytes.slice(start, end), 0).rune)) break;
    end = start;
  }
  return bytes.slice(0, end);
}

/** Where the code point that ends at `end` begins; a bad byte stands alone. */
function lastRuneStart(bytes: string, end: number): number {
  for (let start = end - 1; start >= Math.max(0, end - 4); start--) {
    if ((bytes.charCodeAt(start) & 0xc0) === 0x80) continue;
    return runeAt(bytes, start).size === end - start ? start : end - 1;
  }
  return end - 1;
}

/**
 * Go's strings.SplitN: at most `limit` parts, all of them when it is negative, none when it is 0. An empty
 * separator splits between code points.
 */
export function split(bytes: string, separator: string, limit: number): readonly string[] {
  if (limit === 0) return [];
  if (separator === "") return splitRunes(bytes, limit);
  const parts = bytes.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

function splitRunes(bytes: string, limit: number): readonly string[] {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { size } = runeAt(bytes, at);
    const isLast = parts.length === limit - 1;
    parts.push(isLast ? bytes.slice(at) : bytes.slice(at, at + size));
    at = isLast ? bytes.length : at + size;
  }
  return parts;
}

/** Go's strings.Map: each code point through `map`; bad bytes become U+FFFD. */
export function mapRunes(bytes: string, map: (rune: number) => number): string {
  let out = "";
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    out += bytesOfRune(map(rune));
    at += size;
  }
  return out;
}
