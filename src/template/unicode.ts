const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;
const GRAPHIC = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;
const UPPER = /^\p{Lu}$/u;
const TITLE = /^\p{Lt}$/u;
const NUMBER = /^\p{N}$/u;
const PUNCTUATION = /^\p{P}$/u;
const LOWER = /^\p{Ll}$/u;

/** Go's unicode.IsLetter. */
export function isLetter(rune: number): boolean {
  if (rune < 0x80) return (rune >= 97 && rune <= 122) || (rune >= 65 && rune <= 90);
  return LETTER.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsDigit. */
export function isDigit(rune: number): boolean {
  if (rune < 0x80) return rune >= 48 && rune <= 57;
  return DIGIT.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsUpper. */
export function isUpper(rune: number): boolean {
  if (rune < 0x80) return rune >= 65 && rune <= 90;
  return UPPER.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsLower. */
export function isLower(rune: number): boolean {
  if (rune < 0x80) return rune >= 97 && rune <= 122;
  return LOWER.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsTitle. */
export function isTitle(rune: number): boolean {
  return rune >= 0x80 && TITLE.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsNumber. */
export function isNumber(rune: number): boolean {
  return rune < 0x80 ? isDigit(rune) : NUMBER.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsPunct. */
export function isPunctuation(rune: number): boolean {
  return PUNCTUATION.test(String.fromCodePoint(rune));
}

/** Go's unicode.IsSpace. */
export function isSpace(rune: number): boolean {
  if (rune < 0x80) return rune === 32 || (rune >= 9 && rune <= 13);
  return (
    rune === 0x85 ||
    rune === 0xa0 ||
    rune === 0x1680 ||
    (rune >= 0x2000 && rune <= 0x200a) ||
    rune === 0x2028 ||
    rune === 0x2029 ||
    rune === 0x202f ||
    rune === 0x205f ||
    rune === 0x3000
  );
}

/** Go's unicode.IsPrint and strconv.IsPrint: what a quoted string may show as it is. */
export function isPrint(rune: number): boolean {
  if (rune < 0x7f) return rune >= 0x20;
  if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) return false;
  return GRAPHIC.test(String.fromCodePoint(rune));
}

/** Go's unicode.ToUpper: one code point to one. */
export function toUpperRune(rune: number): number {
  return mapRune(rune, (text) => text.toUpperCase());
}

/** Go's unicode.ToLower: one code point to one. */
export function toLowerRune(rune: number): number {
  return rune === 0x130 ? 0x69 : mapRune(rune, (text) => text.toLowerCase());
}

/** Go's unicode.ToTitle: as upper case, but for a few digraphs. */
export function toTitleRune(rune: number): number {
  if (rune >= 0x1c4 && rune <= 0x1cc) return Math.floor((rune - 0x1c4) / 3) * 3 + 0x1c5;
  return rune >= 0x1f1 && rune <= 0x1f3 ? 0x1f2 : toUpperRune(rune);
}

function mapRune(rune: number, convert: (text: string) => string): number {
  if (rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) return rune;
  const text = convert(String.fromCodePoint(rune));
  const mapped = text.codePointAt(0) ?? rune;
  return String.fromCodePoint(mapped).length === text.length ? mapped : rune;
}
