import { excerptAt, type Issue } from "../base/issue.ts";
import { type Insertion, originalOffset } from "./readEvents.ts";

/** A piece of a file that is read by itself: offsets count from the piece, lines and columns from the file. */
export interface TextSource {
  readonly file: string | undefined;
  /** The whole file. */
  readonly text: string;
  /** Where the piece begins in `text`. */
  readonly start: number;
  /** The line, from 1, on which it begins. */
  readonly startLine: number;
  /** Spaces that the reader put into the piece; offsets count them. */
  readonly inserted?: readonly Insertion[];
}

/** A place in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset into the piece. */
export function positionAt(source: TextSource, offset: number): Position {
  const inPiece = originalOffset(source.inserted ?? [], Math.max(offset, 0));
  const absolute = Math.min(source.start + inPiece, source.text.length);
  const line = source.startLine + countLineBreaks(source.text, source.start, absolute);
  return { line, column: absolute - source.text.lastIndexOf("\n", absolute - 1) };
}

/** Line feeds from `from` on and before `to`. */
export function countLineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** An issue at a place of the file, with the line itself and a caret. */
export function issueIn(
  source: TextSource,
  position: Position,
  issue: Pick<Issue, "severity" | "code" | "message" | "hint">,
): Issue {
  const excerpt = excerptAt(source.text, position.line, position.column);
  return {
    severity: issue.severity,
    code: issue.code,
    message: issue.message,
    ...(source.file !== undefined && { file: source.file }),
    line: position.line,
    column: position.column,
    ...(excerpt !== undefined && { excerpt }),
    ...(issue.hint !== undefined && { hint: issue.hint }),
  };
}
