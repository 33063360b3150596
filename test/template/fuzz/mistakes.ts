import type { Random } from "./random.ts";

const TOKEN = /\{\{-?|-?\}\}|\/\*|\*\/|"(?:[^"\\]|\\.)*"|`[^`]*`|:=|[$.]?[\p{L}\p{Nd}_]+|\s+|./gsu;

/** A template's text in words; joined they are the text again. */
export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

const STRAY: readonly string[] = [
  "{{",
  "}}",
  "{{-",
  "-}}",
  "{{end}}",
  "{{else}}",
  "{{else if .x}}",
  "{{break}}",
  "{{continue}}",
  "{{/*",
  "*/}}",
  '{{define "x"}}',
  "{{template}}",
  '{{template "none"}}',
  "|",
  ":=",
  "=",
  ",",
  "(",
  ")",
  '"',
  "`",
  "'",
  ".",
  "..",
  "$",
  "$x",
  "nil",
  "end",
  "@",
  "!",
  "\\",
  "\n",
  "é",
  "0x",
  "{{nope 1}}",
  "else",
  "if",
  "}",
  "{",
];

/** The template with one to three things wrong: tokens gone, doubled, swapped or strange, or the end cut off. */
export function withMistakes(random: Random, text: string): string {
  const tokens = splitTokens(text);
  for (
    let count = random.weighted([
      [6, 1],
      [2, 2],
      [1, 3],
    ]);
    count > 0;
    count--
  ) {
    const at = random.below(tokens.length + 1);
    random.weighted<() => void>([
      [4, () => void tokens.splice(at, 1)],
      [2, () => void tokens.splice(at, 0, tokens[at] ?? "")],
      [2, () => void tokens.splice(at, 2, tokens[at + 1] ?? "", tokens[at] ?? "")],
      [4, () => void tokens.splice(at, 0, random.pick(STRAY))],
      [2, () => void tokens.splice(at, 1, random.pick(STRAY))],
      [1, () => void tokens.splice(at)],
      [1, () => void tokens.splice(at, 1, tokens[random.below(tokens.length)] ?? "")],
      [1, () => cutInside(random, tokens, at)],
    ])();
  }
  return tokens.join("");
}

function cutInside(random: Random, tokens: string[], at: number): void {
  const token = tokens[at];
  if (token !== undefined) tokens.splice(at, tokens.length, token.slice(0, random.below(token.length)));
}

const GROWS = /\b(?:until|untilStep|seq|repeat|indent|nindent|range|chunk|wrap|wrapWith|splitn)\b/;
/** What could put a map inside itself, whose printing kills Go. */
const KNOTS = /\b(?:set|merge|mergeOverwrite|mustMerge|mustMergeOverwrite)\b/;
/** Whose order is none, once sortAlpha is gone. */
const UNORDERED = /\b(?:keys|values)\b/;
const ASKS_CLOCK = /\b(?:now|ago|date|htmlDate|dateInZone|date_in_zone|htmlDateInZone|durationRound)\b/;

/**
 * Whether a template that has been changed blindly may ask for gigabytes, for the time or for an order that there is
 * not: neither engine is judged by those.
 */
export function isDangerous(text: string): boolean {
  return (
    (GROWS.test(text) && /\d[\d_]{3,}|\d[eEpP]\+?\d|0[xX]/.test(text)) ||
    ASKS_CLOCK.test(text) ||
    KNOTS.test(text) ||
    UNORDERED.test(text)
  );
}
