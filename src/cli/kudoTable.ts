import { printable } from "../base/printable.ts";

/** Columns of a cell beyond which text goes on in the next line. */
const WRAP = 35;

/**
 * A table as `kubectl kudo package list` prints it (package-format 9.5): cells padded with blanks to the width of
 * their column, a tab between two columns, the last column as it is. Long text is wrapped between words.
 */
export function kudoTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headers, ...rows].map((row) => headers.map((_, column) => wrap(row[column] ?? "")));
  const widths = headers.map((_, column) =>
    Math.max(...cells.map((row) => Math.max(...(row[column] ?? []).map((line) => line.length)))),
  );
  return cells.flatMap((row) => linesOf(row, widths)).join("");
}

function linesOf(row: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  const height = Math.max(...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = row.map((lines, column) => {
      const text = lines[line] ?? "";
      return column === row.length - 1 ? text : text.padEnd(widths[column] ?? 0);
    });
    return `${parts.join("\t").trimEnd()}\n`;
  });
}

function wrap(text: string): readonly string[] {
  return printable(text).trimEnd().split("\n").flatMap(wrapLine);
}

function wrapLine(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WRAP) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
