import { runeAt } from "./goString.ts";
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
