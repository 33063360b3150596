import { bytesOfRune, bytesOfRunes, RUNE_ERROR, runeAt, runesOf } from "../goString.ts";
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
 * `some_words` -> `someWords`, or `SomeWords` when it begins with a capital; connectors at the beginning stay.
 *
 * @see xstrings 1.5.0 convert.go, toCamelCase
 */
export function toCamelCase(text: string, beginsWithCapital = false): string {
  const runes = runesOf(text);
  let at = 0;
  while (at < runes.length && isConnector(runes[at] ?? 0)) at++;
  let out = bytesOfRunes(runes.slice(0, at));
  if (at === runes.length) return out + (runes.length > 0 ? bytesOfRune(runes.at(-1) ?? 0) : "");
  let isWordUpper = isUpper(runes[at] ?? 0);
  let current = (beginsWithCapital ? toUpperRune : toLowerRune)(runes[at] ?? 0);
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
  return out + bytesOfRune(isWordUpper && !beginsWithCapital ? toLowerRune(current) : current);
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
  const runes = runesAndBadBytes(text);
  let at = 0;
  let out = "";
  const take = (): Word => {
    const word = nextWord(runes, at);
    at += word.runes.length;
    return word;
  };
  const write = ({ kind, runes: word }: Word): void => {
    out +=
      kind === "upper" || kind === "connector"
        ? bytesOfRunes(lowered(word, connector))
        : bytesAsTheyWere(word);
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

/** The code points of a text; a byte that is no UTF-8 as its negative. */
function runesAndBadBytes(text: string): number[] {
  const runes: number[] = [];
  for (let at = 0; at < text.length; ) {
    const { rune, size } = runeAt(text, at);
    runes.push(rune === RUNE_ERROR && size === 1 ? -text.charCodeAt(at) : rune);
    at += size;
  }
  return runes;
}

function bytesAsTheyWere(runes: readonly number[]): string {
  let bytes = "";
  for (const rune of runes) bytes += rune < 0 ? String.fromCharCode(-rune) : bytesOfRune(rune);
  return bytes;
}

function lowered(word: readonly number[], connector: number): number[] {
  return word.map((rune) => {
    if (rune < 0) return RUNE_ERROR;
    if (isConnector(rune)) return connector;
    return isUpper(rune) ? toLowerRune(rune) : rune;
  });
}

/** The run of like characters that begins at `at`; bad bytes belong to whatever follows them. */
function nextWord(runes: readonly number[], at: number): Word {
  if (at >= runes.length) return { kind: "none", runes: [] };
  const word = (kind: WordKind, end: number): Word => ({ kind, runes: runes.slice(at, end) });
  const start = nextValid(runes, at);
  const first = runes[start];
  if (first === undefined) return word("invalid", runes.length);
  const after = start + 1;
  if (isConnector(first)) return word("connector", runEnd(runes, after, isConnector));
  if (isPunctuation(first)) return word("punctuation", runEnd(runes, after, isPunctuation));
  if (isUpper(first)) return word("upper", upperEnd(runes, after));
  if (isAlphabet(first)) return word("alphabet", runEnd(runes, after, isSmall));
  if (isNumber(first)) return word("number", runEnd(runes, after, isNumber));
  return word("other", runEnd(runes, after, isOther));
}

function nextValid(runes: readonly number[], at: number): number {
  let next = at;
  while (runes[next] === RUNE_ERROR || (runes[next] ?? 0) < 0) next++;
  return next;
}

function runEnd(runes: readonly number[], from: number, matches: (rune: number) => boolean): number {
  let end = from;
  while (end < runes.length) {
    const next = nextValid(runes, end);
    const rune = runes[next];
    if (rune === undefined) return runes.length;
    if (!matches(rune)) return end;
    end = next + 1;
  }
  return end;
}

/** `HTTPServer`: the last capital of a run begins the next word. */
function upperEnd(runes: readonly number[], after: number): number {
  const second = nextValid(runes, after);
  if (!isUpper(runes[second] ?? 0)) return runEnd(runes, after, isSmall);
  const end = runEnd(runes, second + 1, isUpper);
  return isAlphabet(runes[nextValid(runes, end)] ?? 0) ? end - 1 : end;
}

function isSmall(rune: number): boolean {
  return isAlphabet(rune) && !isUpper(rune);
}

function isOther(rune: number): boolean {
  return !isConnector(rune) && !isAlphabet(rune) && !isNumber(rune) && !isPunctuation(rune);
}
