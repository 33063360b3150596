import { isDigit, isLetter, isPrint } from "./unicode.ts";

/** The rune past the end of a template. */
export const EOF = -1;

/** Space, tab, carriage return or line feed. */
export function isBlank(rune: number): boolean {
  return rune === 32 || rune === 9 || rune === 13 || rune === 10;
}

/** By byte: 1 for ASCII letters, digits and `_`. */
export const WORD_BYTES: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, code) =>
  /\w/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** `0` to `9`. */
export function isAsciiDigit(rune: number): boolean {
  return rune >= 48 && rune <= 57;
}

/** What words are made of: letters and digits of all scripts, and `_`. */
export function isAlphaNumeric(rune: number): boolean {
  return rune === 0x5f || (rune !== EOF && (isLetter(rune) || isDigit(rune)));
}

/** `U+0021 '!'`, as Go's %#U writes a rune. */
export function unicodeName(rune: number): string {
  const value = rune === EOF ? 0xffffffffffffffffn : BigInt(rune);
  const name = `U+${value.toString(16).toUpperCase().padStart(4, "0")}`;
  return rune >= 0 && isPrint(rune) ? `${name} '${quoteRune(rune)}'` : name;
}

function quoteRune(rune: number): string {
  return Buffer.from(String.fromCodePoint(rune), "utf8").toString("latin1");
}
