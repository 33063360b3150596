import { isUtf8 } from "node:buffer";

// biome-ignore lint/suspicious/noControlCharactersInRegex: what lies outside of ASCII
const NOT_ASCII = /[^\x00-\x7f]/;

/** Whether text and bytes are the same. */
export function isAsciiText(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/**
 * Go strings are bytes. A byte string holds one of them in each code unit (0 to 255), so that length, index
 * and slice count as Go does, and text that is not valid UTF-8 survives.
 *
 * Converts text to a byte string with the bytes of its UTF-8 form; a lone surrogate becomes U+FFFD.
 */
export function bytesOf(text: string): string {
  return isAsciiText(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** The text that a byte string means; each byte that is not part of valid UTF-8 becomes one U+FFFD, as Go has it. */
export function textOf(bytes: string): string {
  if (isAsciiText(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  if (isUtf8(buffer)) return buffer.toString("utf8");
  const units = new Uint16Array(bytes.length); // no byte makes more than one
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    if (rune > 0xffff) units[count++] = 0xd7c0 + (rune >> 10);
    units[count++] = rune > 0xffff ? 0xdc00 + (rune & 0x3ff) : rune;
    at += size;
  }
  return Buffer.from(units.buffer, 0, 2 * count).toString("utf16le");
}

/** What stands for bytes that are no UTF-8. */
export const RUNE_ERROR = 0xfffd;

/** One code point of a byte string and the number of its bytes; `size` 1 with {@link RUNE_ERROR} means bad UTF-8. */
export interface Rune {
  readonly rune: number;
  readonly size: number;
}

const BAD: Rune = { rune: RUNE_ERROR, size: 1 };

/** Reads the code point that begins at byte `at`, which must lie inside the string. */
export function runeAt(bytes: string, at: number): Rune {
  const b0 = bytes.charCodeAt(at);
  if (b0 < 0x80) return { rune: b0, size: 1 };
  if (b0 < 0xc2 || b0 > 0xf4) return BAD;
  const size = b0 < 0xe0 ? 2 : b0 < 0xf0 ? 3 : 4;
  let rune = b0 & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const b = bytes.charCodeAt(at + i); // NaN past the end fails the test below
    if ((b & 0xc0) !== 0x80) return BAD;
    rune = (rune << 6) | (b & 0x3f);
  }
  const tooLong = (size === 3 && rune < 0x800) || (size === 4 && rune < 0x10000);
  if (tooLong || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) return BAD;
  return { rune, size };
}

/** The code points of a byte string, bad bytes as {@link RUNE_ERROR}. */
export function runesOf(bytes: string): number[] {
  const runes: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    runes.push(rune);
    at += size;
  }
  return runes;
}

/** UTF-8 bytes of a code point; one that is out of range becomes U+FFFD. */
export function bytesOfRune(rune: number): string {
  if (rune >= 0 && rune < 0x80) return String.fromCharCode(rune);
  if (rune >= 0 && rune < 0x800) return String.fromCharCode(0xc0 | (rune >> 6), tail(rune));
  const valid = rune >= 0 && rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff);
  if (!valid) return "\xef\xbf\xbd"; // U+FFFD
  if (rune < 0x10000) return String.fromCharCode(0xe0 | (rune >> 12), tail(rune >> 6), tail(rune));
  return String.fromCharCode(0xf0 | (rune >> 18), tail(rune >> 12), tail(rune >> 6), tail(rune));
}

/** A byte of UTF-8 past the first. */
function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

/** UTF-8 bytes of code points. */
export function bytesOfRunes(runes: readonly number[]): string {
  let bytes = "";
  for (const rune of runes) bytes += bytesOfRune(rune);
  return bytes;
}

/** Number of code points, each bad byte counted as one. */
export function runeCount(bytes: string): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    at += bytes.charCodeAt(at) < 0x80 ? 1 : runeAt(bytes, at).size;
  }
  return count;
}
