/**
 * Shortens text to a width in bytes, with dots for what is left out on either side.
 *
 * @param offset  a byte that should stay in sight
 * @see goutils 1.1.1 stringutils.go, AbbreviateFull
 */
export function abbreviate(text: string, offset: number, width: number): string {
  if (text.length <= width) return text;
  const room = width - 3;
  const isOverflow = offset <= -(2 ** 63); // the original then takes the text for too short
  const start = isOverflow ? text.length - room : Math.min(offset, text.length, text.length - room);
  if (start <= 4) return `${text.slice(0, room)}...`;
  if (width < 7) return "";
  if (start + room < text.length) {
    return room < 4 ? "..." : `...${abbreviate(text.slice(start), 0, room)}`;
  }
  return `...${text.slice(text.length - room)}`;
}

/**
 * Breaks text into lines at spaces, counting bytes; spaces at the start of a line go.
 *
 * @param breaksWords  whether a word longer than the line is cut
 * @see goutils 1.1.1 wordutils.go, WrapCustom
 */
export function wrapWords(text: string, width: number, lineEnd: string, breaksWords: boolean): string {
  const size = Math.max(1, width);
  const lines: string[] = [];
  let at = 0;
  while (text.length - at > size) {
    if (text[at] === " ") {
      at++;
      continue;
    }
    const end = lineBreak(text, at, size, breaksWords);
    if (end === undefined) break;
    lines.push(text.slice(at, end));
    at =
      text[end] === " " && !(breaksWords && end === at + size && !hasSpace(text, at, size)) ? end + 1 : end;
  }
  return [...lines, text.slice(at)].join(lineEnd);
}

function hasSpace(text: string, at: number, size: number): boolean {
  return text.slice(at, at + size + 1).includes(" ");
}

/** Where the line that begins at `at` ends; `undefined` when the rest is one word. */
function lineBreak(text: string, at: number, size: number, breaksWords: boolean): number | undefined {
  const space = text.slice(at, at + size + 1).lastIndexOf(" ");
  if (space !== -1) return at + space;
  if (breaksWords) return at + size;
  const next = text.indexOf(" ", at + size);
  return next === -1 ? undefined : next;
}
