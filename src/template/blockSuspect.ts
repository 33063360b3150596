/** A block that was closed by an `{{end}}` which, by its indentation, was meant for another. */
export interface BlockSuspect {
  readonly keyword: string;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
}

interface OpenedBlock {
  readonly keyword: string;
  readonly line: number;
  /** Columns before the action; `undefined` where it does not begin its line. */
  readonly indent: number | undefined;
}

const ACTION = /\{\{-?\s*(?:(if|with|range|block|define|end)\b|\/\*)/g;

/** What stands further to the right begins no line. */
const DEEPEST_INDENT = 200;

/**
 * Guesses where an `{{end}}` was forgotten: the parser gives each one to the innermost block, and misses it only at the
 * end of the file. Looks at the text alone; nobody depends on it being right.
 */
export function blockSuspect(text: string): BlockSuspect | undefined {
  const open: OpenedBlock[] = [];
  const action = new RegExp(ACTION);
  let line = 1;
  let lineStart = 0;
  let nextBreak = breakAfter(text, 0);
  for (let match = action.exec(text); match; match = action.exec(text)) {
    const { index, 1: keyword } = match;
    for (; nextBreak < index; nextBreak = breakAfter(text, nextBreak + 1)) {
      line++;
      lineStart = nextBreak + 1;
    }
    if (keyword === undefined) {
      const close = text.indexOf("*/", index);
      if (close === -1) return undefined;
      action.lastIndex = close;
      continue;
    }
    const indent = index - lineStart;
    const isFirst = indent <= DEEPEST_INDENT && text.slice(lineStart, index).trim() === "";
    if (keyword !== "end") {
      open.push({ keyword, line, indent: isFirst ? indent : undefined });
      continue;
    }
    const block = open.pop();
    if (block?.indent !== undefined && isFirst && indent < block.indent)
      return { keyword: block.keyword, line: block.line, endLine: line };
  }
  return undefined;
}

function breakAfter(text: string, start: number): number {
  const at = text.indexOf("\n", start);
  return at === -1 ? text.length : at;
}
