import { type Event, parseEvents, YAMLException } from "js-yaml";

/** A text as it was read: `text` may have more spaces than the original, at the offsets of `inserted`. */
export interface ReadEvents {
  readonly events: readonly Event[];
  readonly text: string;
  readonly inserted: readonly Insertion[];
}

/** `count` spaces that stand in the text that was read, and not in the original, from `at` on. */
export interface Insertion {
  readonly at: number;
  readonly count: number;
}

/** Levels of nesting. */
const MAX_DEPTH = 500;
/** Characters that are left to be read again; may end below 0. */
export interface ReadingBudget {
  left: number;
}

/** Characters that all further attempts at one document together may read. */
const READ_AGAIN = 4_000_000;
const INDENT = 40;

/**
 * Parses a text into events.
 *
 * YAML 1.2 wants what stands in brackets or quotes indented more than the key before it; go-yaml does not, and a
 * closing bracket at the key's own column is common. Such a line is read with spaces put before it.
 *
 * @throws YAMLException for a syntax error; its mark speaks of the original text
 */
export function readEvents(original: string, reading: ReadingBudget = { left: READ_AGAIN }): ReadEvents {
  let text = original;
  const inserted: Insertion[] = [];
  for (;;) {
    try {
      return { events: parseEvents(text, { maxDepth: MAX_DEPTH }), text, inserted };
    } catch (error) {
      const position = indentationFault(error);
      if (position === undefined) throw inOriginal(error, inserted);
      reading.left -= text.length;
      if (reading.left < 0) throw inOriginal(error, inserted);
      const lineStart = text.lastIndexOf("\n", position - 1) + 1;
      const line = text.slice(lineStart, position);
      const withoutTabs = spacesForTabs(line);
      if (withoutTabs !== line) {
        text = text.slice(0, lineStart) + withoutTabs + text.slice(position);
      } else {
        text = text.slice(0, lineStart) + " ".repeat(INDENT) + text.slice(lineStart);
        inserted.push({ at: lineStart, count: INDENT });
      }
    }
  }
}

function indentationFault(error: unknown): number | undefined {
  return error instanceof YAMLException && error.reason === "deficient indentation"
    ? error.mark?.position
    : undefined;
}

/** Offset in the original text. */
export function originalOffset(inserted: readonly Insertion[], offset: number): number {
  // The last insertion counts in a text that has all earlier ones already.
  return inserted.reduceRight(
    (at, { at: from, count }) => (at <= from ? at : Math.max(from, at - count)),
    offset,
  );
}

function inOriginal(error: unknown, inserted: readonly Insertion[]): unknown {
  if (error instanceof YAMLException && error.mark)
    error.mark.position = originalOffset(inserted, error.mark.position);
  return error;
}

/** Tabs outside quotes as spaces. */
function spacesForTabs(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|\t/g, (part) => (part === "\t" ? " " : part));
}
