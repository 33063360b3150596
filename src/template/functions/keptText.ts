import { isUtf8 } from "node:buffer";
import { bytesOf, RUNE_ERROR, runeAt } from "../goString.ts";

/** Bytes that are no UTF-8 stand as U+DC80 to U+DCFF, which no valid text has. */
const KEPT = 0xdc00;

/**
 * The text of a byte string, of the same length as `textOf` gives it, from which its bytes can be had back by
 * {@link bytesOfKept}, also of parts.
 */
export function keptTextOf(bytes: string): string {
  const buffer = Buffer.from(bytes, "latin1");
  if (isUtf8(buffer)) return buffer.toString("utf8");
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    const isBad = rune === RUNE_ERROR && size === 1;
    text += isBad ? String.fromCharCode(KEPT + bytes.charCodeAt(at)) : String.fromCodePoint(rune);
    at += size;
  }
  return text;
}

/** The byte string of such a text. */
export function bytesOfKept(text: string): string {
  if (text.isWellFormed()) return bytesOf(text);
  let bytes = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code >= KEPT && code <= KEPT + 0xff ? String.fromCharCode(code - KEPT) : bytesOf(char);
  }
  return bytes;
}
