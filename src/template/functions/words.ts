import { bytesOfRune, bytesOfRunes, RUNE_ERROR, runesOf } from "../goString.ts";
import { isLetter, isNumber, isPunctuation, isSpace, isUpper, toLowerRune, toUpperRune } from "../unicode.ts";

function isConnector(rune: number): boolean {
  return rune === 0x2d || rune === 0x5f || isSpace(rune);
}

/** A letter, but none of the common CJK characters. */
function isAlphabet(rune: number): boolean {
  if (!isLetter(rune)) return false;
  const isCjk =
    (rune >= 0x4e00 && rune <= 0x9fcc) ||
    (rune >= 0x3400 && rune <= 0x4d85) ||
    (rune >= 0x20000 && rune <= 0x2b81d);
  return !isCjk;
}

/**
 * `some_words` -> `someWords`; connectors at the beginning stay.
 *
 * @see xstrings 1.5.0 convert.go, ToCamelCase
 */
export function toCamelCase(text: string): string {
  const runes = runesOf(text);
  let at = 0;
  while (at < runes.length && isConnector(runes[at] ?? 0)) at++;
  let out = bytesOfRunes(runes.slice(0, at));
  if (at === runes.length) return out + (runes.length > 0 ? bytesOfRune(runes.at(-1) ?? 0) : "");
  let isWordUpper = isUpper(runes[at] ?? 0);
  let current = toLowerRune(runes[at] ?? 0);
  if (at === runes.length - 1) return out + bytesOfRune(current);
  for (const next of runes.slice(at + 1)) {
    const before = current;
    current = next;
    if (isConnector(current) && isConnector(before)) {
      out += bytesOfRune(before);
    } else if (isConnector(before)) {
      isWordUpper = isUpper(current);
      current = toUpperRune(current);
    } else {
      if (isWordUpper && isUpper(current)) current = toLowerRune(current);
      else isWordUpper = false;
      out += bytesOfRune(before);
    }
  }
  return out + bytesOfRune(isWordUpper ? toLowerRune(current) : current);
}

type WordKind = "none" | "invalid" | "number" | "upper" | "alphabet" | "connector" | "punctuation" | "other";

interface Word {
  readonly kind: WordKind;
  readonly runes: readonly number[];
}

/**
 * `HTTPServer` -> `http_server`, with any connector.
 *
 * @see xstrings 1.5.0 convert.go, camelCaseToLowerCase
 */
export function toSeparatedCase(text: string, connector: number): string {
  const runes = runesOf(text);
  let at = 0;
  let out = "";
  const take = (): Word => {
    const word = nextWord(runes, at);
    at += word.runes.length;
    return word;
  };
  const write = ({ kind, runes: word }: Word): void => {
    out += bytesOfRunes(kind === "upper" || kind === "connector" ? lowered(word, connector) : word);
  };
  const join = (): void => {
    out += bytesOfRune(connector);
  };
  const isWord = ({ kind }: Word): boolean => kind === "alphabet" || kind === "number";
  const isBorder = ({ kind }: Word): boolean => kind === "connector" || kind === "punctuation";

  let word = take();
  while (at < runes.length) {
    if (word.kind !== "connector") write(word);
    const last = word;
    word = take();
    if (last.kind === "number") {
      for (; isWord(word); word = take()) write(word);
      if (word.kind !== "none" && word.kind !== "invalid" && !isBorder(word)) join();
    } else if (last.kind === "connector") {
      write(last);
    } else if (last.kind !== "punctuation") {
      if (word.kind !== "number") {
        if (!isBorder(word)) join();
        continue;
      }
      if (at >= runes.length) continue;
      const number = word;
      word = take();
      if (word.kind !== "alphabet") {
        write(number);
        if (!isBorder(word)) join();
        continue;
      }
      join();
      write(number);
      for (; isWord(word); word = take()) write(word);
      if (word.kind !== "none" && word.kind !== "invalid" && !isBorder(word)) join();
    }
  }
  write(word);
  return out;
}

function lowered(word: readonly number[], connector: number): number[] {
  return word.map((rune) => (isConnector(rune) ? connector : toLowerRune(rune)));
}

/** The run of like characters that begins at `at`. */
function nextWord(runes: readonly number[], at: number): Word {
  const first = runes[at];
  if (first === undefined) return { kind: "none", runes: [] };
  const word = (kind: WordKind, end: number): Word => ({ kind, runes: runes.slice(at, end) });
  const runOf = (from: number, matches: (rune: number) => boolean): number => {
    let end = from;
    while (end < runes.length && matches(runes[end] ?? 0)) end++;
    return end;
  };
  if (first === RUNE_ERROR) return word("invalid", at + 1);
  if (isConnector(first)) return word("connector", runOf(at + 1, isConnector));
  if (isPunctuation(first)) return word("punctuation", runOf(at + 1, isPunctuation));
  const isSmall = (rune: number): boolean => isAlphabet(rune) && !isUpper(rune);
  if (isUpper(first)) {
    const second = runes[at + 1];
    if (second === undefined || !isUpper(second)) return word("upper", runOf(at + 1, isSmall));
    const end = runOf(at + 2, isUpper);
    const startsNext = end < runes.length && isAlphabet(runes[end] ?? 0);
    return word("upper", startsNext ? end - 1 : end);
  }
  if (isAlphabet(first)) return word("alphabet", runOf(at + 1, isSmall));
  if (isNumber(first)) return word("number", runOf(at + 1, isNumber));
  const isOther = (rune: number): boolean =>
    !isConnector(rune) && !isAlphabet(rune) && !isNumber(rune) && !isPunctuation(rune);
  return word("other", runOf(at + 1, isOther));
}
