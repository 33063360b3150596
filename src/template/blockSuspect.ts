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

const ACTION = /\{\{-?\s*(?:(if|with|range|block|define|end)\b|\/\*[\s\S]*?\*\/)/g;

/**
 * Guesses where an `{{end}}` was forgotten: the parser gives each one to the innermost block, and misses it only at the
 * end of the file. Looks at the text alone; nobody depends on it being right.
 */
export function blockSuspect(text: string): BlockSuspect | undefined {
  const open: OpenedBlock[] = [];
  let line = 1;
  let at = 0;
  for (const { index, 1: keyword } of text.matchAll(ACTION)) {
    for (; at < index; at++) if (text[at] === "\n") line++;
    if (keyword === undefined) continue;
    const before = text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
    const indent = before.trim() === "" ? before.length : undefined;
    if (keyword !== "end") {
      open.push({ keyword, line, indent });
      continue;
    }
    const block = open.pop();
    if (block?.indent !== undefined && indent !== undefined && indent < block.indent)
      return { keyword: block.keyword, line: block.line, endLine: line };
  }
  return undefined;
}
