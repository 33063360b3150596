import { bytesOfRune, RUNE_ERROR, runeAt } from "./goString.ts";
import { isPrint } from "./unicode.ts";

/** Go's strconv.Quote and, with `asciiOnly`, QuoteToASCII; takes and gives a byte string. */
export function quote(bytes: string, asciiOnly = false): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(bytes)) return `"${bytes}"`;
  let out = '"';
  for (let at = 0; at < bytes.length; ) {
    const { rune, size } = runeAt(bytes, at);
    out +=
      rune === RUNE_ERROR && size === 1
        ? `\\x${hex(bytes.charCodeAt(at), 2)}`
        : escapeRune(rune, 0x22, asciiOnly);
    at += size;
  }
  return `${out}"`;
}

/** Go's strconv.QuoteRune; a byte string. */
export function quoteRune(rune: number, asciiOnly = false): string {
  const valid = rune >= 0 && rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff);
  return `'${escapeRune(valid ? rune : RUNE_ERROR, 0x27, asciiOnly)}'`;
}

const NAMED: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [12, "\\f"],
  [10, "\\n"],
  [13, "\\r"],
  [9, "\\t"],
  [11, "\\v"],
]);

function escapeRune(rune: number, delimiter: number, asciiOnly: boolean): string {
  if (rune === delimiter || rune === 0x5c) return `\\${String.fromCharCode(rune)}`;
  if (isPrint(rune) && (!asciiOnly || rune < 0x80)) return bytesOfRune(rune);
  const named = NAMED.get(rune);
  if (named !== undefined) return named;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

/** Go's strconv.CanBackquote. */
export function canBackquote(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    const { rune, size } = runeAt(text, at);
    if (size === 1 && (rune === RUNE_ERROR || (rune < 0x20 && rune !== 9) || rune === 0x60 || rune === 0x7f))
      return false;
    if (rune === 0xfeff) return false;
    at += size;
  }
  return true;
}
