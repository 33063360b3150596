import { fn, type GoFunctions, STRING } from "../goFunction.ts";
import { bytesOfRune, bytesOfRunes, runesOf } from "../goString.ts";
import { mapRunes } from "../goText.ts";
import {
  isDigit,
  isLetter,
  isLower,
  isSpace,
  isTitle,
  isUpper,
  toLowerRune,
  toTitleRune,
  toUpperRune,
} from "../unicode.ts";
import { toCamelCase, toSeparatedCase } from "./words.ts";

/** Sprig's functions on upper and lower case and on words. @see Sprig 2.22 functions.go */
export const CASE_FUNCTIONS: GoFunctions = new Map([
  ["upper", fn([STRING], ([text]) => (isAscii(text) ? text.toUpperCase() : mapRunes(text, toUpperRune)))],
  ["lower", fn([STRING], ([text]) => (isAscii(text) ? text.toLowerCase() : mapRunes(text, toLowerRune)))],
  ["title", fn([STRING], ([text]) => title(text))],
  ["untitle", fn([STRING], ([text]) => untitle(text))],
  ["swapcase", fn([STRING], ([text]) => swapCase(text))],
  ["nospace", fn([STRING], ([text]) => withoutSpaces(text))],
  ["initials", fn([STRING], ([text]) => initials(text))],
  ["camelcase", fn([STRING], ([text]) => toCamelCase(text))],
  ["snakecase", fn([STRING], ([text]) => toSeparatedCase(text, 0x5f))],
  ["kebabcase", fn([STRING], ([text]) => toSeparatedCase(text, 0x2d))],
]);

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  return /^[\x00-\x7f]*$/.test(text);
}

/** Go's strings.Title. */
function title(text: string): string {
  let previous = 0x20;
  return mapRunes(text, (rune) => {
    const isFirst = isSeparator(previous);
    previous = rune;
    return isFirst ? toTitleRune(rune) : rune;
  });
}

function isSeparator(rune: number): boolean {
  if (rune <= 0x7f) return !isLetter(rune) && !isDigit(rune) && rune !== 0x5f;
  return !isLetter(rune) && !isDigit(rune) && isSpace(rune);
}

function untitle(text: string): string {
  let isFirst = true;
  return mapRunes(text, (rune) => {
    if (isSpace(rune)) isFirst = true;
    else if (isFirst) {
      isFirst = false;
      return toLowerRune(rune);
    }
    return rune;
  });
}

/** Upper to lower and back, except that the first letter of a word becomes a title. */
function swapCase(text: string): string {
  let afterSpace = true;
  const swapped = runesOf(text).map((rune) => {
    if (isUpper(rune) || isTitle(rune)) {
      afterSpace = false;
      return toLowerRune(rune);
    }
    if (isLower(rune)) {
      const isFirst = afterSpace;
      afterSpace = false;
      return isFirst ? toTitleRune(rune) : toUpperRune(rune);
    }
    afterSpace = isSpace(rune);
    return rune;
  });
  return bytesOfRunes(swapped);
}

/** Takes each byte for a code point, as the original does; text without spaces stays as it is. */
function withoutSpaces(text: string): string {
  const kept = Array.from(text, (byte) => byte.charCodeAt(0)).filter((byte) => !isSpace(byte));
  return kept.length === text.length ? text : bytesOfRunes(kept);
}

/** The first byte of each word, taken for a code point. */
function initials(text: string): string {
  let afterGap = true;
  let out = "";
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (!isSpace(byte) && afterGap) out += bytesOfRune(byte);
    afterGap = isSpace(byte);
  }
  return out;
}
